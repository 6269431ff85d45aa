import type * as z from 'zod';
import { listBadges } from '../badges.ts';
import * as contract from '../rewards.ts';
import { exampleOf } from './example.ts';
import { alices, ids, times, whyPaid } from './story.ts';

export const alicesReward: z.output<typeof contract.reward> = {
  rewardId: ids.reward,
  ...alices,
  kind: 'cash',
  status: 'available',
  amount: 490,
  currency: 'USD',
  referralId: ids.referral,
  eventId: 'order-1',
  ruleId: 'order-commission',
  programVersion: 1,
  level: 1,
  createdAt: times.ordered,
};

const bronze: z.output<typeof contract.reward> = {
  rewardId: ids.milestoneReward,
  ...alices,
  kind: 'badge',
  status: 'claimed',
  name: 'Bronze',
  milestoneId: 'bronze',
  createdAt: times.signedUp,
  claimedAt: times.requested,
};

export const rewardExamples = [
  exampleOf(contract.userRewards, {
    answer: {
      rewards: [alicesReward],
      milestones: [
        {
          milestoneId: 'bronze',
          name: 'Bronze',
          metric: 'completedReferrals',
          target: 5,
          progress: 1,
          status: 'locked',
        },
      ],
    },
  }),
  exampleOf(contract.claimRewardOfUser, {
    body: { userId: 'alice', rewardId: ids.milestoneReward },
    answer: { reward: bronze },
  }),
  exampleOf(contract.getReward, { answer: { reward: alicesReward } }),
  exampleOf(contract.claimReward, { answer: { reward: bronze } }),
  exampleOf(contract.previewRewards, {
    body: { type: 'order.paid', id: 'order-1', userId: 'bob', amount: 4900, currency: 'USD' },
    answer: {
      rewards: [
        {
          userId: 'alice',
          ruleId: 'order-commission',
          programVersion: 1,
          kind: 'cash',
          level: 1,
          amount: 490,
          currency: 'USD',
        },
      ],
      explanation: [whyPaid],
      completesReferral: false,
      isRepeat: false,
    },
  }),
  exampleOf(listBadges, {
    answer: {
      badges: [
        {
          rewardId: ids.milestoneReward,
          name: 'Bronze',
          status: 'claimed',
          milestoneId: 'bronze',
          createdAt: times.signedUp,
          claimedAt: times.requested,
        },
      ],
      tier: { tierId: 'starter', name: 'Starter' },
      nextTier: { tierId: 'pro', name: 'Pro', metric: 'completedReferrals', progress: 5, target: 25 },
    },
  }),
];
