import { BatchGetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { batchGet } from '../../shared/table/batch-get.ts';
import type { Table } from '../../shared/table/client.ts';
import { useTable } from './use-table.ts';

const world = useTable();
const wanted = Array.from({ length: 150 }, (_, i) => ({ pk: 'MANY', sk: String(i).padStart(3, '0') }));

beforeEach(async () => {
  const { name, documents } = world.table;
  await Promise.all(wanted.map((Item) => documents.send(new PutCommand({ TableName: name, Item }))));
});

/** A table that is short of capacity: a batch brings so many of its items, by the number of its call. */
function shortOf(brings: (call: number) => number): { table: Table; calls: () => number } {
  const { name, documents } = world.table;
  let calls = 0;
  const send = async (batch: BatchGetCommand) => {
    const { Keys = [] } = batch.input.RequestItems?.[name] ?? {};
    const most = brings(calls++);
    const taken = Keys.slice(0, most);
    const answer =
      taken.length === 0
        ? { Responses: {} }
        : await documents.send(new BatchGetCommand({ RequestItems: { [name]: { Keys: taken } } }));
    const leftOut = Keys.slice(most);
    return {
      ...answer,
      UnprocessedKeys: leftOut.length === 0 ? {} : { [name]: { Keys: leftOut } },
    };
  };
  return { table: { name, documents: { send } as unknown as Table['documents'] }, calls: () => calls };
}

const readOf = async (table: Table) => (await batchGet(table, wanted)).map(({ sk }) => sk).sort();

describe('items that are read in batches', () => {
  const all = wanted.map(({ sk }) => sk);

  it('are all found, and those that there are not are left out', async () => {
    const found = await batchGet(world.table, [...wanted, { pk: 'MANY', sk: 'none' }]);
    expect(found.map(({ sk }) => sk).sort()).toEqual(all);
  });

  it('are all found where a batch brings only some of them, or none now and then', async () => {
    const { table } = shortOf((call) => (call % 3 === 0 ? 0 : 40));
    expect(await readOf(table)).toEqual(all);
  });

  it('are asked for after a pause, and no more where nothing comes', async () => {
    const { table, calls } = shortOf(() => 0);
    const began = Date.now();
    await expect(readOf(table)).rejects.toThrow('left out 100 items');
    expect(calls()).toBe(8);
    expect(Date.now() - began).toBeGreaterThan(100);
  });
});
