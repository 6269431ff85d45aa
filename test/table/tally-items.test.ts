import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArrivedVisit } from '../../shared/domain/clicks/additions.ts';
import { type ClickTotals, type Counter, noClicks, totalsBy } from '../../shared/domain/clicks/totals.ts';
import { keys } from '../../shared/table/keys.ts';
import { totalsOf } from '../../shared/table/overview-items.ts';
import { type CountClicksPorts, countClicks } from '../../shared/usecases/clicks/count-clicks.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, linkOf, overviewOf, testCost, useTable } from './use-table.ts';

const world = useTable();
const second = 1_777_629_600;

let made = 0;
function arrived(more: Partial<ArrivedVisit['visit']> & { first?: boolean } = {}): ArrivedVisit {
  const { first = true, ...visit } = more;
  made++;
  return {
    first,
    visit: {
      visitId: String(made).padStart(26, '0'),
      clickId: `clk_${made}`,
      code: 'abc',
      programId: 'default',
      userId: 'alice',
      kind: 'human',
      at: second * 1000 + (made % 1000),
      visitorHash: 'x',
      ...visit,
    },
  };
}
const visits = (count: number, more: Partial<ArrivedVisit['visit']> & { first?: boolean } = {}) =>
  Array.from({ length: count }, () => arrived(more));
const count = (batch: readonly ArrivedVisit[]) => countClicks(world.ports, batch);

async function totals(code = 'abc', userId = 'alice') {
  const read = async (key: { pk: string; sk: string }) =>
    totalsOf(
      (await world.table.documents.send(new GetCommand({ TableName: world.table.name, Key: key }))).Item,
    );
  if ((await world.ports.findParticipant('default', userId)) === undefined) await linkOf(world.ports, userId);
  return {
    link: await read(keys.linkClicks(code)),
    participant: (await overviewOf(world.ports, userId)).clicks,
    program: await read(keys.programClicks('default')),
  };
}
const everywhere = (
  clicks: number,
  uniqueClicks: number,
  botClicks: number,
  more: Partial<ClickTotals> = {},
) => {
  const totals = { ...noClicks, clicks, uniqueClicks, botClicks, ...more };
  return { link: totals, participant: totals, program: totals };
};

describe('countClicks', () => {
  it('adds each visit to link, participant and program', async () => {
    await count([...visits(3), ...visits(2, { first: false }), ...visits(4, { kind: 'bot' })]);
    expect(await totals()).toEqual(everywhere(5, 3, 4));
  });

  it('counts a batch once that is delivered again', async () => {
    const batch = visits(10);
    for (let i = 0; i < 4; i++) await count(batch);
    expect(await totals()).toEqual(everywhere(10, 10, 0));
  });

  it('counts a visit once that is in one batch twice', async () => {
    const [one] = visits(1);
    await count([one, one, one] as ArrivedVisit[]);
    expect(await totals()).toEqual(everywhere(1, 1, 0));
  });

  it('counts each once where batches are cut anew, in halves and overlapping', async () => {
    const all = visits(20);
    for (const [from, to] of [
      [0, 10],
      [10, 20],
      [5, 15],
      [0, 20],
      [19, 20],
      [3, 4],
    ])
      await count(all.slice(from, to));
    expect(await totals()).toEqual(everywhere(20, 20, 0));
  });

  it('counts each once where one batch is delivered many times at the same moment', async () => {
    const batch = visits(20);
    await atOnce(8, () => count(batch));
    expect(await totals()).toEqual(everywhere(20, 20, 0));
  });

  it('counts each once where different batches of one second come at the same moment', async () => {
    const all = visits(40);
    await atOnce(8, (i) => count(all.slice(i * 4, i * 4 + 12)));
    expect(await totals()).toEqual(everywhere(40, 40, 0));
  });

  it('finds the seconds of a batch each', async () => {
    const batch = [0, 1, 2, 1, 0].map((offset) => arrived({ at: (second + offset) * 1000 }));
    await count(batch);
    await count(batch.slice(1, 4));
    expect(await totals()).toEqual(everywhere(5, 5, 0));
  });

  it('counts a second with more counters than one transaction takes', async () => {
    const batch = Array.from({ length: 120 }, (_, i) => arrived({ code: `code-${i}`, userId: `user-${i}` }));
    await count(batch);
    await count(batch);
    expect((await totals('code-0', 'user-0')).program).toMatchObject({ clicks: 120, uniqueClicks: 120 });
    for (const i of [0, 48, 49, 50, 119]) {
      expect((await totals(`code-${i}`, `user-${i}`)).link.clicks, `code-${i}`).toBe(1);
      expect((await totals(`code-${i}`, `user-${i}`)).participant.clicks, `user-${i}`).toBe(1);
    }
  });

  it('goes on where a delivery died between two transactions', async () => {
    const batch = Array.from({ length: 60 }, (_, i) => arrived({ code: `code-${i}`, userId: `user-${i}` }));
    let left = 1;
    const dying: CountClicksPorts = {
      ...world.ports,
      countVisits: async (...given) => {
        if (left-- === 0) throw new Error('killed');
        return world.ports.countVisits(...given);
      },
    };
    await expect(countClicks(dying, batch)).rejects.toThrow('killed');
    await count(batch);
    expect((await totals('code-0', 'user-0')).program.clicks).toBe(60);
  });

  it('lets its notes go after a month, and no sooner', async () => {
    await count(visits(1));
    const { Item } = await world.table.documents.send(
      new GetCommand({ TableName: world.table.name, Key: keys.tally(second, 1) }),
    );
    expect(Item?.['expiresAt']).toBe(second + 30 * 86_400);
  });

  it('counts each once, however deliveries are cut, repeated and reordered', async () => {
    const cuts = fc.array(fc.tuple(fc.nat({ max: 29 }), fc.integer({ min: 1, max: 30 })), {
      minLength: 1,
      maxLength: 5,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(cuts, async (slices) => {
        round++;
        const [code, userId] = [`round-${round}`, `user-${round}`];
        const all = Array.from({ length: 30 }, (_, i) =>
          arrived({ code, userId, at: (second + round * 10 + (i % 3)) * 1000 }),
        );
        await Promise.all(slices.map(([from, length]) => count(all.slice(from, from + length))));
        await count(all);
        expect((await totals(code, userId)).link).toMatchObject({ clicks: 30, uniqueClicks: 30 });
      }),
      { numRuns: 15 },
    );
  });
});

describe('clicks of days', () => {
  const days = async (counter: Counter) => world.ports.listClickDays(counter, '2026-05-01', '2026-05-02');
  const midnight = Date.parse('2026-05-02T00:00:00Z');

  it('are those of all time, by the hour of each visit', async () => {
    await count([
      arrived({ at: midnight - 1 }),
      arrived({ at: midnight, kind: 'scanner' }),
      arrived({ at: midnight + 3_600_000, first: false }),
      arrived({ at: midnight + 3_600_000, kind: 'head' }),
    ]);
    const expected = [
      { day: '2026-05-01', hours: new Map([[23, { ...noClicks, clicks: 1, uniqueClicks: 1 }]]) },
      {
        day: '2026-05-02',
        hours: new Map([
          [0, { ...noClicks, botClicks: 1, scannerClicks: 1 }],
          [1, { ...noClicks, clicks: 1, botClicks: 1, headClicks: 1 }],
        ]),
      },
    ];
    expect(await days({ of: 'link', code: 'abc' })).toEqual(expected);
    expect(await days({ of: 'participant', programId: 'default', userId: 'alice' })).toEqual(expected);
    expect(await days({ of: 'program', programId: 'default' })).toEqual(expected);
    expect(await totals()).toEqual(everywhere(2, 1, 2, { scannerClicks: 1, headClicks: 1 }));
  });

  it('are none where nothing happened', async () => {
    await count(visits(1));
    expect(await days({ of: 'link', code: 'other' })).toEqual([]);
  });
});

/** docs/clicks.md and docs/access-patterns.md have these figures. */
describe('write units of counting', () => {
  const unitsOf = async (batch: readonly ArrivedVisit[]) =>
    (await measureWrites(world.table, () => count(batch))).units;

  testCost('a lone click: a note, and totals and a day of link, participant and program', async () => {
    expect(await unitsOf(visits(1))).toEqual({ table: 14, lists: 0 });
  });

  testCost('a batch that holds nothing new', async () => {
    const batch = visits(10);
    await count(batch);
    expect(await unitsOf(batch)).toEqual({ table: 0, lists: 0 });
  });

  testCost('a second of a hot link: its counters are written once', async () => {
    expect(await unitsOf(visits(100))).toEqual({ table: 12 + 2 * 2, lists: 0 });
    expect(await unitsOf(visits(1_000))).toEqual({ table: 12 + 2 * 18, lists: 0 });
  });

  testCost('a batch over five seconds: a note each, and its counters once', async () => {
    const batch = Array.from({ length: 50 }, (_, i) => arrived({ at: (second + (i % 5)) * 1000 }));
    expect(await unitsOf(batch)).toEqual({ table: 12 + 2 * 5, lists: 0 });
  });

  testCost('two links of one participant share the other counters', async () => {
    expect(await unitsOf([arrived({ code: 'one' }), arrived({ code: 'two' })])).toEqual({
      table: 18,
      lists: 0,
    });
  });

  testCost(
    'a day stays within a kilobyte, with all hours of all kinds in the hundred thousands',
    async () => {
      const busy = totalsBy(() => 250_000);
      const counter: Counter = { of: 'program', programId: 'default' };
      const hours = new Map(Array.from({ length: 24 }, (_, hour) => [hour, busy]));
      const { units } = await measureWrites(world.table, () =>
        world.ports.countVisits([], [], [{ counter, day: '2026-05-01', hours }]),
      );
      expect(units.table).toBe(1);
    },
  );
});
