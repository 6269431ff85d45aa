import { describe, expect, it } from 'vitest';
import type { Visit } from '../../shared/domain/clicks/visit.ts';
import { recordVisit, type Visitor } from '../../shared/usecases/clicks/record-visit.ts';
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

describe('recordVisit', () => {
  it('keeps hashes of the visitor, and the host of where they came from', async () => {
    const link = await linkOf(world.ports, 'alice');
    const clickId = await recordVisit(at(start), link, person);
    const click = await world.ports.findClick(clickId);
    expect(click).toEqual({
      visits: 1,
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

  it('gives a visitor one click id for a link and an hour', async () => {
    const [link, other] = [await linkOf(world.ports, 'alice'), await linkOf(world.ports, 'alice')];
    const first = await recordVisit(at(start), link, person);
    expect(await recordVisit(at(start + hour - 1), link, person)).toBe(first);
    const others = [
      await recordVisit(at(start + hour), link, person),
      await recordVisit(at(start), other, person),
      await recordVisit(at(start), link, { ...person, ip: '203.0.113.8' }),
      await recordVisit(at(start), link, { ...person, userAgent: 'Safari' }),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
    expect((await world.ports.findClick(first))?.visits).toBe(2);
  });

  it('gives a machine, and a visitor without an address, a new id each time', async () => {
    const link = await linkOf(world.ports, 'alice');
    const bots = await atOnce(3, () => recordVisit(at(start), link, { ...person, kind: 'bot' }));
    const unknown = await atOnce(3, () => recordVisit(at(start), link, { ...person, ip: undefined }));
    expect(new Set([...bots, ...unknown]).size).toBe(6);
  });

  it('lets one of many visits at the same moment be the first', async () => {
    const link = await linkOf(world.ports, 'alice');
    const kinds: string[] = [];
    const ports = {
      ...at(start),
      storeVisit: async (visit: Visit, known: boolean) => {
        const kind = await world.ports.storeVisit(visit, known);
        kinds.push(kind);
        return kind;
      },
    };
    const ids = await atOnce(20, () => recordVisit(ports, link, person));
    expect(new Set(ids).size).toBe(1);
    expect(kinds.filter((kind) => kind === 'first')).toHaveLength(1);
    expect((await world.ports.findClick(ids[0] ?? ''))?.visits).toBe(20);
  });

  it('keeps a user agent that is long, without half of a character at its end', async () => {
    const link = await linkOf(world.ports, 'alice');
    const clickId = await recordVisit(at(start), link, { ...person, userAgent: `${'a'.repeat(511)}🙂🙂` });
    expect((await world.ports.findClick(clickId))?.visit.userAgent).toBe('a'.repeat(511));
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
    expect(await world.ports.storeVisit(visit('v1'), false)).toBe('first');
    expect(await world.ports.storeVisit(visit('v1'), false)).toBe('first');
    expect(await world.ports.storeVisit(visit('v2'), false)).toBe('repeat');
    expect(await world.ports.storeVisit(visit('v2'), true)).toBe('repeat');
    expect(await world.ports.findClick('clk_1')).toMatchObject({ visits: 2, visit: { visitId: 'v1' } });
  });

  it('of a repeat alone makes no click', async () => {
    await world.ports.storeVisit(visit('v1'), true);
    expect(await world.ports.findClick('clk_1')).toBeUndefined();
  });
});
