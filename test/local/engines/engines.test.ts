import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TableSpec } from '../../../local/deployment.ts';
import { callDynamodb } from '../../../local/engines/call-dynamodb.ts';
import { createTable, TableMismatch } from '../../../local/engines/create-table.ts';
import { findDynamodbEngine, NoDynamodbEngine } from '../../../local/engines/find-dynamodb-engine.ts';
import { runChild } from '../../../local/engines/run-child.ts';
import { type RunningDynamodb, startDynamodb } from '../../../local/engines/start-dynamodb.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'plusone-engine-'));
const find = () => findDynamodbEngine({ environment: {}, from: import.meta.filename });

const TABLE: TableSpec = {
  logicalId: 'Table',
  name: 'Main',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/Main',
  ttlAttribute: 'expiresAt',
  createTable: {
    TableName: 'Main',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'code'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCode',
        KeySchema: [{ AttributeName: 'code', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
};

describe('finding an engine', () => {
  it('takes the one that the user names', async () => {
    const from = import.meta.filename;
    const environment = { PLUSONE_DYNAMODB_URL: 'http://127.0.0.1:8000' };
    expect(await findDynamodbEngine({ environment, from })).toEqual({
      kind: 'endpoint',
      url: 'http://127.0.0.1:8000',
    });
    const url = 'http://127.0.0.1:9000';
    expect(await findDynamodbEngine({ url, environment, from })).toEqual({ kind: 'endpoint', url });
  });

  it('says in one line how to get one if there is none', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = newFolder();
    try {
      const search = findDynamodbEngine({ environment: {}, from: join(newFolder(), 'package.json') });
      await expect(search).rejects.toThrow(NoDynamodbEngine);
      await expect(search).rejects.toThrow(/^[^\n]*npm install[^\n]*$/);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('refuses an endpoint that does not answer', async () => {
    const engine = { kind: 'endpoint', url: 'http://127.0.0.1:9' } as const;
    await expect(startDynamodb({ engine, dataDir: newFolder() })).rejects.toThrow(
      'No DynamoDB answers at http://127.0.0.1:9',
    );
  });

  it('reports the words of an engine that does not start', async () => {
    const binary = join(newFolder(), 'dynoxide');
    writeFileSync(binary, '#!/bin/sh\necho "no room" >&2\nexit 3\n', { mode: 0o755 });
    const started = startDynamodb({ engine: { kind: 'dynoxide', binary }, dataDir: newFolder() });
    await expect(started).rejects.toThrow('The DynamoDB engine dynoxide does not start: no room');
  });
});

describe('a child process', () => {
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('tells how it ended by itself', async () => {
    const child = runChild('/bin/sh', ['-c', 'echo gone >&2; exit 4']);
    expect(await child.exited).toEqual({ code: 4, signal: null, stderr: 'gone' });
    await child.stop();
  });

  it('tells each line that it writes, and runs where it is told', async () => {
    const lines: string[] = [];
    const cwd = realpathSync(newFolder());
    const child = runChild('/bin/sh', ['-c', 'pwd >&2; printf "a\\n\\nb" >&2'], {
      cwd,
      onLine: (line) => lines.push(line),
    });
    await child.exited;
    await expect.poll(() => lines).toEqual([cwd, 'a', '', 'b']);
  });

  it('tells of a command that does not exist', async () => {
    expect((await runChild('/does/not/exist', []).exited).stderr).toContain('not');
  });

  it('does not outlive a parent that is killed', async () => {
    const folder = newFolder();
    const pidFile = join(folder, 'pid');
    const parent = `
      const { runChild } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/engines/run-child.ts'))});
      const { existsSync } = await import('node:fs');
      runChild('/bin/sh', ['-c', 'echo $$ > ${pidFile}; exec sleep 60']);
      while (!existsSync(${JSON.stringify(pidFile)})) await new Promise((resolve) => setTimeout(resolve, 5));
      process.kill(process.pid, 'SIGKILL');`;
    const file = join(folder, 'parent.mts');
    writeFileSync(file, parent);
    expect(() =>
      execFileSync(process.execPath, ['--import', 'tsx', file], {
        cwd: join(import.meta.dirname, '../../..'),
      }),
    ).toThrow();
    expect(existsSync(pidFile)).toBe(true);
    const pid = Number(execFileSync('cat', [pidFile]));
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });
});

describe('a table on a running engine', () => {
  let dataDir: string;
  let dynamodb: RunningDynamodb;

  const start = async () => startDynamodb({ engine: await find(), dataDir });

  beforeEach(async () => {
    dataDir = newFolder();
    dynamodb = await start();
  });
  afterEach(() => dynamodb.stop());

  it('is created with its indexes, stream and time to live', async () => {
    const { streamArn } = await createTable(dynamodb.url, TABLE);
    expect(streamArn).toContain('/stream/');
    const ttl = await callDynamodb(dynamodb.url, 'DescribeTimeToLive', { TableName: 'Main' });
    expect(ttl).toMatchObject({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
    });
  });

  it('is there again after a restart, with its data', async () => {
    const first = await createTable(dynamodb.url, TABLE);
    await callDynamodb(dynamodb.url, 'PutItem', {
      TableName: 'Main',
      Item: { pk: { S: 'a' }, sk: { S: 'b' } },
    });
    await dynamodb.stop();
    await expect(callDynamodb(dynamodb.url, 'ListTables', {})).rejects.toThrow();
    dynamodb = await start();
    expect(await createTable(dynamodb.url, TABLE)).toEqual(first);
    const { Count } = await callDynamodb(dynamodb.url, 'Scan', { TableName: 'Main' });
    expect(Count).toBe(1);
  });

  it('of another version is refused, with what to do', async () => {
    await createTable(dynamodb.url, TABLE);
    const { GlobalSecondaryIndexes: _indexes, ...createTableOnly } = TABLE.createTable;
    const changed = createTable(dynamodb.url, {
      ...TABLE,
      createTable: { ...createTableOnly, KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] },
    });
    await expect(changed).rejects.toThrow(TableMismatch);
    await expect(changed).rejects.toThrow(
      /differs from the template in its key schema, its global indexes: .*--fresh/,
    );
  });

  it('that ends by itself is reported, and one that was stopped is not', async () => {
    const found = await find();
    const binary = join(newFolder(), 'dynoxide');
    const real = found.kind === 'dynoxide' ? found.binary : '';
    const script = `#!/bin/sh\n${real} "$@" &\ntrap "kill $!" EXIT TERM\nsleep 0.5; exit 9\n`;
    writeFileSync(binary, script, { mode: 0o755 });
    const exits: unknown[] = [];
    const onExit = (exit: unknown) => exits.push(exit);
    await startDynamodb({ engine: { kind: 'dynoxide', binary }, dataDir: newFolder(), onExit });
    const stopped = await startDynamodb({ engine: found, dataDir: newFolder(), onExit });
    await stopped.stop();
    await expect.poll(() => exits, { timeout: 5_000 }).toMatchObject([{ code: 9 }]);
  });
});
