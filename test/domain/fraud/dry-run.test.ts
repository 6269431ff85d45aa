import { expect, it } from 'vitest';
import { dryRun, mostExamples, type SeenSignUp } from '../../../shared/domain/fraud/dry-run.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';

const signUp = (refereeId: string, seen: SeenSignUp['seen']): SeenSignUp => ({
  referral: { refereeId } as Referral,
  seen,
});
const sameDevice = { referrer: { device: 0 }, referee: { device: 0 } };
const manyOfOneAddress = { referee: { ip: 0 }, uses: { ip: '1.2.1 2.3.1 3.4.1' } };

it('counts what two settings make of sign-ups, by action and by rule, and names those that change', () => {
  const wanted = {
    rules: { same_device: { action: 'hold' }, velocity_ip: { limit: 4, action: 'reject' } },
  } as const;
  const signUps = [
    signUp('a', sameDevice),
    signUp('b', manyOfOneAddress),
    signUp('c', {}),
    signUp('d', { isDisposable: true }),
    signUp('e', undefined),
  ];
  expect(dryRun(signUps, undefined, wanted)).toMatchObject({
    judged: 4,
    unknown: 1,
    incomplete: 0,
    before: { accept: 2, flag: 2, hold: 0, reject: 0 },
    after: { accept: 1, flag: 1, hold: 1, reject: 1 },
    rules: [
      { ruleId: 'same_device', before: 1, after: 1 },
      { ruleId: 'disposable_email', before: 1, after: 1 },
      { ruleId: 'velocity_ip', before: 0, after: 1 },
    ],
    changed: 2,
    examples: [
      { referral: { refereeId: 'a' }, before: { action: 'flag' }, after: { action: 'hold' } },
      {
        referral: { refereeId: 'b' },
        before: { action: 'accept', findings: [] },
        after: { action: 'reject', findings: [{ evidence: { signUps: 4 } }] },
      },
    ],
  });
});

it('names some of many, and says of whom too little is known', () => {
  const signUps = Array.from({ length: 50 }, (_, n) => signUp(`user${n}`, { ...sameDevice, unread: ['ip'] }));
  const report = dryRun(signUps, undefined, { rules: { same_device: { action: 'reject' } } });
  expect([report.changed, report.examples.length, report.incomplete]).toEqual([50, mostExamples, 50]);
});
