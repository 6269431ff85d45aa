import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broughtItems } from '../../shared/table/brought-items.ts';
import { type DryRunPage, dryRunRules } from '../../shared/usecases/fraud/dry-run-rules.ts';
import { happen, join, linkOf, type OrderInput, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const wanted = { rules: { refund_rate: { action: 'flag', limit: 3, percent: 50 } } } as const;

const order = (userId: string, id: string): OrderInput => ({ id, userId, orderId: id });
const back = (userId: string, orderId: string): OrderInput => ({
  ...{ id: `${orderId}-back`, userId, orderId, type: 'order.refunded', amountRefunded: 1_000 },
});

/** Referrers with so many referees each, of whom every one orders, and all but the first give it back. */
async function crowd(referees: Readonly<Record<string, number>>): Promise<void> {
  for (const [referrer, count] of Object.entries(referees)) {
    const link = await linkOf(world.ports, referrer);
    for (let n = 0; n < count; n++) {
      const userId = `${referrer}-${n}`;
      await join(world.ports, userId, link);
      await happen(world.ports, order(userId, `o-${userId}`));
      if (n > 0) await happen(world.ports, back(userId, `o-${userId}`));
    }
  }
}

/** A whole run, page by page. */
async function pagesOf(limit: number, ports: Parameters<typeof dryRunRules>[0] = world.ports) {
  const pages: DryRunPage[] = [];
  let cursor: string | undefined;
  do {
    const page = { limit, ...(cursor !== undefined && { cursor }) };
    pages.push(taken(await dryRunRules(ports, 'default', { changes: wanted, days: 1 }, page)));
    cursor = pages.at(-1)?.nextCursor;
  } while (cursor !== undefined);
  return pages;
}
const sum = (pages: readonly DryRunPage[], of: (page: DryRunPage) => number) =>
  pages.reduce((total, page) => total + of(page), 0);

describe('a dry run', () => {
  it('finds the same in all, whatever the size of its pages', async () => {
    await crowd({ alice: 5, bob: 2, carol: 4, dave: 1 });
    const [whole] = await pagesOf(1_000);
    // With the second refund two of alice's three orders are given back: that, and the four events after it. Likewise carol's.
    expect(whole).toMatchObject({ participants: 16, judged: 12, cut: [], orders: { judged: 20 } });
    expect(whole?.orders.after.flag).toBe(5 + 3);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 16 }), async (limit) => {
        const pages = await pagesOf(limit);
        expect(pages.length).toBe(Math.ceil(16 / limit));
        expect(sum(pages, (page) => page.participants)).toBe(16);
        expect(sum(pages, (page) => page.judged)).toBe(12);
        expect(sum(pages, (page) => page.orders.judged)).toBe(20);
        expect(sum(pages, (page) => page.orders.after.flag)).toBe(whole?.orders.after.flag);
        expect(sum(pages, (page) => page.orders.changed)).toBe(whole?.orders.changed);
      }),
      { numRuns: 6 },
    );
  });

  it('ends a page early where many were brought, and says of whom not all were looked at', async () => {
    await crowd({ alice: 4, bob: 2 });
    const bounded = (mostOfOne: number, enoughOfAll: number) => ({
      ...world.ports,
      ...broughtItems(world.table, { mostOfOne, enoughOfAll }),
    });
    const cut = await pagesOf(100, bounded(3, 1_000));
    expect(cut).toMatchObject([{ participants: 8, judged: 5, cut: ['alice'] }]);
    const early = await pagesOf(100, bounded(4, 1));
    expect(sum(early, (page) => page.judged)).toBe(6);
    await crowd(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`r${n}`, 1])));
    const pages = await pagesOf(100, bounded(4, 1));
    expect(pages.map(({ participants }) => participants)).toEqual([25, 25, 18]);
    expect(sum(pages, (page) => page.judged)).toBe(36);
    expect(pages.flatMap((page) => page.cut)).toEqual([]);
  });

  testCost('reads each participant, and each of those whom they brought, once', async () => {
    await crowd({ alice: 3, bob: 1 });
    const { middlewareStack } = world.table.documents;
    let [queries, units] = [0, 0];
    middlewareStack.add(
      (next) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const answer = await next(args);
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
        queries += 1;
        units += ConsumedCapacity?.CapacityUnits ?? 0;
        return answer;
      },
      { step: 'initialize', name: 'measure' },
    );
    await world.ports.listBroughtInProgram('default', { limit: 100 });
    middlewareStack.remove('measure');
    // The list of six participants, a list for each, and four journals.
    expect(queries).toBe(1 + 6 + 4);
    expect(units).toBeLessThanOrEqual(1 + 0.5 * (6 + 4));
  });
});
