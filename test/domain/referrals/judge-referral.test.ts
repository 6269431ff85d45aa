import { describe, expect, it } from 'vitest';
import { judgeReferral, type ReferralEvidence } from '../../../shared/domain/referrals/judge-referral.ts';

const fine: ReferralEvidence = {
  referrerId: 'alice',
  refereeId: 'bob',
  referrerEmail: 'hash of alice',
  refereeEmail: 'hash of bob',
  uplineIds: ['carol', 'dave'],
};

describe('judgeReferral', () => {
  it.each<[string, Partial<ReferralEvidence>, string[]]>([
    ['two people', {}, []],
    ['addresses unknown', { referrerEmail: undefined, refereeEmail: undefined }, []],
    ['one address unknown', { refereeEmail: undefined }, []],
    ['the same user', { refereeId: 'alice' }, ['self_referral']],
    ['one address', { refereeEmail: 'hash of alice' }, ['same_email']],
    ['somebody above the referrer', { uplineIds: ['carol', 'bob'] }, ['cycle']],
    ['user ids that differ in case', { refereeId: 'Alice' }, []],
    [
      'all at once',
      { refereeId: 'alice', refereeEmail: 'hash of alice', uplineIds: ['alice'] },
      ['self_referral', 'same_email', 'cycle'],
    ],
  ])('%s', (_, evidence, reasons) => expect(judgeReferral({ ...fine, ...evidence })).toEqual(reasons));
});
