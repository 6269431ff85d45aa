import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reassigned } from '../../../shared/domain/referrals/reassign.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Fact } from '../../../shared/domain/rewards/fact.ts';
import { factsUnder, tenureOf, tenuresOf } from '../../../shared/domain/rewards/tenures.ts';

const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T00:00:00.000Z`;

const ofAnn: Referral = {
  ...{ referralId: 'ref_1', programId: 'default', referrerId: 'ann', refereeId: 'bob', code: 'ann-1' },
  ...{ clickId: 'clk_1', upline: ['ann', 'top'], status: 'completed', programVersion: 1 },
  ...{ createdAt: day(1), completedAt: day(1), reasons: ['same_ip'], reviewId: 'rev_1' },
};

const give = (referral: Referral, referrerId: string, at: string, earned: 'stays' | 'taken_back' = 'stays') =>
  reassigned(referral, {
    ...{
      referrerId,
      code: `${referrerId}-1`,
      upline: [referrerId],
      assignedBy: 'key',
      reason: 'r',
      earned,
      at,
    },
  });

const fact = (subject: string, at: number, type = 'order.paid'): Fact => ({
  ...{ eventId: `${subject} ${type} ${at}`, type, subject, at: day(at), terms: { programVersion: 1 } },
});

describe('a referral that is reassigned', () => {
  it('is the new one, and keeps whose it was, without what spoke of the former one', () => {
    const { reasons: _, reviewId: __, clickId: ___, ...rest } = ofAnn;
    expect(give(ofAnn, 'cid', day(5))).toEqual({
      ...rest,
      ...{ referrerId: 'cid', code: 'cid-1', upline: ['cid'], assignedBy: 'key', reason: 'r' },
      reassignedFrom: 'ann',
      earlier: [
        {
          ...{ referrerId: 'ann', code: 'ann-1', clickId: 'clk_1', upline: ['ann', 'top'] },
          ...{ until: day(5), earned: 'stays' },
        },
      ],
    });
  });

  it.each(['pending', 'in_review', 'rejected'] as const)(
    'had earned nothing that stays while it was %s',
    (status) => {
      expect(give({ ...ofAnn, status }, 'cid', day(5)).earlier).toMatchObject([{ earned: 'taken_back' }]);
    },
  );

  it('keeps each of those whose it was, in their order', () => {
    const given = give(give(ofAnn, 'cid', day(5)), 'ann', day(8), 'taken_back');
    expect(given.reassignedFrom).toBe('cid');
    expect(given.earlier?.map(({ referrerId, earned }) => [referrerId, earned])).toEqual([
      ['ann', 'stays'],
      ['cid', 'taken_back'],
    ]);
    expect(given.earlier?.[1]).not.toHaveProperty('clickId');
  });
});

describe('the tenures of a referral', () => {
  const subjects = (referral: Referral, ...facts: readonly Fact[]) =>
    tenuresOf(referral, facts).map((one) => one.facts.map(({ eventId }) => eventId));

  it('are one where it has always been the same', () => {
    const facts = [fact('o1', 2)];
    expect(tenuresOf(ofAnn, facts)).toEqual([{ referral: ofAnn, isOver: false, facts }]);
  });

  it('have what happened in them, the moment of the change being the one of who comes next', () => {
    const given = give(ofAnn, 'cid', day(5));
    const [before, at] = [fact('o1', 4), fact('o2', 5)];
    expect(subjects(given, at, before)).toEqual([[before.eventId], [at.eventId]]);
  });

  it('have an order whole where it was first placed, whatever is heard of it in what order', () => {
    const given = give(ofAnn, 'cid', day(5));
    const order = [
      fact('o1', 9, 'order.refunded'),
      fact('o1', 4),
      fact('o1', 7),
      fact('o1', 3, 'order.updated'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(order, { minLength: 4 }), (facts) => {
        expect(tenuresOf(given, facts).map((one) => one.facts.length)).toEqual([4, 0]);
      }),
    );
    const late = [fact('o2', 3, 'order.refunded'), fact('o2', 6)];
    expect(tenuresOf(given, late).map((one) => one.facts.length)).toEqual([0, 2]);
    expect(tenuresOf(given, late.slice(0, 1)).map((one) => one.facts.length)).toEqual([1, 0]);
  });

  it('say how the referral was then', () => {
    const given = give(give(ofAnn, 'cid', day(5)), 'dan', day(8), 'taken_back');
    const [first, second, third] = tenuresOf(given, []);
    expect(first).toMatchObject({
      isOver: true,
      referral: { referrerId: 'ann', code: 'ann-1', clickId: 'clk_1', upline: ['ann', 'top'] },
    });
    expect(first?.referral).not.toHaveProperty('isForfeited');
    expect(second).toMatchObject({ isOver: true, referral: { referrerId: 'cid', isForfeited: true } });
    expect(second?.referral).not.toHaveProperty('clickId');
    expect(third).toEqual({ isOver: false, referral: given, facts: [] });
  });

  it('are found by a fact, with what is known of its order, and by whose they are', () => {
    const given = give(give(ofAnn, 'cid', day(5)), 'ann', day(8));
    const known = [fact('o1', 4), fact('o2', 6), fact('o3', 9)];
    expect(tenureOf(given, known, fact('o1', 10, 'order.refunded'))).toMatchObject({
      isOver: true,
      referral: { referrerId: 'ann' },
    });
    expect(tenureOf(given, known, fact('o4', 10))).toMatchObject({ isOver: false });
    expect(factsUnder(tenuresOf(given, known), 'ann')).toEqual([known[0], known[2]]);
    expect(factsUnder(tenuresOf(given, known), 'dan')).toEqual([]);
  });
});
