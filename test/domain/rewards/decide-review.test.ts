import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReviewState } from '../../../shared/domain/fraud/review.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import {
  decideReview,
  type SettlementCase,
  settleFurther,
} from '../../../shared/domain/rewards/decide-review.ts';
import { foldJournal, type JournalEntry } from '../../../shared/domain/rewards/journal.ts';
import { entriesOf, eventOf, happen, journalOf, now, order, referralOf, ruleOf, worldOf } from './play.ts';

type World = ReturnType<typeof worldOf>;

const referralIn = (world: World): Referral => world.referrals.get('bob') as Referral;

function caseIn(world: World, eventId: string): SettlementCase {
  const { program } = world;
  return {
    event: eventOf({ eventId, type: 'referral.reviewed' }),
    referral: referralIn(world),
    program,
    terms: { programVersion: program.version },
    programs: new Map([[program.version, program]]),
    journal: foldJournal(journalOf(world)),
    used: new Map(),
    now,
  };
}

function append(world: World, entry: JournalEntry): void {
  world.journals.set('bob', [...journalOf(world), entry]);
}

/** Decides, and moves so many rewards an entry until none is left. @returns the entries */
function decide(world: World, state: ReviewState, most?: number): readonly JournalEntry[] {
  const name = `referral.reviewed#${journalOf(world).length}`;
  const decided = decideReview({ ...caseIn(world, name), state, most });
  if ('do' in decided) throw new Error('It reads counters');
  world.referrals.set('bob', decided.referral);
  append(world, decided.entry);
  const entries = [decided.entry];
  while ((entries.at(-1)?.left ?? 0) > 0) {
    const next = settleFurther({ ...caseIn(world, `referral.settled#${entries.length}`), most });
    if ('do' in next) throw new Error('It reads counters');
    append(world, next);
    entries.push(next);
  }
  return entries;
}

const standing = (world: World) =>
  [...foldJournal(journalOf(world)).rewards.values()]
    .filter(({ amount }) => amount !== 0)
    .map(({ key, amount }) => `${key} ${amount}`)
    .sort();

describe('a decision on a case', () => {
  const played = () => {
    const world = worldOf({ rules: [ruleOf({ side: 'both' })] });
    for (const id of ['a', 'b', 'c']) happen(world, order(id));
    return world;
  };

  it.each(['open', 'rejected', 'banned', 'auto_rejected'] as const)(
    'by which it is %s takes back what was earned, and gives it when it is approved',
    (state) => {
      const world = played();
      const before = standing(world);
      expect(before).toHaveLength(6);
      const [entry] = decide(world, state);
      expect(standing(world)).toEqual([]);
      expect(referralIn(world)).toMatchObject({ status: state === 'open' ? 'in_review' : 'rejected' });
      expect(referralIn(world)).not.toHaveProperty('completedAt');
      const reason = `referral_${referralIn(world).status}`;
      expect(entry).toMatchObject({ explanation: [{ outcome: 'adjusted', reason }] });
      expect(entry).not.toHaveProperty('left');
      decide(world, 'approved');
      expect(standing(world)).toEqual(before);
      expect(referralIn(world)).toMatchObject({ status: 'completed', completedAt: now });
    },
  );

  it('keeps when a referral was completed that it lets stand', () => {
    const completedAt = '2026-04-01T00:00:00.000Z';
    const world = worldOf({}, [referralOf({ completedAt })]);
    decide(world, 'approved');
    expect(referralIn(world).completedAt).toBe(completedAt);
  });

  it('lets a referral be pending that has not done what the program asks for, and completes it later', () => {
    const qualification = [{ event: 'email.verified', times: 1 }];
    const world = worldOf({ qualification }, [referralOf({ status: 'in_review' })]);
    happen(world, order('a'));
    decide(world, 'approved');
    expect(referralIn(world).status).toBe('pending');
    expect(standing(world)).toEqual([]);
    decide(world, 'open');
    happen(world, eventOf({ eventId: 'mail', type: 'email.verified' }));
    decide(world, 'approved');
    expect(referralIn(world).status).toBe('completed');
    expect(standing(world)).toHaveLength(1);
  });

  it('posts nothing of what came while it was held until it is approved', () => {
    const world = worldOf({}, [referralOf({ status: 'in_review' })]);
    happen(world, order('a'));
    expect(entriesOf(world).flatMap(({ postings }) => postings)).toEqual([]);
    decide(world, 'approved');
    expect(standing(world)).toEqual(['commission alice o-a USD 100']);
  });
});

describe('a decision that is settled in stages', () => {
  it('moves so many rewards an entry, each once, and ends as in one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom<ReviewState>('open', 'rejected'),
        (orders, most, state) => {
          const world = worldOf({ rules: [ruleOf({ side: 'both' })] });
          for (let number = 0; number < orders; number++) happen(world, order(`a${number}`));
          const before = standing(world);
          for (const one of [state, 'approved'] as const) {
            const entries = decide(world, one, most);
            expect(entries).toHaveLength(Math.ceil((orders * 2) / most));
            for (const { postings } of entries) expect(postings.length).toBeLessThanOrEqual(most);
            expect(entries.map(({ left }) => left ?? 0)).toEqual(
              entries.map((_, index) => Math.max(0, orders * 2 - most * (index + 1))),
            );
            expect(entries.slice(1).every(({ isMarker }) => isMarker === true)).toBe(true);
            expect(standing(world)).toEqual(one === 'approved' ? before : []);
          }
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    );
  });

  it('is turned round by another, and an order meanwhile moves nothing but its own rewards', () => {
    const world = worldOf({ rules: [ruleOf()] });
    for (const id of ['a', 'b', 'c']) happen(world, order(id));
    const rejected = decideReview({ ...caseIn(world, 'no'), state: 'rejected', most: 1 });
    if ('do' in rejected) throw new Error('It reads counters');
    append(world, rejected.entry);
    world.referrals.set('bob', rejected.referral);
    expect(rejected.entry).toMatchObject({ left: 2, postings: [{ subject: 'o-a', rewardAmount: 0 }] });
    happen(world, order('d'));
    expect(standing(world)).toEqual(['commission alice o-b USD 100', 'commission alice o-c USD 100']);
    const entries = decide(world, 'approved', 1);
    expect(entries.map(({ left }) => left)).toEqual([1, 0]);
    expect(standing(world)).toHaveLength(4);
  });
});
