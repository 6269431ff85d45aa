import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ClickTotals, noClicks } from '../domain/clicks/totals.ts';
import { milestoneRewardId, participantKey } from '../domain/ids.ts';
import type { Balance } from '../domain/money/balance.ts';
import type { Participant } from '../domain/participant.ts';
import { noProgress, type ReferralProgress } from '../domain/referrals/referral.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import type { Table } from './client.ts';
import { keys, overviewPrefix } from './keys.ts';
import { toParticipant } from './participant-items.ts';

type Stored = Record<string, unknown>;

/** All that is counted of a participant. */
export interface Overview {
  readonly participant: Participant;
  readonly clicks: ClickTotals;
  readonly progress: ReferralProgress;
  readonly balances: readonly Balance[];
  /** Rewards that were made, beside milestones. */
  readonly rewardCount: number;
  readonly milestones: readonly Reward[];
}

/** Reads click totals out of a counter; none counts as zero. */
export function totalsOf(item: Stored | undefined): ClickTotals {
  if (item === undefined) return noClicks;
  return {
    clicks: Number(item['clicks'] ?? 0),
    uniqueClicks: Number(item['uniqueClicks'] ?? 0),
    botClicks: Number(item['botClicks'] ?? 0),
  };
}

/** Reads the progress out of its item; none counts as zero. */
export function progressOf(item: Stored | undefined): ReferralProgress {
  if (item === undefined) return noProgress;
  return {
    pending: Number(item['pending'] ?? 0),
    completed: Number(item['completed'] ?? 0),
    rejected: Number(item['rejected'] ?? 0),
    inReview: Number(item['inReview'] ?? 0),
  };
}

/** Reads a balance out of its item. */
export function balanceOf(item: Stored): Balance {
  return {
    currency: item['currency'] as string,
    pending: Number(item['pending'] ?? 0),
    available: Number(item['available'] ?? 0),
    inPayout: Number(item['inPayout'] ?? 0),
    paid: Number(item['paid'] ?? 0),
  };
}

/** Reads a milestone's reward out of its item. */
export function milestoneRewardOf(item: Stored): Reward {
  const programId = item['programId'] as string;
  const userId = item['userId'] as string;
  return {
    rewardId: milestoneRewardId(participantKey(programId, userId), item['milestoneId'] as string),
    programId,
    userId,
    kind: item['kind'] as Reward['kind'],
    status: item['rewardStatus'] as Reward['status'],
    name: item['name'] as string,
    programVersion: item['programVersion'] as number,
    createdAt: item['createdAt'] as string,
    ...(typeof item['claimedAt'] === 'string' && { claimedAt: item['claimedAt'] }),
  };
}

/** A participant's overview: profile, counts, balances and milestones, in one consistent query. */
export function overviewItems(table: Table) {
  return {
    async findOverview(programId: string, userId: string): Promise<Overview | undefined> {
      const key = participantKey(programId, userId);
      const { Items = [] } = await table.documents.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :overview)',
          ExpressionAttributeValues: { ':pk': keys.participantPartition(key), ':overview': overviewPrefix },
          ConsistentRead: true,
        }),
      );
      const bySk = new Map(Items.map((item) => [item['sk'] as string, item]));
      const profile = bySk.get(keys.participant(key).sk);
      if (profile === undefined) return undefined;
      const balances = Items.filter((item) => item['type'] === 'balance');
      return {
        participant: toParticipant(profile),
        clicks: totalsOf(bySk.get(keys.participantClicks(key).sk)),
        progress: progressOf(bySk.get(keys.progress(key).sk)),
        balances: balances.map(balanceOf),
        rewardCount: balances.reduce((sum, item) => sum + Number(item['rewards'] ?? 0), 0),
        milestones: Items.filter((item) => item['type'] === 'milestone').map(milestoneRewardOf),
      };
    },
  };
}
