import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { keys } from '../../shared/table/keys.ts';
import { recordVisit, type Visitor } from '../../shared/usecases/clicks/record-visit.ts';
import { measureWrites } from './measure-writes.ts';
import { linkOf, testCost, useTable } from './use-table.ts';

const world = useTable();
const day = 86_400_000;
const start = Date.parse('2026-11-21T10:00:00Z');
const at = (time: number) => ({ ...world.ports, now: () => time });
const person: Visitor = { kind: 'human', ip: '203.0.113.7', userAgent: 'Firefox', referrer: undefined };
const utm = { source: 'news', medium: 'mail', campaign: 'may', term: 'a', content: 'b' };

const link = {
  code: 'abc234de',
  programId: 'default',
  userId: 'alice',
  destination: 'https://example.com/',
  status: 'active',
  createdAt: '2026-11-21T10:00:00.000Z',
} as const;

const visitAt = async (time: number, visitor: Visitor) => {
  const { clickId } = await recordVisit(at(time), link, visitor);
  const { Item } = await world.table.documents.send(
    new GetCommand({ TableName: world.table.name, Key: keys.click(clickId) }),
  );
  return { clickId, item: Item, visit: Item?.['visit'] };
};

describe('a visit', () => {
  it('is kept with where it came from', async () => {
    const known = { language: 'de-ch', country: 'CH', utm, doubts: ['no_accept'] } as const;
    const { visit } = await visitAt(start, { ...person, ...known, referrer: 'https://news.example/a?b' });
    expect(visit).toMatchObject({ ...known, referrerHost: 'news.example' });
  });

  it('of a machine is kept without doubts', async () => {
    const { visit } = await visitAt(start, { ...person, kind: 'head', doubts: ['no_accept'] });
    expect(visit).not.toHaveProperty('doubts');
  });

  it('expires: of people after 400 days, of machines after 90', async () => {
    const expiryOf = async (visitor: Visitor) => (await visitAt(start, visitor)).item?.['expiresAt'];
    expect(await expiryOf(person)).toBe((start + 400 * day) / 1000);
    for (const kind of ['bot', 'scanner', 'prefetch', 'head'] as const) {
      expect(await expiryOf({ ...person, kind })).toBe((start + 90 * day) / 1000);
    }
  });

  it('cannot be joined with those of other days, but for fraud rules', async () => {
    const [one, two] = [await visitAt(start, person), await visitAt(start + day, person)];
    expect(two.clickId).not.toBe(one.clickId);
    expect(two.visit.visitorHash).not.toBe(one.visit.visitorHash);
    expect(two.visit.ipHash).toBe(one.visit.ipHash);
    expect((await visitAt(start + 3_600_000, person)).visit.visitorHash).toBe(one.visit.visitorHash);
  });

  it('of a network has one hash for fraud rules, and of each visitor one for the day', async () => {
    const of = (ip: string) => visitAt(start, { ...person, ip });
    const [one, two] = [await of('2001:db8:1:2::1'), await of('2001:db8:1:2:ffff::2')];
    expect(two.visit.ipHash).toBe(one.visit.ipHash);
    expect(two.visit.visitorHash).not.toBe(one.visit.visitorHash);
  });

  it('holds no address, in clear or as a hash without the key', async () => {
    const { item } = await visitAt(start, person);
    const text = JSON.stringify(item);
    expect(text).not.toContain('203.0.113');
    const other = await recordVisit({ ...at(start), lasting: () => 'x', ofDay: () => 'y' }, link, person);
    expect(other.clickId).toBe('clk_x');
  });
});

describe('a visit costs', () => {
  const unitsOf = async (visitor: Visitor) =>
    (await measureWrites(world.table, () => recordVisit(at(start), link, visitor))).units.table;
  const agent = `Mozilla/5.0 (Linux; Android 14) ${'x'.repeat(4_000)}`;

  testCost('1 WRU, with all that is known of it and a user agent as long as it likes', async () => {
    const known = { language: 'de-ch', country: 'CH', utm, doubts: ['no_accept', 'no_language'] } as const;
    const visitor = { ...person, ...known, referrer: 'https://www.news.example/', userAgent: agent };
    expect(await unitsOf(visitor)).toBe(1);
  });

  testCost('1 for a repeat, and without a cookie one more for the condition that fails first', async () => {
    const { remember: remembered } = await recordVisit(at(start), link, person);
    const sent = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
    expect(await unitsOf({ ...person, remembered })).toBe(1);
    expect(sent).toHaveBeenCalledTimes(1);
    expect(await unitsOf(person)).toBe(1);
    expect(sent).toHaveBeenCalledTimes(3);
    sent.mockRestore();
  });

  testCost('2 at the most, whatever is in it', async () => {
    const long = 'ü'.repeat(100);
    const campaign = { source: long, medium: long, campaign: long, term: long, content: long };
    const visitor = {
      ...person,
      utm: campaign,
      userAgent: agent,
      referrer: `https://${'a'.repeat(60)}.example/`,
    };
    expect(await unitsOf(visitor)).toBe(2);
  });

  it('is kept with the beginning of its user agent, whatever that is', async () => {
    await linkOf(world.ports, 'alice');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 900 }), async (userAgent) => {
        const { visit } = await visitAt(start, { ...person, kind: 'bot', userAgent, utm });
        expect(userAgent.startsWith(visit.userAgent)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
