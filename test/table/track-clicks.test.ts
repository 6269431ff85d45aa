import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { isRefusal, type Refusal } from '../../shared/contract/problems.ts';
import { readClickToken } from '../../shared/domain/referrals/click-token.ts';
import { clickTokenKey } from '../../shared/usecases/clicks/click-keys.ts';
import type { Visitor } from '../../shared/usecases/clicks/record-visit.ts';
import { type TrackedClick, trackClicks } from '../../shared/usecases/clicks/track-clicks.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, linkOf, taken, testCost, useTable } from './use-table.ts';

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
    expect((await world.ports.findClick(clickId))?.visits).toBe(2);
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
    const found = await world.ports.findClick(before.clickId);
    expect(found).toMatchObject({ visits: 1, visit: { at: start } });
  });

  it('is one click, however often it comes at the same moment', async () => {
    const seen = await seenOnce({ visitorId: 'anon-1' });
    const all = await atOnce(10, (i) => trackClicks(at(start + i), [seen, seen]));
    const answers = all.flat();
    expect(answers).toHaveLength(20);
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect((await world.ports.findClick(onlyOf(answers).clickId))?.visits).toBe(1);
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

  it('is stored by who reports it again, where the first died between', async () => {
    const seen = await seenOnce({ visitorId: 'anon-1' });
    const dying = { ...at(start), storeVisit: () => Promise.reject(new Error('died')) };
    await expect(trackClicks(dying, [seen])).rejects.toThrow('died');
    const halfway = { ...at(start + 1), joinVisitor: () => Promise.reject(new Error('died')) };
    await expect(trackClicks(halfway, [seen])).rejects.toThrow('died');
    const { clickId } = onlyOf(await trackClicks(at(start + hour), [seen]));
    expect(await world.ports.findClick(clickId)).toMatchObject({ visits: 1, visit: { at: start } });
  });
});
