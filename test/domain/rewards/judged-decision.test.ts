import { describe, expect, it } from 'vitest';
import type { FraudVerdict } from '../../../shared/domain/fraud/judge-sign-up.ts';
import { foldJournal } from '../../../shared/domain/rewards/journal.ts';
import {
  flagEvent,
  type JudgedEvent,
  newReasons,
  rejectEvent,
} from '../../../shared/domain/rewards/judged-decision.ts';
import { entryOf, happen, journalOf, now, order, referralOf, ruleOf, worldOf } from './play.ts';

const world = () => worldOf({ rules: [ruleOf({ limitPerReferee: 1 })] });
const verdictOf = (...ruleIds: readonly string[]): FraudVerdict => ({
  action: 'flag',
  score: 10,
  findings: ruleIds.map((ruleId) => ({ ruleId, score: 10, reason: 'It is odd', evidence: {} })),
});
const judged = (verdict: FraudVerdict, reasons?: readonly string[], of = world()): JudgedEvent => ({
  event: order('b'),
  referral: referralOf(reasons && { reasons }),
  journal: foldJournal(journalOf(of)),
  verdict,
  now,
});
const skipped = { do: 'nothing', explanation: [{ outcome: 'skipped', reason: 'a reason' }] } as const;
const flagged = (reason: string) => ({ outcome: 'flagged', reason });

describe('reasons against a referral', () => {
  it('are new once', () => {
    expect(newReasons(referralOf(), verdictOf('a', 'b'))).toEqual(['a', 'b']);
    expect(newReasons(referralOf({ reasons: ['a'] }), verdictOf('a', 'b'))).toEqual(['b']);
  });
});

describe('an event that is rejected', () => {
  it('is an entry that pays nothing and is no fact, so that a limit is left to the next', () => {
    const of = world();
    const entry = entryOf(rejectEvent(judged(verdictOf('fast_order'), undefined, of)));
    expect(entry).toMatchObject({
      ...{ position: 1, eventId: 'b', createdAt: now, postings: [], isMarker: true },
      ...{ explanation: [{ outcome: 'rejected', reason: 'fast_order' }], reasons: ['fast_order'] },
    });
    of.journals.set('bob', [entry]);
    expect(foldJournal(journalOf(of)).facts).toEqual([]);
    expect(happen(of, order('b'))).toEqual({ do: 'stop', because: 'recorded' });
    expect(entryOf(happen(of, order('c')))).toMatchObject({ position: 2, postings: [{ rewardAmount: 100 }] });
  });

  it('says nothing new of a referral that it was said of before', () => {
    const entry = entryOf(rejectEvent(judged(verdictOf('fast_order'), ['fast_order'])));
    expect(entry).not.toHaveProperty('reasons');
  });
});

describe('an event of which something is found', () => {
  it('pays as it would, and says so first', () => {
    const decision = happen(world(), order('a'));
    if (decision.do === 'read') throw new Error('It reads counters');
    const entry = entryOf(decision);
    expect(flagEvent(decision, judged(verdictOf('fast_order')))).toStrictEqual({
      do: 'append',
      entry: {
        ...entry,
        explanation: [flagged('fast_order'), ...entry.explanation],
        reasons: ['fast_order'],
      },
    });
    expect(entryOf(flagEvent(decision, judged(verdictOf('fast_order'), ['fast_order'])))).not.toHaveProperty(
      'reasons',
    );
  });

  it('leaves a trace for its reasons where it would leave none', () => {
    const entry = entryOf(flagEvent(skipped, judged(verdictOf('a', 'b'), ['a'])));
    expect(entry).toMatchObject({ postings: [], isMarker: true, reasons: ['b'] });
    expect(entry.explanation).toEqual([flagged('a'), flagged('b'), ...skipped.explanation]);
  });

  it('leaves none where they are known, and says them', () => {
    expect(flagEvent(skipped, judged(verdictOf('a'), ['a']))).toEqual({
      do: 'nothing',
      explanation: [flagged('a'), ...skipped.explanation],
    });
  });

  it('says that it is held as long as its referral is', () => {
    const verdict = { ...verdictOf('a'), action: 'hold' } as const;
    const explained = (status: 'in_review' | 'completed') => {
      const of = judged(verdict, ['a']);
      const decision = flagEvent(skipped, { ...of, referral: { ...of.referral, status } });
      return decision.do === 'nothing' && decision.explanation[0];
    };
    expect(explained('in_review')).toEqual({ outcome: 'held', reason: 'a' });
    expect(explained('completed')).toEqual(flagged('a'));
  });

  it('is as it was where nothing is found, or it is known', () => {
    expect(flagEvent(skipped, judged(verdictOf()))).toBe(skipped);
    const known = { do: 'stop', because: 'recorded' } as const;
    expect(flagEvent(known, judged(verdictOf('a')))).toBe(known);
  });
});
