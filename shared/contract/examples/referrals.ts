import type * as z from 'zod';
import * as contract from '../referrals.ts';
import { exampleOf } from './example.ts';
import { ids, times } from './story.ts';

const click = {
  by: 'clickId',
  clickId: ids.click,
  at: times.clicked,
  code: 'alice-rocks',
  referrerId: 'alice',
  outcome: 'won',
} as const;

export const bobsReferral: z.output<typeof contract.referral> = {
  referralId: ids.referral,
  programId: 'default',
  referrerId: 'alice',
  refereeId: 'bob',
  code: 'alice-rocks',
  clickId: ids.click,
  upline: ['alice'],
  status: 'completed',
  createdAt: times.signedUp,
  completedAt: times.signedUp,
  programVersion: 1,
  attribution: { by: 'clickId', rule: 'only_candidate', candidates: [click] },
};

const { clickId: _, attribution: __, ...withoutClick } = bobsReferral;
const signUp = {
  body: { newUserId: 'bob', clickId: ids.click, email: 'bob@mail.example', ip: '203.0.113.7' },
  answer: { referral: bobsReferral },
};

export const referralExamples = [
  exampleOf(contract.verifyReferral, signUp),
  exampleOf(contract.processReferral, signUp),
  exampleOf(contract.createReferral, signUp),
  exampleOf(contract.assignReferral, {
    body: { referrerId: 'alice', newUserId: 'bob', reason: 'Told us by phone' },
    answer: { referral: { ...withoutClick, assignedBy: 'key_k7m2qxw9', reason: 'Told us by phone' } },
  }),
  exampleOf(contract.getReferral, { answer: { referral: bobsReferral } }),
  exampleOf(contract.reportAttribution, {
    body: { model: 'last_touch', windowDays: 30 },
    answer: {
      settings: { model: 'last_touch', windowDays: 30 },
      referrals: [
        {
          referralId: ids.referral,
          refereeId: 'bob',
          referrerId: 'alice',
          change: 'same',
          winner: click,
          rule: 'only_candidate',
          candidates: [click],
        },
      ],
      summary: { same: 1, other_referrer: 0, nobody: 0, not_derivable: 0 },
    },
  }),
];
