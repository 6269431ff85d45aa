import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeptVisit, Visit } from '../../shared/domain/clicks/visit.ts';
import type { Link } from '../../shared/domain/links/link.ts';
import { recordVisit, type Visitor } from '../../shared/usecases/clicks/record-visit.ts';
import { measureReads } from './measure-writes.ts';
import { atOnce, linkOf, useTable } from './use-table.ts';

const world = useTable();
const person: Visitor = {
  kind: 'human',
  ip: '203.0.113.7',
  userAgent: 'Firefox',
  referrer: 'https://news.example/a?b=c',
};
const hour = 3_600_000;
/** The beginning of a clock hour. */
const start = Math.floor(Date.now() / hour) * hour;
const at = (time: number) => ({ ...world.ports, now: () => time });

const idOf = async (...visit: Parameters<typeof recordVisit>) => (await recordVisit(...visit)).clickId;

describe('recordVisit', () => {
  it('keeps hashes of the visitor, and the host of where they came from', async () => {
    const link = await linkOf(world.ports, 'alice');
    const { clickId } = await recordVisit(at(start), link, person);
    const click = await world.ports.findClick(clickId);
    expect(await world.ports.countVisitsOf(clickId)).toBe(1);
    expect(click).toEqual({
      visit: {
        visitId: expect.stringMatching(/^[0-9a-z]{26}$/),
        clickId: expect.stringMatching(/^clk_[0-9a-z]{26}$/),
        code: link.code,
        programId: 'default',
        userId: 'alice',
        kind: 'human',
        at: start,
        visitorHash: expect.stringMatching(/^[0-9a-z]{26}$/),
        ipHash: expect.stringMatching(/^[0-9a-z]{26}$/),
        userAgent: 'Firefox',
        referrerHost: 'news.example',
      },
    });
    expect(JSON.stringify(click)).not.toContain('203.0.113.7');
  });

  it('gives a visitor without a cookie one click id for a link and a clock hour', async () => {
    const [link, other] = [await linkOf(world.ports, 'alice'), await linkOf(world.ports, 'alice')];
    const first = await idOf(at(start), link, person);
    expect(await idOf(at(start + hour - 1), link, person)).toBe(first);
    const others = [
      await idOf(at(start + hour), link, person),
      await idOf(at(start), other, person),
      await idOf(at(start), link, { ...person, ip: '203.0.113.8' }),
      await idOf(at(start), link, { ...person, userAgent: 'Safari' }),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
    expect(await world.ports.countVisitsOf(first)).toBe(2);
  });

  it('gives a machine, and a visitor without an address, a new id each time', async () => {
    const link = await linkOf(world.ports, 'alice');
    const bots = await atOnce(3, () => idOf(at(start), link, { ...person, kind: 'bot' }));
    const unknown = await atOnce(3, () => idOf(at(start), link, { ...person, ip: undefined }));
    expect(new Set([...bots, ...unknown]).size).toBe(6);
  });

  it('lets one of many visits at the same moment be the first', async () => {
    const link = await linkOf(world.ports, 'alice');
    const kept: KeptVisit[] = [];
    const ports = {
      ...at(start),
      storeVisit: async (visit: Visit, known: boolean) => {
        const stored = await world.ports.storeVisit(visit, known);
        kept.push(stored);
        return stored;
      },
    };
    const ids = await atOnce(20, () => idOf(ports, link, person));
    expect(new Set(ids).size).toBe(1);
    expect(kept.filter(({ first }) => first)).toHaveLength(1);
    expect(await world.ports.countVisitsOf(ids[0] ?? '')).toBe(20);
  });

  it('keeps a user agent that is long, without half of a character at its end', async () => {
    const link = await linkOf(world.ports, 'alice');
    const { clickId } = await recordVisit(at(start), link, {
      ...person,
      userAgent: `${'a'.repeat(511)}🙂🙂`,
    });
    expect((await world.ports.findClick(clickId))?.visit.userAgent).toBe('a'.repeat(511));
  });
});

describe('a visitor whose browser remembers the click', () => {
  const minute = 60_000;
  const visitAs = (visitor: Visitor) => async (time: number, link: Link, remembered?: string) =>
    recordVisit(at(time), link, { ...visitor, remembered });
  const visit = visitAs(person);

  it('repeats it for an hour, to the millisecond, over the full hour and over midnight in UTC', async () => {
    const link = await linkOf(world.ports, 'alice');
    for (const begin of [start + 59 * minute, Date.parse('2026-11-21T23:59:00Z')]) {
      const first = await visit(begin, link);
      const again = await visit(begin + 2 * minute, link, first.remember);
      const last = await visit(begin + hour - 1, link, again.remember);
      expect([again, last]).toEqual([first, first]);
      expect(await world.ports.countVisitsOf(first.clickId)).toBe(3);
      const next = await visit(begin + hour, link, last.remember);
      expect(next.clickId).not.toBe(first.clickId);
      expect((await world.ports.findClick(next.clickId))?.visit.at).toBe(begin + hour);
    }
  });

  it('is one visitor on another network too', async () => {
    const link = await linkOf(world.ports, 'alice');
    const first = await visit(start, link);
    const elsewhere = visitAs({ ...person, ip: '198.51.100.9' });
    expect(await elsewhere(start + 1, link, first.remember)).toEqual(first);
  });

  it('has an hour from the first visit, also where it was not known to be a repeat', async () => {
    const link = await linkOf(world.ports, 'alice');
    const first = await visit(start + 10 * minute, link);
    expect(await visit(start + 50 * minute, link)).toEqual(first);
    expect(await visit(start + 69 * minute, link, first.remember)).toEqual(first);
    expect((await visit(start + 70 * minute, link, first.remember)).clickId).not.toBe(first.clickId);
  });

  it('is not believed what it makes up, nor what was of another link, nor a machine anything', async () => {
    const [link, other] = [await linkOf(world.ports, 'alice'), await linkOf(world.ports, 'alice')];
    const { clickId, remember } = await visit(start, link);
    const [, since = '', signature = ''] = remember.split('.');
    const later = (Number.parseInt(since, 36) + hour).toString(36);
    const made = [
      clickId,
      `${clickId}.${later}.${signature}`,
      `${clickId}.${since}.${'0'.repeat(26)}`,
      `clk_${'0'.repeat(26)}.${since}.${signature}`,
      remember.slice(0, -1),
      `${remember}0`,
      '',
    ];
    for (const value of made) {
      expect((await visit(start + hour, link, value)).clickId, value).not.toBe(clickId);
    }
    expect((await visit(start + 1, other, remember)).clickId).not.toBe(clickId);
    const machine = visitAs({ ...person, kind: 'bot' });
    expect((await machine(start + 1, link, remember)).clickId).not.toBe(clickId);
  });

  it('counts as a person although the browser looked at the link ahead', async () => {
    const link = await linkOf(world.ports, 'alice');
    const ahead = await visitAs({ ...person, kind: 'prefetch' })(start, link);
    expect(ahead.remember).toBe(ahead.clickId);
    const followed = await visit(start + 1, link, ahead.remember);
    expect((await world.ports.findClick(followed.clickId))?.visit.kind).toBe('human');
  });

  it('makes as many clicks as there are hours, and at most twice as many where it forgets', async () => {
    const minutes = fc.array(fc.record({ at: fc.nat(300), remembers: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    });
    const alices = await linkOf(world.ports, 'alice');
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(minutes, fc.nat(59), async (visits, offset) => {
        const link = { ...alices, code: `run-${runs++}` };
        const times = [...visits].sort((a, b) => a.at - b.at);
        const made = new Set<string>();
        let [cookie, truly, since]: [string | undefined, number, number] = [undefined, 0, -hour];
        for (const { at: when, remembers } of times) {
          const time = start + (offset + when) * minute;
          if (time - since >= hour) [truly, since] = [truly + 1, time];
          const { clickId, remember } = await visit(time, link, remembers ? cookie : undefined);
          made.add(clickId);
          cookie = remember;
        }
        expect(made.size).toBeGreaterThanOrEqual(truly);
        expect(made.size).toBeLessThanOrEqual(2 * truly);
        if (times.every(({ remembers }) => remembers)) expect(made.size).toBe(truly);
      }),
      { numRuns: 40 },
    );
  });
});

describe('storeVisit', () => {
  const visit = (visitId: string): Visit => ({
    visitId,
    clickId: 'clk_1',
    code: 'abc234de',
    programId: 'default',
    userId: 'alice',
    kind: 'human',
    at: start,
    visitorHash: 'x',
  });

  it('is the same when a write is sent again', async () => {
    expect(await world.ports.storeVisit(visit('v1'), false)).toEqual({ first: true });
    expect(await world.ports.storeVisit(visit('v1'), false)).toEqual({ first: true });
    const repeat = { first: false, standing: visit('v1') };
    expect(await world.ports.storeVisit(visit('v2'), false)).toEqual(repeat);
    expect(await world.ports.storeVisit(visit('v2'), true)).toEqual({ first: false });
    expect(await world.ports.countVisitsOf('clk_1')).toBe(2);
    expect(await world.ports.findClick('clk_1')).toMatchObject({ visit: { visitId: 'v1' } });
  });

  it('is read at the cost of one visit, and counted up to a thousand, where a crowd is one visitor', async () => {
    await world.ports.storeVisit({ ...visit('first'), userAgent: 'a'.repeat(700) }, false);
    const crowd = (from: number, to: number) =>
      atOnce(to - from, (i) =>
        world.ports.storeVisit({ ...visit(`v${from + i}`), userAgent: 'a'.repeat(700) }, true),
      );
    for (let some = 0; some < 900; some += 100) await crowd(some, some + 100);
    expect(await world.ports.countVisitsOf('clk_1')).toBe(901);
    for (let some = 900; some < 1_300; some += 100) await crowd(some, some + 100);
    expect(await world.ports.countVisitsOf('clk_1')).toBe(1_000);
    expect(await measureReads(world.table, () => world.ports.findClick('clk_1'))).toBe(1);
    expect(await measureReads(world.table, () => world.ports.countVisitsOf('clk_1'))).toBeLessThanOrEqual(
      256,
    );
  });

  it('of a repeat alone makes no click', async () => {
    await world.ports.storeVisit(visit('v1'), true);
    expect(await world.ports.findClick('clk_1')).toBeUndefined();
  });
});
