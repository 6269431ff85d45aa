import { join } from 'node:path';
import { SqsEngine } from './engine/sqs-engine.ts';
import { listen, stopListening } from './http-server.ts';
import { Journal } from './journal/journal.ts';
import { dispatch } from './protocol/dispatch.ts';

export interface SqsOptions {
  /** A free port unless given. */
  readonly port?: number;
  /** Keeps queues and messages in `sqs/` of this folder; in memory only unless given. */
  readonly dataDir?: string;
  /** Epoch ms. */
  readonly clock?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** @default '000000000000' */
  readonly accountId?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** Hand out the messages of standard queues in loose order. @default true */
  readonly shuffle?: boolean;
  /** Share of the messages of standard queues that are delivered twice. @default 0 */
  readonly duplicateRate?: number;
}

export interface RunningSqs {
  /** For `endpoint` of an SDK client. */
  readonly url: string;
  readonly port: number;
  readonly engine: SqsEngine;
  queueUrl(name: string): string;
  /** Ends waiting receives and stops the server. */
  close(): Promise<void>;
}

/** Starts an SQS server on 127.0.0.1. */
export async function startSqs(options: SqsOptions = {}): Promise<RunningSqs> {
  const { accountId = '000000000000', dataDir } = options;
  let journal: Journal | undefined;
  const engine = new SqsEngine({
    accountId,
    region: options.region ?? 'us-east-1',
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
    shuffle: options.shuffle ?? true,
    duplicateRate: options.duplicateRate ?? 0,
    log: (records) => journal?.append(records),
  });
  if (dataDir !== undefined) journal = new Journal(join(dataDir, 'sqs', 'journal.jsonl'), engine.store);
  let baseUrl = '';
  const { server, port } = await listen(options.port ?? 0, (target, body, signal) =>
    dispatch(target, body, { engine, baseUrl, signal }),
  );
  baseUrl = `http://127.0.0.1:${port}`;
  return {
    url: baseUrl,
    port,
    engine,
    queueUrl: (name) => `${baseUrl}/${accountId}/${name}`,
    close: async () => {
      engine.close();
      await stopListening(server);
      journal?.close();
    },
  };
}
