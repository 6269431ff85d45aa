import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../shared/domain/page.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { createProgram } from '../../shared/usecases/programs/save-program.ts';
import { atOnce, happen, join, linkOf, nowOf, taken, useTable } from './use-table.ts';

const world = useTable();
type Read<Item> = (page: { limit: number; cursor?: string }) => Promise<Page<Item> | undefined>;

/** Reads a list to its end. */
async function readAll<Item>(read: Read<Item>, limit: number): Promise<{ items: Item[]; pages: number }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await read({ limit, ...(cursor !== undefined && { cursor }) });
    if (page === undefined) throw new Error('The list refused its own cursor');
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.nextCursor;
    pages++;
  } while (cursor !== undefined);
  return { items, pages };
}

describe('a list', () => {
  it.each([1, 2, 3, 6, 7, 8, 100])(
    'of seven gives each once, newest first, in pages of %d',
    async (limit) => {
      const made = [];
      for (let i = 0; i < 7; i++) {
        const now = () => Date.parse('2026-05-01T10:00:00.000Z') + i * 1000;
        made.push(await linkOf({ ...world.ports, now }, 'alice'));
      }
      const { items, pages } = await readAll(
        (page) => world.ports.listLinks('default', 'alice', page),
        limit,
      );
      expect(items.map(({ code }) => code)).toEqual(made.map(({ code }) => code).reverse());
      expect(pages).toBe(Math.ceil(7 / limit));
    },
  );

  it('of entries of one moment loses none', async () => {
    const now = () => Date.parse('2026-05-01T10:00:00.000Z');
    await atOnce(10, () => linkOf({ ...world.ports, now }, 'alice'));
    const { items } = await readAll((page) => world.ports.listLinks('default', 'alice', page), 3);
    expect(new Set(items.map(({ code }) => code)).size).toBe(10);
    expect(items).toHaveLength(10);
  });

  it('neither loses nor doubles what was there when it grows while it is read', async () => {
    const link = await linkOf(world.ports, 'alice');
    for (let i = 0; i < 6; i++) await join(world.ports, `user-${i}`, link);
    const first = await world.ports.listReferralsOf('default', 'alice', { limit: 3 });
    await join(world.ports, 'late', link);
    const second = await world.ports.listReferralsOf('default', 'alice', {
      limit: 10,
      cursor: first?.nextCursor ?? '',
    });
    expect([...(first?.items ?? []), ...(second?.items ?? [])].map((referral) => referral.refereeId)).toEqual(
      [5, 4, 3, 2, 1, 0].map((i) => `user-${i}`),
    );
  });

  it('of rewards passes over what is no reward, without short or empty pages', async () => {
    await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    await happen(world.ports, { id: 'e1', orderId: 'o1' });
    for (let i = 1; i <= 6; i++)
      await happen(world.ports, {
        id: `r${i}`,
        type: 'order.refunded',
        orderId: 'o1',
        amountRefunded: i * 100,
      });
    await happen(world.ports, { id: 'e2' }, { id: 'e3' });
    const now = nowOf(world.ports);
    const rewards = await world.ports.listRewards('default', 'alice', { limit: 2 }, now);
    expect(rewards?.items).toHaveLength(2);
    const { items } = await readAll((page) => world.ports.listRewards('default', 'alice', page, now), 2);
    expect(items.map((reward) => reward.eventId)).toEqual(['e3', 'e2', 'e1']);
    const ledger = await readAll((page) => world.ports.listLedger('default', 'alice', page, now), 2);
    expect(ledger.items).toHaveLength(9);
    expect(new Set(ledger.items.map((entry) => entry.entryId)).size).toBe(9);
  });

  it('of payouts holds those of its program, newest first', async () => {
    await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    await happen(world.ports, { id: 'e1' });
    for (let i = 0; i < 5; i++) {
      const now = () => Date.now() + i * 1000;
      taken(
        await createPayout(
          { ...world.ports, now },
          { programId: 'default', userId: 'alice', amount: i + 1, currency: 'USD' },
        ),
      );
    }
    const { items } = await readAll((page) => world.ports.listPayouts('default', page), 2);
    expect(items.map((payout) => payout.amount)).toEqual([5, 4, 3, 2, 1]);
    expect((await world.ports.listPayouts('other', { limit: 5 }))?.items).toEqual([]);
  });

  it('of programs is in the order of their ids', async () => {
    for (const programId of ['zebra', 'alpha', 'middle']) {
      taken(await createProgram(world.ports, { programId, name: 'x', destination: 'https://example.com/' }));
    }
    const { items } = await readAll(world.ports.listPrograms, 2);
    expect(items.map(({ programId }) => programId)).toEqual(['alpha', 'default', 'middle', 'zebra']);
  });

  it('of nothing is one empty page', async () => {
    expect(await world.ports.listLinks('default', 'nobody', { limit: 5 })).toEqual({ items: [] });
  });
});

describe('a cursor', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each([
    ['no base 64', '!!!'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['nothing', ''],
    ['null', encode(null)],
    ['an object', encode({ listSk: 'a', pk: 'b', sk: 'c' })],
    ['too short', encode(['a', 'b'])],
    ['too long', encode(['a', 'b', 'c', 'd'])],
    ['of numbers', encode([1, 2, 3])],
    ['of an empty key', encode(['a', '', 'c'])],
    ['of a key too long', encode(['a', 'b', 'c'.repeat(301)])],
    ['of half a character', Buffer.from('["\\ud800","a","b"]').toString('base64url')],
  ])('that is %s is none of ours', async (_, cursor) => {
    expect(await world.ports.listLinks('default', 'alice', { limit: 5, cursor })).toBeUndefined();
  });

  it('of another list shows nothing of that list', async () => {
    for (let i = 0; i < 3; i++) {
      await linkOf(world.ports, 'alice');
      await linkOf(world.ports, 'bob');
    }
    const ofAlice = await world.ports.listLinks('default', 'alice', { limit: 1 });
    const page = await world.ports.listLinks('default', 'bob', {
      limit: 5,
      cursor: ofAlice?.nextCursor ?? '',
    });
    expect(page?.items.every((link) => link.userId === 'bob')).toBe(true);
  });

  it('of any text is refused or read, and never fails', async () => {
    await linkOf(world.ports, 'alice');
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 3, maxLength: 3 }).map(encode),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (cursor) => {
        await world.ports.listLinks('default', 'alice', { limit: 5, cursor });
      }),
      { numRuns: 60 },
    );
  });
});
