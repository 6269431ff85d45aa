import { join } from 'node:path';
import type { Deployment } from './deployment.ts';
import { matchEventPattern } from './event-pattern/match-event-pattern.ts';
import { openStream } from './event-sources/open-stream.ts';
import { openPositionFile } from './event-sources/position-file.ts';
import type { Authorize } from './event-sources/require-access.ts';
import { type Poller, startSqsPoller } from './event-sources/sqs-poller.ts';
import { startStreamPoller } from './event-sources/stream-poller.ts';
import { StreamTail } from './event-sources/stream-tail.ts';
import type { InvokeResult } from './lambda/invoke-result.ts';
import type { Queues } from './queues/queues.ts';

export interface EventSourceOptions {
  readonly deployment: Deployment;
  readonly dataDir: string;
  readonly dynamodbUrl: string;
  /** What the engine calls the streams, by the template's ARNs. */
  readonly engineStreams: ReadonlyMap<string, string>;
  readonly queues: Queues;
  readonly authorize: Authorize;
  readonly invoke: (functionArn: string, payload: string) => Promise<InvokeResult>;
  readonly onError: (what: string, error: unknown) => void;
}

/** Starts what stands in for the event source mappings of a deployment. */
export async function startEventSources(options: EventSourceOptions): Promise<Poller> {
  const { deployment, queues, authorize, invoke } = options;
  const streams = await openStreams(options);
  const roleOf = new Map(deployment.functions.map(({ arn, roleArn }) => [arn, roleArn]));
  const pollers = deployment.mappings.map((mapping): Poller => {
    const shared = {
      roleArn: roleOf.get(mapping.functionArn) ?? '',
      invoke,
      authorize,
      matches: matchEventPattern,
      onError: (error: unknown) => options.onError(mapping.logicalId, error),
    };
    if (mapping.kind === 'sqs') return startSqsPoller({ ...shared, mapping, queues });
    const stream = streams.get(mapping.streamArn);
    if (stream === undefined)
      throw new Error(`${mapping.logicalId} reads a stream that no table of the template has`);
    return startStreamPoller({
      ...shared,
      mapping,
      tail: stream.tail,
      streamId: stream.streamId,
      positions: openPositionFile(join(options.dataDir, 'streams'), mapping.logicalId),
      sendMessage: queues.send,
    });
  });
  return {
    stop: async (graceMs) => {
      await Promise.all(pollers.map((poller) => poller.stop(graceMs)));
      for (const { tail, close } of streams.values()) {
        tail.stop();
        close();
      }
    },
  };
}

interface SharedStream {
  readonly streamId: string;
  readonly tail: StreamTail;
  readonly close: () => void;
}

async function openStreams(options: EventSourceOptions): Promise<ReadonlyMap<string, SharedStream>> {
  const opened = [...options.engineStreams].map(async ([templateArn, streamId]) => {
    const source = await openStream(options.dynamodbUrl, streamId);
    const tail = new StreamTail({ source, onError: (error) => options.onError('the table stream', error) });
    return [templateArn, { streamId, tail, close: () => source.close() }] as const;
  });
  return new Map(await Promise.all(opened));
}
