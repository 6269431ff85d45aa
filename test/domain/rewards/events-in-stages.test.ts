import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counter, counterKey } from '../../../shared/domain/rewards/counter.ts';
import { type Case, type Decision, decideEvent } from '../../../shared/domain/rewards/decide-event.ts';
import { decideReview, settleFurther } from '../../../shared/domain/rewards/decide-review.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { foldJournal, type JournalEntry } from '../../../shared/domain/rewards/journal.ts';
import { eventOf, happen, journalOf, now, order, referralOf, ruleOf, worldOf } from './play.ts';

type World = ReturnType<typeof worldOf>;

function caseOf(world: World, event: ReportedEvent, most: number | undefined) {
  const { program } = world;
  const referral = world.referrals.get('bob') ?? referralOf();
  const programs = new Map([[program.version, program]]);
  const terms = { programVersion: program.version };
  const journal = foldJournal(journalOf(world));
  return { event, referral, program, terms, programs, journal, most, now };
}

/** Decides with the counters that the decision asks for, and appends what it comes to. */
function append(
  world: World,
  decide: (used: ReadonlyMap<string, number>) => JournalEntry | Exclude<Decision, { do: 'wait' }>,
): JournalEntry {
  const used = new Map<string, number>();
  for (;;) {
    const result = decide(used);
    if ('do' in result && result.do === 'read') readCounters(world, result.counters, used);
    else {
      const entry = 'do' in result ? result.do === 'append' && result.entry : result;
      if (!entry) throw new Error('It appends nothing');
      note(world, entry);
      return entry;
    }
  }
}

function readCounters(world: World, counters: readonly Counter[], used: Map<string, number>): void {
  for (const one of counters) used.set(counterKey(one), world.counters.get(counterKey(one)) ?? 0);
}

/** As the table does: a completed referral is so at once, and no counter passes its limit. */
function note(world: World, entry: JournalEntry): void {
  for (const { limit = Number.POSITIVE_INFINITY, ...one } of entry.counters ?? []) {
    const used = (world.counters.get(counterKey(one)) ?? 0) + one.amount;
    expect(used).toBeLessThanOrEqual(limit);
    world.counters.set(counterKey(one), used);
  }
  world.journals.set('bob', [...journalOf(world), entry]);
  if (entry.completes) world.referrals.set('bob', referralOf());
}

const report = (world: World, event: ReportedEvent, most?: number): JournalEntry =>
  append(world, (used) => decideEvent({ ...caseOf(world, event, most), used } as Case) as never);

function stage(world: World, most?: number): JournalEntry {
  const event = eventOf({ eventId: `settled#${journalOf(world).length}`, type: 'referral.settled' });
  return append(world, (used) => settleFurther({ ...caseOf(world, event, most), used }));
}

/** @returns the entries of the stages */
function settle(world: World, most?: number): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  while (foldJournal(journalOf(world)).isSettling) entries.push(stage(world, most));
  return entries;
}

const standing = (world: World) =>
  [...foldJournal(journalOf(world)).rewards.values()]
    .filter(({ amount }) => amount !== 0)
    .map(({ key, amount, bucket, room }) => `${key} ${amount} ${bucket} ${room}`)
    .sort();
const sums = (world: World) => Object.fromEntries(foldJournal(journalOf(world)).progress);

const verified = eventOf({ eventId: 'mail', type: 'email.verified' });
const qualification = [{ event: 'email.verified', times: 1 }];

/** Bob, whose orders wait until his address is verified. */
function waiting(orders: number, rule: Parameters<typeof ruleOf>[0] = {}, more = {}): World {
  const settings = { qualification, rules: [ruleOf({ ...rule })], ...more };
  const world = worldOf(settings, [referralOf({ status: 'pending' })]);
  for (let n = 0; n < orders; n++) happen(world, order(`a${n}`));
  return world;
}

const numRuns = Number(process.env['RUNS'] ?? 100);
const size = fc.integer({ min: 1, max: 8 });

describe('an event that is settled in stages', () => {
  it('ends as in one step, with so many rewards an entry, and caps that hold', () => {
    const cap = fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined });
    fc.assert(
      fc.property(size, size, cap, fc.boolean(), (orders, most, amount, returned) => {
        const caps = amount === undefined ? [] : [{ period: 'ever' as const, amount, currency: 'USD' }];
        const more = { freedLimits: returned ? 'returned' : 'kept' };
        const [whole, parts] = [
          waiting(orders, { side: 'both', caps }, more),
          waiting(orders, { side: 'both', caps }, more),
        ];
        expect(report(whole, verified)).not.toHaveProperty('left');
        const first = report(parts, verified, most);
        expect(first.completes).toBe(true);
        const entries = [first, ...settle(parts, most)];
        expect(standing(parts)).toEqual(standing(whole));
        expect(sums(parts)).toEqual(sums(whole));
        expect(parts.counters).toEqual(whole.counters);
        expect(foldJournal(journalOf(parts)).denied).toEqual(foldJournal(journalOf(whole)).denied);
        for (const { postings, denied = [] } of entries) {
          expect(Math.max(postings.length, denied.length)).toBeLessThanOrEqual(most);
        }
        expect(entries.map(({ left = 0 }) => left > 0)).toEqual(
          entries.map((_, index) => index < entries.length - 1),
        );
      }),
      { numRuns },
    );
  });

  it('ends as in one step, whatever is ordered and refunded between its stages', () => {
    const step = fc.oneof(fc.constant('stage' as const), fc.constant('order' as const), fc.nat({ max: 9 }));
    fc.assert(
      fc.property(size, size, fc.array(step, { maxLength: 10 }), (orders, most, steps) => {
        const [whole, parts] = [waiting(orders), waiting(orders)];
        report(whole, verified);
        report(parts, verified, most);
        let next = 0;
        const refunded = new Set<number>();
        for (const one of steps) {
          if (one === 'stage') {
            if (foldJournal(journalOf(parts)).isSettling) stage(parts, most);
            continue;
          }
          if (one !== 'order' && (one >= orders || refunded.has(one))) continue;
          const event =
            one === 'order'
              ? order(`b${next++}`)
              : eventOf({
                  eventId: `r${one}`,
                  type: 'order.refunded',
                  orderId: `o-a${one}`,
                  amountRefunded: 500,
                });
          if (one !== 'order') refunded.add(one);
          report(whole, event);
          const entry = report(parts, event, most);
          expect(entry.postings.every(({ subject }) => subject === entry.fact.subject)).toBe(
            foldJournal(journalOf(parts).slice(0, -1)).isSettling || entry.postings.length <= 1,
          );
        }
        settle(parts, most);
        const net = (world: World) => standing(world).map((line) => line.split(' undefined')[0]);
        expect(net(parts)).toEqual(net(whole));
        expect(sums(parts)).toEqual(sums(whole));
      }),
      { numRuns },
    );
  });

  it('tells what it earns itself at once, though a stage posts it', () => {
    const world = worldOf({ qualification: [{ event: 'order.paid', times: 3 }] }, [
      referralOf({ status: 'pending' }),
    ]);
    for (const id of ['a', 'b']) happen(world, order(id));
    const { explanation, postings, left } = report(world, order('c'), 1);
    expect(left).toBe(2);
    expect(postings.map(({ subject }) => subject)).toEqual(['o-a']);
    expect(explanation.map(({ reason }) => reason)).toEqual([
      'referral_completed',
      'order_of_another_time',
      'rule_matched',
    ]);
  });

  it('comes while others are settled, and leaves of its own what does not fit', () => {
    const world = waiting(2, { side: 'both' });
    report(world, verified, 1);
    const entry = report(world, order('b'), 1);
    expect(entry).not.toHaveProperty('left');
    expect(entry.postings.map(({ subject }) => subject)).toEqual(['o-b']);
    expect(entry.explanation).toHaveLength(2);
    settle(world, 3);
    expect(standing(world)).toHaveLength(6);
  });
});

describe('denials', () => {
  const capped = { caps: [{ period: 'ever' as const, rewards: 1 }] };

  it('of one entry are so few that its item takes them, as are those of a case', () => {
    const world = waiting(300, capped);
    const entries = [report(world, verified), ...settle(world)];
    expect(entries.map(({ denied = [], left }) => [denied.length, left])).toEqual([
      [80, 219],
      [80, 139],
      [80, 59],
      [59, 0],
    ]);
    expect(standing(world)).toHaveLength(1);
    expect(new Set(entries.flatMap(({ denied = [] }) => denied)).size).toBe(299);

    const held = waiting(300, capped);
    const decided = append(held, (used) => {
      const event = eventOf({ eventId: 'reviewed', type: 'referral.reviewed' });
      const given = { ...caseOf(held, event, 1), program: { ...held.program, qualification: [] } };
      const outcome = decideReview({ ...given, used, state: 'approved' });
      if (!('do' in outcome)) held.referrals.set('bob', outcome.referral);
      return 'do' in outcome ? outcome : outcome.entry;
    });
    expect(decided).toMatchObject({ left: 298, denied: [expect.any(String)] });
    expect(settle(held)).toHaveLength(4);
    expect(standing(held)).toEqual(standing(world));
  });

  it('of others are not noted by an event that comes while they are settled', () => {
    const world = waiting(4, {}, { rules: [ruleOf(capped), ruleOf({ ruleId: 'second' })] });
    report(world, verified, 1);
    const { denied = [] } = report(world, order('b'));
    expect(denied).toHaveLength(1);
    expect(denied[0]).toContain('o-b');
  });
});
