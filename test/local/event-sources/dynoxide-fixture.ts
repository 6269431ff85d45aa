import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { findFreePort } from '../../../local/find-free-port.ts';

/** A DynamoDB engine in memory, with one table that has a stream. */
export interface Dynoxide {
  readonly url: string;
  readonly streamId: string;
  put(key: string, value: number): Promise<void>;
  remove(key: string): Promise<void>;
  stop(): Promise<void>;
}

const BINARY = path.resolve('node_modules/@dynoxide/linux-x64/dynoxide');

export async function startDynoxide(): Promise<Dynoxide> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(BINARY, ['--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const call = (operation: string, body: object) => callEngine(url, operation, body);
  await waitForAnswer(call);
  const { TableDescription } = (await call('CreateTable', {
    TableName: 'main',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  })) as { TableDescription: { LatestStreamArn: string } };
  return {
    url,
    streamId: TableDescription.LatestStreamArn,
    put: async (key, value) => {
      await call('PutItem', {
        TableName: 'main',
        Item: { pk: { S: key }, value: { N: String(value) }, raw: { B: 'aGk=' } },
      });
    },
    remove: async (key) => {
      await call('DeleteItem', { TableName: 'main', Key: { pk: { S: key } } });
    },
    stop: () => stopChild(child),
  };
}

async function callEngine(url: string, operation: string, body: object): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20200101T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function waitForAnswer(call: (operation: string, body: object) => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await call('ListTables', {});
      return;
    } catch (error) {
      if (attempt > 500) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
