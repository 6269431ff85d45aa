import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { expect, it } from 'vitest';
import { callDynamodb } from '../../../local/engines/call-dynamodb.ts';
import { findDynamodbEngine } from '../../../local/engines/find-dynamodb-engine.ts';
import { indexStream } from '../../../local/engines/index-stream.ts';
import { startDynamodb } from '../../../local/engines/start-dynamodb.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'plusone-index-'));

it('a new file of the engine has an index over its stream, and the engine goes on with it', async () => {
  const engine = await findDynamodbEngine({ environment: {}, from: join(process.cwd(), 'package.json') });
  if (engine.kind !== 'dynoxide') return;
  const dataDir = folder();
  const running = await startDynamodb({ engine, dataDir });
  const answer = await callDynamodb(running.url, 'ListTables', {});
  await running.stop();
  expect(answer).toEqual({ TableNames: [] });
  const bytes = readFileSync(join(dataDir, 'dynamodb.sqlite'));
  expect([bytes[18], bytes[19]], 'the file keeps its log').toEqual([2, 2]);
  bytes[18] = 1;
  bytes[19] = 1;
  const { Database } = await initSqlJs();
  const names = new Database(bytes).exec("SELECT name FROM sqlite_master WHERE name = 'stream_order'");
  expect(names).toHaveLength(1);
});

it('a file that is none of the engine’s is left as it is', async () => {
  const file = join(folder(), 'dynamodb.sqlite');
  expect(await indexStream(file)).toBe(false);
  writeFileSync(file, 'no database at all');
  expect(await indexStream(file)).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('no database at all');
});
