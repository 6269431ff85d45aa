import type * as z from 'zod';
import * as contract from '../reviews.ts';
import { exampleOf } from './example.ts';
import { bobsReferral } from './referrals.ts';
import { ids, times } from './story.ts';

const finding = {
  ruleId: 'same_device',
  score: 30,
  reason: 'Referrer and referee were seen on the same device',
  evidence: {},
};

const held: z.output<typeof contract.review> = {
  reviewId: ids.review,
  programId: 'default',
  referralId: ids.referral,
  referrerId: 'alice',
  refereeId: 'bob',
  state: 'open',
  origin: 'open',
  reasons: ['same_device'],
  score: 30,
  findings: [finding],
  decisions: 0,
  createdAt: times.signedUp,
};

const newest = { reviewId: ids.review, createdAt: times.signedUp };

export const reviewExamples = [
  exampleOf(contract.listReviews, { answer: { reviews: [held] } }),
  exampleOf(contract.groupReviews, {
    answer: {
      cases: 3,
      byReferrer: [{ userId: 'alice', cases: 3, newest }],
      byReason: [{ reason: 'same_device', cases: 3, newest }],
    },
  }),
  exampleOf(contract.dryRunRules, {
    body: { fraud: { rules: { same_device: { action: 'hold' } } }, days: 30 },
    answer: {
      participants: 1000,
      cut: [],
      judged: 120,
      unknown: 4,
      incomplete: 0,
      before: { accept: 112, flag: 8, hold: 0, reject: 0 },
      after: { accept: 112, flag: 5, hold: 3, reject: 0 },
      rules: [{ ruleId: 'same_device', before: 3, after: 3 }],
      changed: 3,
      examples: [
        {
          referral: bobsReferral,
          before: { action: 'flag', score: 30, findings: [finding] },
          after: { action: 'hold', score: 30, findings: [finding] },
        },
      ],
      orders: {
        judged: 310,
        before: { accept: 309, flag: 1, hold: 0, reject: 0 },
        after: { accept: 309, flag: 1, hold: 0, reject: 0 },
        rules: [{ ruleId: 'too_many_coupons', before: 1, after: 1 }],
        changed: 0,
        examples: [],
      },
    },
  }),
  exampleOf(contract.getReview, { answer: { review: held } }),
  exampleOf(contract.previewDecision, {
    answer: {
      state: 'approved',
      referralStatus: 'completed',
      totals: [{ userId: 'alice', kind: 'cash', currency: 'USD', change: 490 }],
      count: 1,
      rewards: [
        {
          userId: 'alice',
          ruleId: 'commission',
          programVersion: 1,
          kind: 'cash',
          level: 1,
          amount: 490,
          currency: 'USD',
        },
      ],
    },
  }),
  exampleOf(contract.decideReviews, {
    body: { state: 'flagged', userId: 'alice', decision: 'reject', reason: 'A ring of one device' },
    answer: { results: [{ reviewId: ids.review, outcome: 'decided', state: 'rejected' }] },
  }),
  exampleOf(contract.decideReview, {
    body: { decision: 'approve', reason: 'They share a tablet at home' },
    answer: {
      review: {
        ...held,
        state: 'approved',
        decisions: 1,
        decidedAt: times.ordered,
        decidedBy: 'key_k7m2qxw9',
        note: 'They share a tablet at home',
      },
    },
  }),
];
