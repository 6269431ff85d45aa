import { describe, expect, it } from 'vitest';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { findChain, mostLevels } from '../../../shared/usecases/referrals/find-chain.ts';

/** Users by number, each invited by the next lower, up to a top. */
function numbered(top: number, status: (user: number) => Referral['status'] = () => 'completed') {
  let reads = 0;
  const findReferralOf = async (_: string, refereeId: string) => {
    reads++;
    const user = Number(refereeId);
    if (user <= top) return undefined;
    const above = String(user - 1);
    return { referrerId: above, upline: [above], status: status(user) } as unknown as Referral;
  };
  return { findReferralOf, reads: () => reads };
}

describe('findChain', () => {
  it('looks no further than the referrer for somebody new', async () => {
    const ports = numbered(0);
    expect(await findChain(ports, 'default', '5', true)).toEqual({
      upline: ['5', '4'],
      aboveReferrer: [],
      unchanged: [{ userId: '5', referrerId: '4' }],
    });
    expect(ports.reads()).toBe(1);
  });

  it('walks to the top for somebody who may have invited others, and holds each step', async () => {
    expect(await findChain(numbered(2), 'default', '5', false)).toEqual({
      upline: ['5', '4'],
      aboveReferrer: ['4', '3', '2'],
      unchanged: [
        { userId: '5', referrerId: '4' },
        { userId: '4', referrerId: '3' },
        { userId: '3', referrerId: '2' },
        { userId: '2', referrerId: undefined },
      ],
    });
  });

  it('ends at a referral that was rejected, which must stay so', async () => {
    const ports = numbered(0, (user) => (user === 4 ? 'rejected' : 'pending'));
    expect(await findChain(ports, 'default', '5', false)).toMatchObject({
      aboveReferrer: ['4'],
      unchanged: [
        { userId: '5', referrerId: '4' },
        { userId: '4', referrerId: undefined },
      ],
    });
  });

  it('names a referrer at the top once', async () => {
    expect(await findChain(numbered(5), 'default', '5', false)).toEqual({
      upline: ['5'],
      aboveReferrer: [],
      unchanged: [{ userId: '5', referrerId: undefined }],
    });
  });

  it('counts whoever stands above the referrer in what is kept, also where they do so no more', async () => {
    const findReferralOf = async (_: string, refereeId: string) =>
      refereeId === 'low'
        ? ({ referrerId: 'mid', upline: ['mid', 'gone'], status: 'completed' } as unknown as Referral)
        : undefined;
    expect(await findChain({ findReferralOf }, 'default', 'low', false)).toMatchObject({
      upline: ['low', 'mid', 'gone'],
      aboveReferrer: ['mid', 'gone'],
    });
  });

  it('searches as far as it says, and refuses what is longer', async () => {
    const longest = await findChain(numbered(0), 'default', String(mostLevels), false);
    expect(longest).toMatchObject({ aboveReferrer: expect.objectContaining({ length: mostLevels }) });
    expect(await findChain(numbered(0), 'default', String(mostLevels + 1), false)).toEqual({
      refused: 'upline_too_long',
    });
  });

  it('ends even where the data went round in a circle', async () => {
    let reads = 0;
    const findReferralOf = async (_: string, refereeId: string) => {
      reads++;
      const referrerId = refereeId === 'a' ? 'b' : 'a';
      return { referrerId, upline: [referrerId], status: 'completed' } as unknown as Referral;
    };
    expect(await findChain({ findReferralOf }, 'default', 'a', false)).toEqual({
      refused: 'upline_too_long',
    });
    expect(reads).toBeLessThanOrEqual(mostLevels + 2);
  });
});
