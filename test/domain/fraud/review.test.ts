import { describe, expect, it } from 'vitest';
import type { FraudFinding } from '../../../shared/domain/fraud/judge-sign-up.ts';
import {
  caseByHand,
  isRejecting,
  nextState,
  openedReview,
  originOf,
  type Review,
  type ReviewDecision,
  type ReviewOrigin,
  type ReviewState,
  reassignedReview,
  refereeKeyOfReview,
  reviewIdOf,
  settledBy,
} from '../../../shared/domain/fraud/review.ts';
import { participantKey, referralIdOf } from '../../../shared/domain/ids.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';

const now = '2026-11-21T12:00:00.000Z';
const bob = participantKey('default', 'bob');
const parties = {
  programId: 'default',
  referralId: referralIdOf(bob),
  referrerId: 'alice',
  refereeId: 'bob',
};
const referral: Referral = {
  ...parties,
  ...{ code: 'k7m2qxw9', upline: ['alice'], status: 'completed', programVersion: 1, createdAt: now },
  reasons: ['same_device', 'odd_order'],
};
const finding = (ruleId: string, score: number): FraudFinding => ({
  ruleId,
  score,
  reason: 'It is odd',
  evidence: {},
});
const review: Review = {
  ...parties,
  reviewId: reviewIdOf(bob),
  ...{ state: 'flagged', origin: 'flagged', reasons: ['same_device'], score: 50, decisions: 2 },
  findings: [finding('same_device', 50)],
  createdAt: '2026-11-01T00:00:00.000Z',
};

describe('the next state of a case', () => {
  const origins: readonly ReviewOrigin[] = ['open', 'flagged', 'auto_rejected', 'manual'];

  it.each(origins)('that nobody has decided since it was %s is what is decided', (origin) => {
    const decided = (decision: ReviewDecision) => nextState({ state: origin, origin }, decision);
    expect((['approve', 'reject', 'ban', 'undo'] as const).map(decided)).toEqual([
      'approved',
      'rejected',
      'banned',
      origin,
    ]);
  });

  it.each<[ReviewState, ReviewDecision]>([
    ['approved', 'approve'],
    ['rejected', 'reject'],
    ['banned', 'ban'],
  ])('that is %s is so still by another %s, and by another decision once it is undone', (state, same) => {
    expect(nextState({ state, origin: 'open' }, same)).toBe(state);
    expect(nextState({ state, origin: 'flagged' }, 'undo')).toBe('flagged');
    const others = (['approve', 'reject', 'ban'] as const).filter((one) => one !== same);
    for (const one of others) expect(nextState({ state, origin: 'open' }, one)).toBe('undo_first');
  });

  it('that was given to another referrer is never any', () => {
    for (const decision of ['approve', 'reject', 'ban', 'undo'] as const) {
      expect(nextState({ state: 'reassigned', origin: 'open' }, decision)).toBe('undo_first');
    }
  });

  it('rejects the referral where it was rejected, by whom or what it may be', () => {
    const states: readonly ReviewState[] = [...origins, 'approved', 'rejected', 'banned', 'reassigned'];
    expect(states.filter(isRejecting)).toEqual(['auto_rejected', 'rejected', 'banned']);
  });
});

describe('a case', () => {
  it('is named by its referee', () => expect(refereeKeyOfReview(reviewIdOf(bob))).toBe(bob));

  it('begins as its referral stands', () => {
    const statuses = ['in_review', 'rejected', 'completed', 'pending'] as const;
    expect(statuses.map((status) => originOf(status, 'flagged'))).toEqual([
      'open',
      'auto_rejected',
      'flagged',
      'flagged',
    ]);
  });

  it('that a person makes says nothing against anybody', () => {
    const made = {
      ...parties,
      ...{ reviewId: reviewIdOf(bob), state: 'manual', origin: 'manual', decisions: 0, createdAt: now },
      ...{ reasons: [], score: 0, findings: [] },
    };
    expect(caseByHand(referral, undefined, now)).toStrictEqual(made);
    const another = { ...review, referrerId: 'carol', state: 'reassigned' } as const;
    expect(caseByHand(referral, another, now)).toStrictEqual({ ...made, decisions: 2 });
  });
});

describe('what is found later', () => {
  const late = { cause: 'order-1', findings: [finding('odd_order', 40), finding('fast_order', 5)] };
  const lateFindings = late.findings.map((one) => ({ ...one, cause: 'order-1' }));
  const opened = { ...parties, reviewId: reviewIdOf(bob), state: 'open', origin: 'open' };

  it('opens a case', () => {
    expect(openedReview(referral, undefined, late, now)).toStrictEqual({
      ...opened,
      ...{ decisions: 0, createdAt: now, reasons: referral.reasons, score: 45, findings: lateFindings },
    });
    const { reasons: _, ...unsuspected } = referral;
    expect(openedReview(unsuspected, undefined, late, now).reasons).toEqual([]);
  });

  it('opens one anew, which keeps what was known, and says who decided it', () => {
    const decided = { ...review, state: 'approved', decidedBy: 'a key' } as const;
    expect(openedReview(referral, decided, late, now)).toStrictEqual({
      ...decided,
      ...opened,
      ...{ reasons: referral.reasons, score: 95, findings: [...review.findings, ...lateFindings] },
    });
  });

  it('of another referrer than the case spoke of has nothing to do with that, but how often it was decided', () => {
    const reassigned = { ...review, referrerId: 'carol', state: 'reassigned' } as const;
    expect(openedReview(referral, reassigned, late, now)).toStrictEqual({
      ...opened,
      ...{ decisions: 2, createdAt: now, reasons: referral.reasons, score: 45, findings: lateFindings },
    });
  });

  it('is kept twenty times, the latest, beside what was found of the sign-up', () => {
    let known = review;
    for (let order = 1; order <= 25; order++) {
      const found = { cause: `order-${order}`, findings: [finding('odd_order', 1)] };
      known = openedReview(referral, known, found, now);
    }
    const causes = known.findings.map(({ cause }) => cause);
    expect(causes).toEqual([undefined, ...Array.from({ length: 20 }, (_, index) => `order-${index + 6}`)]);
    expect(known.score).toBe(75);
  });
});

describe('a case that is settled in stages', () => {
  const postings = [{}, {}] as unknown as Parameters<typeof settledBy>[1]['postings'];

  it('says how many rewards have moved, and how many are left, until none is', () => {
    const first = settledBy(review, { postings, left: 5 });
    expect(first).toStrictEqual({ ...review, settling: { moved: 2, left: 5 } });
    expect(settledBy(first, { postings, left: 3 }, first.settling?.moved).settling).toEqual({
      moved: 4,
      left: 3,
    });
    expect(settledBy(first, { postings, left: 0 }, 2)).toStrictEqual(review);
    expect(settledBy(first, { postings }, 2)).toStrictEqual(review);
  });

  it('is so no more when its referral is given to another', () => {
    const settling = settledBy(review, { postings, left: 5 });
    const given = { note: 'Because', keyId: 'a key', at: now };
    expect(reassignedReview(settling, given)).toStrictEqual({
      ...review,
      ...{ state: 'reassigned', decisions: 3, decidedAt: now, decidedBy: 'a key', note: 'Because' },
    });
  });
});
