import { join } from 'node:path';
import type { Deployment } from './deployment.ts';
import { createTable } from './engines/create-table.ts';
import { findDynamodbEngine } from './engines/find-dynamodb-engine.ts';
import { type RunningDynamodb, startDynamodb } from './engines/start-dynamodb.ts';
import { openLocalQueues } from './queues/open-local-queues.ts';
import { openRemoteQueues } from './queues/open-remote-queues.ts';
import type { Queues } from './queues/queues.ts';

export interface EngineOptions {
  readonly dataDir: string;
  readonly dynamodbUrl?: string;
  readonly sqsUrl?: string;
  readonly projectFile: string;
  readonly onTrouble?: (what: string, detail: string) => void;
}

/** What holds the data: DynamoDB with the tables of the template, SQS with its queues. */
export interface Engines {
  readonly dynamodb: RunningDynamodb;
  readonly queues: Queues;
  /** What the engine calls the streams, by the template's ARNs. */
  readonly streams: ReadonlyMap<string, string>;
}

/** Starts the engines, or takes those that are given. @param stops is told how to stop each as soon as it runs */
export async function startEngines(
  options: EngineOptions,
  deployment: Deployment,
  stops: (() => unknown)[],
): Promise<Engines> {
  const { dataDir, dynamodbUrl, sqsUrl, projectFile } = options;
  const engine = await findDynamodbEngine({
    ...(dynamodbUrl !== undefined && { url: dynamodbUrl }),
    environment: process.env,
    from: projectFile,
  });
  let stopping = false;
  const dynamodb = await startDynamodb({
    engine,
    dataDir: join(dataDir, 'dynamodb'),
    onExit: ({ stderr }) => {
      if (!stopping) options.onTrouble?.('the DynamoDB engine', `ended by itself; start again. ${stderr}`);
    },
  });
  stops.push(() => {
    stopping = true;
    return dynamodb.stop();
  });
  const queues =
    sqsUrl === undefined ? await openLocalQueues(dataDir) : await openRemoteQueues(sqsUrl, deployment.region);
  stops.push(() => queues.close());
  const streams = new Map<string, string>();
  for (const table of deployment.tables) {
    const { streamArn } = await createTable(dynamodb.url, table);
    if (table.streamArn !== undefined && streamArn !== undefined) streams.set(table.streamArn, streamArn);
  }
  await queues.make(deployment.queues);
  return { dynamodb, queues, streams };
}
