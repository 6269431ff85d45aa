import type * as z from 'zod';
import * as contract from '../referral-decisions.ts';
import type { review } from '../reviews.ts';
import { exampleOf } from './example.ts';
import { bobsReferral } from './referrals.ts';
import { ids, times } from './story.ts';

const rejected: z.output<typeof review> = {
  reviewId: ids.review,
  programId: 'default',
  referralId: ids.referral,
  referrerId: 'alice',
  refereeId: 'bob',
  origin: 'manual',
  reasons: [],
  score: 0,
  findings: [],
  decisions: 1,
  createdAt: times.ordered,
  decidedAt: times.ordered,
  decidedBy: 'key_k7m2qxw9',
  state: 'rejected',
  note: 'Both are the same company',
};

const { clickId: _, ...withoutClick } = bobsReferral;

export const referralDecisionExamples = [
  exampleOf(contract.approveReferral, {
    body: { reason: 'They share a tablet at home' },
    answer: { referral: bobsReferral },
  }),
  exampleOf(contract.rejectReferral, {
    body: { reason: 'Both are the same company' },
    answer: {
      referral: { ...bobsReferral, status: 'rejected', reviewId: ids.review },
      review: rejected,
    },
  }),
  exampleOf(contract.reassignReferral, {
    body: { userId: 'carol', reason: 'She brought him to the fair' },
    answer: {
      referral: {
        ...withoutClick,
        referrerId: 'carol',
        code: 'k7m2qxw9',
        upline: ['carol'],
        assignedBy: 'key_k7m2qxw9',
        reason: 'She brought him to the fair',
        reassignedFrom: 'alice',
        earlier: [
          {
            referrerId: 'alice',
            code: 'alice-rocks',
            clickId: ids.click,
            upline: ['alice'],
            until: times.requested,
            earned: 'stays',
          },
        ],
      },
    },
  }),
];
