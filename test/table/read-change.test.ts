import { describe, expect, it } from 'vitest';
import { readChange as readChangeAt } from '../../shared/table/read-change.ts';

type Stored = Record<string, unknown>;
const readChange = (after: Stored | undefined, before: Stored | undefined) =>
  readChangeAt(after, before, '2026-05-01T10:00:00.000Z');
const referral = (status: string): Stored => ({
  type: 'referral',
  referral: { programId: 'default', refereeId: 'bob', status },
});
const payout = (status: string): Stored => ({ type: 'payout', payout: { programId: 'default', status } });
const milestone = (rewardStatus: string): Stored => ({
  type: 'milestone',
  programId: 'default',
  userId: 'alice',
  milestoneId: 'bronze',
  rewardStatus,
  name: 'Bronze',
  kind: 'badge',
  grantedAt: 'now',
  terms: {
    milestoneId: 'bronze',
    name: 'Bronze',
    kind: 'badge',
    threshold: { metric: 'completedReferrals', value: 2 },
    grant: 'claim',
    onReversal: 'keep',
  },
});
const link = (status: string): Stored => ({
  ...{
    pk: 'CODE#abc',
    sk: 'LINK',
    listPk: 'LINKS#x',
    listSk: 'y',
    type: 'link',
    code: 'abc',
    programId: 'default',
  },
  ...{ userId: 'alice', destination: 'https://example.com/', status, createdAt: 'now' },
});
const program: Stored = { type: 'program', program: { programId: 'default', version: 2 } };
const journal = (posting: Stored | undefined): Stored => ({
  type: 'journal',
  programId: 'default',
  refereeKey: '0'.repeat(26),
  part: 0,
  rewardAmount: 100,
  rewardBucket: 'available',
  rewardStatus: 'made',
  entry: {
    position: 2,
    eventId: 'e1',
    fact: { type: 'order.refunded', subject: 'o1' },
    createdAt: '2026-05-01T10:00:00.000Z',
  },
  ...(posting && { posting }),
});
const paid = {
  ruleId: 'a',
  beneficiaryId: 'alice',
  kind: 'cash',
  currency: 'USD',
  amount: 100,
  rewardAmount: 100,
  subject: 'o1',
  bucket: 'available',
  programVersion: 1,
};
const takenBack = { ...paid, amount: -40, rewardAmount: 60, adjusts: { position: 1, part: 0 } };

describe('readChange', () => {
  it.each<[string, Stored | undefined, Stored | undefined, string[]]>([
    [
      'a new referral that is completed',
      referral('completed'),
      undefined,
      ['referral.created', 'referral.completed'],
    ],
    [
      'a new referral that is rejected',
      referral('rejected'),
      undefined,
      ['referral.created', 'referral.rejected'],
    ],
    ['a new referral that waits', referral('pending'), undefined, ['referral.created']],
    ['a referral that completes', referral('completed'), referral('pending'), ['referral.completed']],
    ['a referral that stays as it is', referral('completed'), referral('completed'), []],
    ['a reward', journal(paid), undefined, ['reward.created']],
    ['a reward that is taken back in part', journal(takenBack), undefined, ['reward.adjusted']],
    ['an entry that moves no money', journal(undefined), undefined, []],
    ['a reward whose amount was changed by a later entry', journal(paid), journal(paid), []],
    ['a milestone', milestone('available'), undefined, ['milestone.reached', 'badge.earned']],
    ['a claim', milestone('claimed'), milestone('available'), ['reward.claimed']],
    ['a payout', payout('requested'), undefined, ['payout.requested']],
    ['a payout that is cancelled', payout('cancelled'), payout('requested'), ['payout.cancelled']],
    ['a link', link('active'), undefined, ['link.created']],
    ['a link that changes', link('inactive'), link('active'), ['link.changed']],
    ['a program', program, undefined, ['program.changed']],
    [
      'a program that was taken out of use',
      { ...program, archivedAt: 'now' },
      undefined,
      ['program.deleted'],
    ],
    ['an item of a kind that says nothing', { type: 'tally', programId: 'default' }, undefined, []],
    ['an item of no kind', {}, undefined, []],
    ['what is gone', undefined, referral('completed'), []],
  ])('tells of %s', (_, after, before, types) => {
    expect(readChange(after, before).news.map(({ type }) => type)).toEqual(types);
  });

  it('asks for work on the events that a referral takes the place of, and calls it new', () => {
    const early = [{ eventId: 'e1', acceptedAt: 'then' }];
    const waiting = { type: 'early', programId: 'default', userId: 'bob', early };
    const { events, news, completedReferralOf } = readChange(referral('completed'), waiting);
    expect(events).toEqual([{ programId: 'default', userId: 'bob', eventId: 'e1' }]);
    expect(news.map(({ type }) => type)).toEqual(['referral.created', 'referral.completed']);
    expect(completedReferralOf).toBeDefined();
    expect(readChange(waiting, undefined)).toEqual({ news: [] });
  });

  it('tells of a link without the keys of the table', () => {
    expect(readChange(link('active'), undefined).news[0]?.data).toEqual({
      link: {
        code: 'abc',
        programId: 'default',
        userId: 'alice',
        destination: 'https://example.com/',
        status: 'active',
        createdAt: 'now',
      },
    });
  });

  it('tells whose order a change of a reward is about', () => {
    expect(readChange(journal(takenBack), undefined).news[0]?.data).toMatchObject({
      userId: 'alice',
      orderId: 'o1',
      entry: {
        amount: -40,
        cause: { type: 'adjustment', eventId: 'e1', eventType: 'order.refunded', orderId: 'o1' },
      },
    });
  });

  it('asks for work on an event once, and on progress where what is measured changed', () => {
    const event = { type: 'event', programId: 'default', eventId: 'e1', event: { userId: 'bob' } };
    expect(readChange(event, undefined).events).toEqual([
      { programId: 'default', userId: 'bob', eventId: 'e1' },
    ]);
    expect(readChange({ ...event, explanation: [] }, event)).toEqual({ news: [] });
    const progress = (completed: number) => ({
      type: 'progress',
      programId: 'default',
      userId: 'alice',
      completed,
    });
    const asked = { news: [], progressOf: { programId: 'default', userId: 'alice' } };
    expect(readChange(progress(1), undefined)).toEqual(asked);
    expect(readChange(progress(2), progress(1))).toEqual(asked);
    expect(readChange(progress(2), progress(2))).toEqual({ news: [] });
    const sold = (name: string, sum: number) => ({ ...progress(2), [name]: sum });
    for (const name of ['paidOrders', 'revenue:USD', 'points']) {
      expect(readChange(sold(name, 5), progress(2)), name).toEqual(asked);
      expect(readChange(sold(name, 4), sold(name, 5)), name).toEqual(asked);
      expect(readChange(sold(name, 5), sold(name, 5)), name).toEqual({ news: [] });
    }
    for (const name of ['rewards', 'orders', 'refundedOrders']) {
      expect(readChange(sold(name, 1), progress(2)), 'what is only counted').toEqual({ news: [] });
    }
  });

  it('asks for the next stage of a settlement by the entry that leaves it something, once', () => {
    for (const posting of [paid, undefined]) {
      const entry = { ...journal(posting), settles: 'bob' };
      expect(readChange(entry, undefined).settlementOf).toEqual({ programId: 'default', userId: 'bob' });
      expect(readChange(entry, entry)).not.toHaveProperty('settlementOf');
      expect(readChange(journal(posting), undefined)).not.toHaveProperty('settlementOf');
    }
  });

  it('asks for what the completion of a referral is to do, once', () => {
    const bob = { programId: 'default', userId: 'bob' };
    expect(readChange(referral('completed'), undefined).completedReferralOf).toEqual(bob);
    expect(readChange(referral('completed'), referral('pending')).completedReferralOf).toEqual(bob);
    expect(readChange(referral('completed'), referral('completed')).completedReferralOf).toBeUndefined();
    expect(readChange(referral('pending'), undefined).completedReferralOf).toBeUndefined();
  });
});

describe('a case', () => {
  const of = (state: string, more: Stored = {}): Stored => ({
    type: 'review',
    review: { reviewId: 'rev_1', programId: 'default', referrerId: 'alice', refereeId: 'bob', state },
    ...more,
  });
  const ban = { programId: 'default', userId: 'alice', reviewId: 'rev_1' };

  it.each([
    ['comes to ban its referrer', of('banned'), of('open'), ban],
    ['asks for the next part of what follows', of('banned', { followed: 1 }), of('banned'), ban],
    ['stays as it was', of('banned', { followed: 1 }), of('banned', { followed: 1 }), undefined],
    ['is rejected', of('rejected'), of('open'), undefined],
    ['bans no more', of('open'), of('banned', { followed: 1 }), ban],
    ['asks for the next part of what its end brings', of('open', { followed: 1 }), of('open'), ban],
    ['is decided after such a part', of('approved'), of('open', { followed: 1 }), undefined],
  ])('that %s', (_, after, before, asked) => {
    expect(readChange(after, before).banOf).toEqual(asked);
  });
});
