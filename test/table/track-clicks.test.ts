import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { isRefusal, type Refusal } from '../../shared/contract/problems.ts';
import { readClickToken } from '../../shared/domain/referrals/click-token.ts';
import { clickTokenKey } from '../../shared/usecases/clicks/click-keys.ts';
import { countClicks } from '../../shared/usecases/clicks/count-clicks.ts';
import { readClickSeries } from '../../shared/usecases/clicks/read-click-series.ts';
import type { Visitor } from '../../shared/usecases/clicks/record-visit.ts';
import { type TrackedClick, trackClicks } from '../../shared/usecases/clicks/track-clicks.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, linkOf, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const hour = 3_600_000;
/** The beginning of a clock hour. */
const start = Math.floor(Date.now() / hour) * hour;
const at = (time: number) => ({ ...world.ports, now: () => time });
const visitorOf = (ip: string): Visitor => ({ kind: 'human', ip, userAgent: 'Firefox', referrer: undefined });
const person = visitorOf('203.0.113.7');

function onlyOf(outcomes: readonly (TrackedClick | Refusal)[]): TrackedClick {
  const [outcome] = outcomes;
  if (outcome === undefined || isRefusal(outcome)) throw new Error(JSON.stringify(outcome));
  return outcome;
}

describe('trackClicks', () => {
  it('takes clicks by code and by link, and answers with tokens that say which they are', async () => {
    const { code } = await linkOf(world.ports, 'alice');
    const tracked = await trackClicks(at(start), [
      { referralCode: code.toUpperCase(), visitor: person },
      { referralLink: `https://go.example.com/r/${code}?a=b`, visitor: person },
    ]);
    const { clickId, token } = onlyOf(tracked);
    expect(tracked).toEqual([
      { clickId, code, token },
      { clickId, code, token },
    ]);
    expect(await world.ports.countVisitsOf(clickId)).toBe(2);
    const claims = { clickId, code, programId: 'default', at: start };
    expect(readClickToken(clickTokenKey(world.ports), token)).toEqual(claims);
  });

  it('gives each of a batch an outcome of its own', async () => {
    const [good, dead] = [await linkOf(world.ports, 'alice'), await linkOf(world.ports, 'bob')];
    const late = await linkOf(world.ports, 'carol');
    taken(await changeLink(world.ports, dead.code, { status: 'inactive' }));
    taken(await changeLink(world.ports, late.code, { expiresAt: new Date(Date.now() - 1).toISOString() }));
    const outcomes = await trackClicks(world.ports, [
      { referralCode: good.code, visitor: person },
      { referralCode: 'nothing', visitor: person },
      { referralCode: dead.code, visitor: person },
      { referralCode: late.code, visitor: person },
      { referralLink: 'https://example.com/', visitor: person },
      { referralCode: good.code, visitor: visitorOf('203.0.113.8') },
    ]);
    expect(outcomes.map((one) => (isRefusal(one) ? one.refused : 'taken'))).toEqual([
      ...['taken', 'code_not_found', 'code_inactive', 'code_inactive', 'code_not_found', 'taken'],
    ]);
  });

  it('looks a code up once a batch', async () => {
    const { code } = await linkOf(world.ports, 'alice');
    let reads = 0;
    const findLink = (one: string) => {
      reads++;
      return world.ports.findLink(one);
    };
    const seen = Array.from({ length: 100 }, (_, i) => ({
      referralCode: code,
      visitor: visitorOf(`10.0.0.${i}`),
    }));
    expect(await trackClicks({ ...world.ports, findLink }, seen)).toHaveLength(100);
    expect(reads).toBe(1);
  });

  testCost('costs 1 write unit a click, 1 more with an id, and 1 more with a visitor', async () => {
    const { code: referralCode } = await linkOf(world.ports, 'alice');
    const seen = { referralCode, visitor: person };
    const cost = async (more: object) =>
      (await measureWrites(world.table, () => trackClicks(world.ports, [{ ...seen, ...more }]))).units;
    expect(await cost({ visitor: visitorOf('10.0.0.1') })).toEqual({ table: 1, lists: 0 });
    expect(await cost({ visitor: visitorOf('10.0.0.2'), id: 'a' })).toEqual({ table: 2, lists: 0 });
    const all = { visitor: visitorOf('10.0.0.3'), id: 'b', visitorId: 'v' };
    expect(await cost(all)).toEqual({ table: 3, lists: 0 });
  });
});

describe('a click that is reported under an id', () => {
  const seenOnce = async (more: object = {}) => {
    const { code } = await linkOf(world.ports, 'alice');
    return { id: 'click-1', referralCode: code, visitor: person, ...more };
  };

  it.each([
    ['with an address', person],
    ['without one', { ...person, ip: undefined }],
    ['of a machine', { ...person, kind: 'bot' }],
  ] as const)('%s is the same click again, days later', async (_, visitor) => {
    const seen = await seenOnce({ visitor });
    const before = onlyOf(await trackClicks(at(start), [seen]));
    const again = onlyOf(await trackClicks(at(start + 49 * hour), [seen]));
    expect(again).toEqual(before);
    expect(await world.ports.countVisitsOf(before.clickId)).toBe(1);
    expect(await world.ports.findClick(before.clickId)).toMatchObject({ visit: { at: start } });
  });

  it.each([
    ['is deactivated', { status: 'inactive' }],
    ['runs out', { expiresAt: new Date(start + hour).toISOString() }],
  ] as const)('is the same click again after its link %s, which takes no other', async (_, change) => {
    const seen = await seenOnce({ visitorId: 'anon-1' });
    const first = await trackClicks(at(start), [seen]);
    taken(await changeLink(at(start), seen.referralCode, change));
    const codesOf = async (...clicks: Parameters<typeof trackClicks>[1]) =>
      (await trackClicks(at(start + 2 * hour), clicks)).map(codeOf);
    expect(await trackClicks(at(start + 2 * hour), [seen])).toEqual(first);
    expect(await codesOf({ ...seen, id: 'click-2' }, { ...seen, id: undefined })).toEqual([
      ...['code_inactive', 'code_inactive'],
    ]);
    expect(await codesOf({ ...seen, visitor: visitorOf('198.51.100.1') })).toEqual(['click_conflict']);
    expect(await world.ports.countVisitsOf(onlyOf(first).clickId)).toBe(1);
    // What was refused is not known: the link in use again, it is a click like any other.
    taken(await changeLink(at(start + 2 * hour), seen.referralCode, { status: 'active', expiresAt: null }));
    expect(onlyOf(await trackClicks(at(start + 3 * hour), [{ ...seen, id: 'click-2' }])).clickId).toMatch(
      /^clk_/,
    );
  });

  it('is one click, however often it comes at the same moment', async () => {
    const seen = await seenOnce({ visitorId: 'anon-1' });
    const all = await atOnce(10, (i) => trackClicks(at(start + i), [seen, seen]));
    const answers = all.flat();
    expect(answers).toHaveLength(20);
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await world.ports.countVisitsOf(onlyOf(answers).clickId)).toBe(1);
  });

  it.each([
    ['a person', 'human', 400],
    ['a machine', 'bot', 90],
  ] as const)('is known as long as its visit is kept, of %s, to the second', async (_, kind, days) => {
    const seen = await seenOnce({ visitor: { ...person, kind } });
    const first = onlyOf(await trackClicks(at(start), [seen]));
    const end = start + days * 24 * hour;
    expect(onlyOf(await trackClicks(at(end - 1_000), [seen]))).toEqual(first);
    const { Items = [] } = await world.table.documents.send(
      new ScanCommand({
        TableName: world.table.name,
        FilterExpression: '#type IN (:visit, :report)',
        ExpressionAttributeNames: { '#type': 'type' },
        ExpressionAttributeValues: { ':visit': 'visit', ':report': 'clickReport' },
      }),
    );
    expect(Items.map((item) => item['expiresAt'])).toEqual([end / 1_000, end / 1_000]);
    // The table deletes some time after the end: whether it has done so makes no difference.
    const [visit] = Items.filter((item) => item['type'] === 'visit');
    await world.table.documents.send(
      new DeleteCommand({ TableName: world.table.name, Key: { pk: visit?.['pk'], sk: visit?.['sk'] } }),
    );
    const anew = onlyOf(await trackClicks(at(end), [seen]));
    expect(anew.clickId).not.toBe(first.clickId);
    expect(await world.ports.findClick(first.clickId)).toBeUndefined();
    expect(onlyOf(await trackClicks(at(end + hour), [seen]))).toEqual(anew);
  });

  it('is refused with other content', async () => {
    const seen = await seenOnce();
    onlyOf(await trackClicks(world.ports, [seen]));
    const [other] = await trackClicks(world.ports, [{ ...seen, visitor: visitorOf('198.51.100.1') }]);
    expect(other).toEqual({ refused: 'click_conflict' });
  });

  it('names the network of a person, and is refused with another one', async () => {
    const seen = await seenOnce({ visitor: { ...person, asn: 16509 } });
    const { clickId } = onlyOf(await trackClicks(world.ports, [seen]));
    expect(await world.ports.findClick(clickId)).toMatchObject({ visit: { asn: 16509 } });
    const [other] = await trackClicks(world.ports, [{ ...seen, visitor: { ...person, asn: 3320 } }]);
    expect(other).toEqual({ refused: 'click_conflict' });
  });

  it('is stored by who reports it again, where the first died between', async () => {
    const seen = await seenOnce({ visitorId: 'anon-1' });
    const dying = { ...at(start), storeVisit: () => Promise.reject(new Error('died')) };
    await expect(trackClicks(dying, [seen])).rejects.toThrow('died');
    const halfway = { ...at(start + 1), joinVisitor: () => Promise.reject(new Error('died')) };
    await expect(trackClicks(halfway, [seen])).rejects.toThrow('died');
    const { clickId } = onlyOf(await trackClicks(at(start + hour), [seen]));
    expect(await world.ports.countVisitsOf(clickId)).toBe(1);
    expect(await world.ports.findClick(clickId)).toMatchObject({ visit: { at: start } });
  });
});

describe('a click that is reported later than it was', () => {
  const seenAt = async (time: number, more: object = {}) => {
    const { code } = await linkOf(world.ports, 'alice');
    return { referralCode: code, visitor: person, occurredAt: new Date(time).toISOString(), ...more };
  };

  it('is at its own time: its hour, its click id and what its token says', async () => {
    const seen = await seenAt(start + 10);
    const late = onlyOf(await trackClicks(at(start + 30 * hour), [seen]));
    expect(await world.ports.findClick(late.clickId)).toMatchObject({ visit: { at: start + 10 } });
    expect(readClickToken(clickTokenKey(world.ports), late.token)).toMatchObject({ at: start + 10 });
    const inTime = onlyOf(await trackClicks(at(start + 20), [{ ...seen, occurredAt: undefined }]));
    expect(inTime.clickId).toBe(late.clickId);
    expect(await world.ports.countVisitsOf(late.clickId)).toBe(2);
  });

  it('counts in the hour and day in which it was', async () => {
    const [early, seen] = [
      await seenAt(start - 50 * hour),
      await seenAt(start, { visitor: visitorOf('10.0.0.9') }),
    ];
    const all = [early, seen].map((one) => ({ ...one, referralCode: early.referralCode }));
    const clicks = (await trackClicks(at(start + hour), all)).map((one) => onlyOf([one]));
    const visits = await Promise.all(clicks.map(({ clickId }) => world.ports.findClick(clickId)));
    const arrived = visits.flatMap((found) => (found ? [{ visit: found.visit, first: true }] : []));
    for (let time = 0; time < 2; time++) await countClicks(world.ports, arrived);
    const day = (time: number) => new Date(time).toISOString().slice(0, 10);
    const range = { from: day(start - 50 * hour), to: day(start) };
    const { points } = taken(
      await readClickSeries(at(start + hour), { programId: 'default', interval: 'hour', ...range }),
    );
    const counted = points.filter(({ clicks: count }) => count > 0);
    expect(counted).toMatchObject([
      { start: new Date(start - 50 * hour).toISOString(), clicks: 1, uniqueClicks: 1 },
      { start: new Date(start).toISOString(), clicks: 1, uniqueClicks: 1 },
    ]);
  });

  it.each([
    ['seven days', 7 * 24 * hour, 'taken'],
    ['a millisecond more than that', 7 * 24 * hour + 1, 'invalid_request'],
    ['five minutes before, by a clock that goes ahead,', -5 * 60_000, 'taken'],
    ['more of it', -5 * 60_000 - 1, 'invalid_request'],
    ['longer than clocks are', start + 10 * 365 * 24 * hour, 'invalid_request'],
  ])('of %s ago comes to what it may', async (_, ago, outcome) => {
    const [tracked] = await trackClicks(at(start), [await seenAt(start - ago)]);
    expect(tracked && isRefusal(tracked) ? tracked.refused : 'taken').toBe(outcome);
  });

  it('is now where its clock goes ahead', async () => {
    const { clickId } = onlyOf(await trackClicks(at(start), [await seenAt(start + 60_000)]));
    expect(await world.ports.findClick(clickId)).toMatchObject({ visit: { at: start } });
  });

  it('is the same click again under its id, also when it is too old to be new, and no other at another time', async () => {
    const seen = await seenAt(start, { id: 'click-1' });
    const first = onlyOf(await trackClicks(at(start + hour), [seen]));
    expect(onlyOf(await trackClicks(at(start + 300 * hour), [seen]))).toEqual(first);
    const outcomes = await trackClicks(at(start + 300 * hour), [{ ...seen, id: 'click-2' }]);
    expect(outcomes).toMatchObject([{ refused: 'invalid_request', errors: [{ field: 'occurredAt' }] }]);
    const [other] = await trackClicks(at(start + hour), [
      { ...seen, occurredAt: new Date(start + 1).toISOString() },
    ]);
    expect(other).toEqual({ refused: 'click_conflict' });
  });

  it('is of its link as that was: before it ran out, and not after', async () => {
    const seen = await seenAt(start);
    taken(
      await changeLink(at(start), seen.referralCode, { expiresAt: new Date(start + hour).toISOString() }),
    );
    onlyOf(await trackClicks(at(start + 2 * hour), [seen]));
    const after = { ...seen, occurredAt: new Date(start + hour).toISOString() };
    expect(await trackClicks(at(start + 2 * hour), [after])).toEqual([{ refused: 'code_inactive' }]);
  });

  it('earns a sign-up whose window it is within, and none else', async () => {
    const week = 7 * 24 * hour;
    for (const [ago, newUserId, outcome] of [
      [week - hour, 'bob', 'completed'],
      [week, 'carol', 'click_expired'],
    ] as const) {
      const seen = await seenAt(start - ago, { visitor: visitorOf(`10.1.${ago}`) });
      const { clickId } = onlyOf(await trackClicks(at(start), [seen]));
      const signUp = await createReferral(at(start + hour / 2), { newUserId, clickId });
      expect(isRefusal(signUp) ? signUp.refused : signUp.status).toBe(outcome);
    }
  });
});

describe('a click of a link with a cap', () => {
  const capped = async (clickCap: number) =>
    taken(
      await createLink(world.ports, {
        ...{ programId: 'default', userId: 'alice', createParticipant: true, clickCap },
      }),
    ).code;
  const outcomesOf = (outcomes: readonly (TrackedClick | Refusal)[]) =>
    outcomes.map((one) => (isRefusal(one) ? one.refused : 'taken'));

  it('takes a place as a visit by the redirect does, repeats included, and is refused beyond', async () => {
    const referralCode = await capped(3);
    const seen = { referralCode, visitor: person };
    const machine = { referralCode, visitor: { ...person, kind: 'bot' } } as const;
    expect(outcomesOf(await trackClicks(at(start), [seen, machine, seen]))).toEqual(Array(3).fill('taken'));
    expect(await world.ports.useClicks(referralCode, 1, 3)).toBe(true);
    const beyond = await trackClicks(at(start), [seen, machine]);
    expect(outcomesOf(beyond)).toEqual(['code_inactive', 'code_inactive']);
    expect(await world.ports.findClicksUsed(referralCode)).toBe(3);
    taken(await changeLink(world.ports, referralCode, { clickCap: 4 }));
    const { clickId } = onlyOf(await trackClicks(at(start), [seen]));
    expect(await world.ports.countVisitsOf(clickId)).toBe(3);
  });

  it('takes one place under an id, however often it is reported, also once the cap is reached', async () => {
    const referralCode = await capped(2);
    const other = { id: 'click-2', referralCode, visitor: person };
    const seen = { id: 'click-1', referralCode, visitor: person };
    onlyOf(await trackClicks(at(start), [other]));
    const all = (await atOnce(8, (i) => trackClicks(at(start + i), [seen, seen]))).flat();
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(outcomesOf(all)).toEqual(Array(16).fill('taken'));
    expect(await world.ports.findClicksUsed(referralCode)).toBe(2);
    expect(outcomesOf(await trackClicks(at(start + hour), [seen, other]))).toEqual(['taken', 'taken']);
    const late = { ...seen, id: 'click-3' };
    expect(outcomesOf(await trackClicks(at(start), [late]))).toEqual(['code_inactive']);
    taken(await changeLink(world.ports, referralCode, { clickCap: 3 }));
    expect(outcomesOf(await trackClicks(at(start), [late, late]))).toEqual(['taken', 'taken']);
    expect(await world.ports.findClicksUsed(referralCode)).toBe(3);
  });

  it('never passes the cap, however many come at once', async () => {
    const referralCode = await capped(25);
    const batch = Array.from({ length: 20 }, (_, i) => ({ referralCode, visitor: visitorOf(`10.0.0.${i}`) }));
    const all = (await atOnce(2, () => trackClicks(world.ports, batch))).flat();
    expect(outcomesOf(all).filter((one) => one === 'taken')).toHaveLength(25);
    expect(await world.ports.findClicksUsed(referralCode)).toBe(25);
  });

  testCost('costs 3 write units more', async () => {
    const seen = { referralCode: await capped(9), visitor: person };
    const cost = async () => (await measureWrites(world.table, () => trackClicks(at(start), [seen]))).units;
    expect(await cost()).toEqual({ table: 4, lists: 0 });
  });
});
