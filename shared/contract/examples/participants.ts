import type * as z from 'zod';
import * as contract from '../participants.ts';
import { exampleOf } from './example.ts';
import { bobsReferral } from './referrals.ts';
import { alicesReward } from './rewards.ts';
import { alices, ids, times } from './story.ts';

const alice: z.output<typeof contract.participant> = {
  ...alices,
  status: 'active',
  name: 'Alice',
  code: 'alice-rocks',
  links: 1,
  policy: { mayInvite: true },
  fields: { plan: 'pro' },
  createdAt: times.registered,
};

const balance: z.output<typeof contract.balance> = {
  kind: 'cash',
  currency: 'USD',
  pending: 0,
  available: 490,
  inPayout: 0,
  paid: 0,
};

const stats: z.output<typeof contract.stats> = {
  ...alices,
  clicks: 41,
  uniqueClicks: 37,
  botClicks: 12,
  scannerClicks: 5,
  prefetchClicks: 1,
  headClicks: 2,
  referrals: { pending: 0, completed: 1, rejected: 0, inReview: 0 },
  conversionRate: 0.027,
  rewards: { count: 1, milestones: 0 },
  balances: [balance],
};

const policy = { commissionRate: '12.5', triggerLimit: null, mayInvite: true };

export const participantExamples = [
  exampleOf(contract.referralStats, { answer: stats }),
  exampleOf(contract.putParticipant, {
    body: { name: 'Alice', email: 'alice@mail.example', fields: { plan: 'pro' } },
    answer: { participant: alice },
  }),
  exampleOf(contract.getParticipant, { answer: { participant: alice } }),
  exampleOf(contract.updateParticipant, {
    body: { fields: { plan: 'business' } },
    answer: { participant: { ...alice, fields: { plan: 'business' } } },
  }),
  exampleOf(contract.deactivateParticipant, { answer: { participant: { ...alice, status: 'inactive' } } }),
  exampleOf(contract.putPolicy, { body: policy, answer: { policy } }),
  exampleOf(contract.getPolicy, { answer: { policy } }),
  exampleOf(contract.getUpline, { answer: { upline: [{ level: 1, userId: 'alice' }] } }),
  exampleOf(contract.listReferrals, { answer: { referrals: [bobsReferral] } }),
  exampleOf(contract.listRewards, { answer: { rewards: [alicesReward] } }),
  exampleOf(contract.listLedger, {
    answer: {
      entries: [
        {
          entryId: ids.rewardEntry,
          kind: 'cash',
          currency: 'USD',
          amount: 490,
          changes: { pending: 0, available: 490, inPayout: 0, paid: 0 },
          cause: {
            type: 'reward',
            eventId: 'order-1',
            eventType: 'order.paid',
            rewardId: ids.reward,
            ruleId: 'order-commission',
            programVersion: 1,
          },
          createdAt: times.ordered,
        },
      ],
    },
  }),
  exampleOf(contract.getBalances, { answer: { balances: [balance] } }),
  exampleOf(contract.getStats, { answer: stats }),
];
