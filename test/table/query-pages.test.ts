import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { queryAll, queryFirst, queryPages } from '../../shared/table/query-pages.ts';
import { useTable } from './use-table.ts';

const world = useTable();
const pk = 'LONG';
const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
const even = {
  ...query,
  FilterExpression: 'isEven = :yes',
  ExpressionAttributeValues: { ':pk': pk, ':yes': true },
};
const numbers = (items: readonly Record<string, unknown>[]) => items.map((item) => Number(item['sk']));

/** Seven items of 300 KB: DynamoDB gives at most 1 MB a page. */
beforeEach(async () => {
  const { name, documents } = world.table;
  for (let i = 1; i <= 7; i++) {
    const Item = { pk, sk: String(i), isEven: i % 2 === 0, filler: 'x'.repeat(300_000) };
    await documents.send(new PutCommand({ TableName: name, Item }));
  }
});

describe('a query that finds more than a page', () => {
  it('gives each item once, page by page', async () => {
    const pages: number[][] = [];
    for await (const items of queryPages(world.table, query)) pages.push(numbers(items));
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(numbers(await queryAll(world.table, query))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('gives the first few, and says whether it goes on', async () => {
    const { items, end } = await queryFirst(world.table, query, 5);
    expect([numbers(items), end]).toEqual([[1, 2, 3, 4, 5], { pk, sk: '5' }]);
    const ExclusiveStartKey = { pk, sk: '5' };
    const rest = await queryFirst(world.table, { ...query, ExclusiveStartKey }, 5);
    expect([numbers(rest.items), rest.end]).toEqual([[6, 7], undefined]);
  });

  it('reads on where a filter left too few', async () => {
    expect(numbers((await queryFirst(world.table, even, 3)).items)).toEqual([2, 4, 6]);
    const all = await queryFirst(world.table, even, 9);
    expect([numbers(all.items), all.end]).toEqual([[2, 4, 6], undefined]);
  });
});
