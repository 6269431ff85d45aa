import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findFreePort } from '../find-free-port.ts';
import { callDynamodb } from './call-dynamodb.ts';
import type { DynamodbEngine } from './find-dynamodb-engine.ts';
import { indexStream } from './index-stream.ts';
import { type Child, type ChildExit, runChild } from './run-child.ts';

/** A DynamoDB that answers. */
export interface RunningDynamodb {
  readonly url: string;
  readonly engine: DynamodbEngine['kind'];
  /** Ends the engine if it was started here; the data stay. */
  stop(): Promise<void>;
}

export interface StartDynamodbOptions {
  readonly engine: DynamodbEngine;
  /** Folder for the engine's file. */
  readonly dataDir: string;
  /** Told if the engine ends by itself: it is never started again in silence. */
  readonly onExit?: (exit: ChildExit) => void;
}

const READY_TIMEOUT_MS = 20_000;
const READY_POLL_MS = 10;
const START_ATTEMPTS = 3;
/** What accepts a connection need not answer. */
const ANSWER_TIMEOUT_MS = 3_000;
const FILE = 'dynamodb.sqlite';

const startChild = (
  engine: Exclude<DynamodbEngine, { kind: 'endpoint' }>,
  dataDir: string,
  port: number,
): Child => {
  if (engine.kind === 'dynoxide') {
    const args = ['--host', '127.0.0.1', '--port', String(port), '--db-path', join(dataDir, FILE)];
    return runChild(engine.binary, args);
  }
  const libraries = `-Djava.library.path=${join(dirname(engine.jar), 'DynamoDBLocal_lib')}`;
  const storage = ['-sharedDb', '-dbPath', dataDir];
  // It would also leave a file with its choice in the folder that the stack is started in.
  const options = ['-disableTelemetry', '-port', String(port), ...storage];
  return runChild(engine.java, [libraries, '-jar', engine.jar, ...options]);
};

const doesAnswer = (url: string): Promise<boolean> =>
  callDynamodb(url, 'ListTables', {}, AbortSignal.timeout(ANSWER_TIMEOUT_MS)).then(
    () => true,
    () => false,
  );

/** Resolves to false if the engine ends or does not answer in time. */
const waitUntilReady = async (url: string, hasEnded: () => boolean): Promise<boolean> => {
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  while (!hasEnded() && performance.now() < giveUpAt) {
    if (await doesAnswer(url)) return !hasEnded();
    await setTimeout(READY_POLL_MS);
  }
  return false;
};

const startOnce = async (
  engine: Exclude<DynamodbEngine, { kind: 'endpoint' }>,
  { dataDir, onExit }: StartDynamodbOptions,
): Promise<RunningDynamodb | ChildExit> => {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = startChild(engine, dataDir, port);
  let ended: ChildExit | undefined;
  let isWanted = false;
  void child.exited.then((exit) => {
    ended = exit;
    if (isWanted) onExit?.(exit);
  });
  if (!(await waitUntilReady(url, () => ended !== undefined))) {
    await child.stop();
    return child.exited;
  }
  isWanted = true;
  const stop = () => {
    isWanted = false;
    return child.stop();
  };
  return { url, engine: engine.kind, stop };
};

/** A new file of dynoxide gets its tables by a first, short run, and an index that the engine does not make. */
const prepareFile = async (options: StartDynamodbOptions): Promise<void> => {
  const { engine, dataDir } = options;
  if (engine.kind !== 'dynoxide' || existsSync(join(dataDir, FILE))) return;
  const first = await startOnce(engine, { engine, dataDir });
  if (!('url' in first)) return;
  await first.stop();
  await indexStream(join(dataDir, FILE));
};

/**
 * Starts the engine on a free port of the loopback and waits until it answers; one that was given by its URL is only
 * asked whether it answers.
 *
 * @throws if it does not
 */
export const startDynamodb = async (options: StartDynamodbOptions): Promise<RunningDynamodb> => {
  const { engine, dataDir } = options;
  if (engine.kind === 'endpoint') {
    if (!(await doesAnswer(engine.url))) throw new Error(`No DynamoDB answers at ${engine.url}`);
    return { url: engine.url, engine: engine.kind, stop: async () => undefined };
  }
  mkdirSync(dataDir, { recursive: true });
  await prepareFile(options);
  let last = '';
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const result = await startOnce(engine, options);
    if ('url' in result) return result;
    last = result.stderr || `exit code ${result.code}`;
  }
  throw new Error(`The DynamoDB engine ${engine.kind} does not start: ${last}`);
};
