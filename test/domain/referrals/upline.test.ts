import { describe, expect, it } from 'vitest';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { stands, uplineOf, uplineThrough } from '../../../shared/domain/referrals/upline.ts';

const referral = (status: Referral['status'], upline: readonly string[]): Referral => ({
  referralId: 'ref_x',
  programId: 'default',
  referrerId: upline[0] ?? '',
  refereeId: 'bob',
  code: 'code',
  upline,
  status,
  programVersion: 1,
  createdAt: '2026-11-21T10:00:00.000Z',
});
const ten = Array.from({ length: 10 }, (_, i) => `user-${i}`);

describe('stands', () => {
  it.each([
    ['pending', true],
    ['completed', true],
    ['in_review', true],
    ['rejected', false],
  ] as const)('a referral that is %s: %s', (status, is) => expect(stands({ status })).toBe(is));

  it('does not of none', () => expect(stands(undefined)).toBe(false));
});

describe('uplineThrough', () => {
  it.each<[string, Referral | undefined, string[]]>([
    ['nobody', undefined, ['alice']],
    ['one', referral('completed', ['carol']), ['alice', 'carol']],
    ['one by a pending referral', referral('pending', ['carol']), ['alice', 'carol']],
    ['one by a rejected referral', referral('rejected', ['carol']), ['alice']],
    ['ten: the tenth is too far', referral('completed', ten), ['alice', ...ten.slice(0, 9)]],
  ])('a referrer above whom stands %s', (_, above, upline) =>
    expect(uplineThrough('alice', above)).toEqual(upline),
  );
});

describe('uplineOf', () => {
  it('counts levels from who invited them', () => {
    expect(uplineOf(referral('in_review', ['alice', 'carol']))).toEqual([
      { level: 1, userId: 'alice' },
      { level: 2, userId: 'carol' },
    ]);
  });

  it.each([undefined, referral('rejected', ['alice'])])('is empty without a referral that stands', (one) =>
    expect(uplineOf(one)).toEqual([]),
  );
});
