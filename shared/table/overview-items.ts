import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ClickTotals, totalsBy } from '../domain/clicks/totals.ts';
import { participantKey } from '../domain/ids.ts';
import type { Progress } from '../domain/milestones/measure.ts';
import type { Balance } from '../domain/money/balance.ts';
import type { Participant } from '../domain/participant.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import { balanceOf } from './balance-items.ts';
import type { Table } from './client.ts';
import { keys, overviewPrefix } from './keys.ts';
import { milestoneRewardOf, progressOf } from './milestone-items.ts';
import { toParticipant } from './participant-items.ts';

type Stored = Record<string, unknown>;

/** All that is counted of a participant. */
export interface Overview {
  readonly participant: Participant;
  readonly clicks: ClickTotals;
  readonly progress: Progress;
  readonly balances: readonly Balance[];
  /** Rewards that were made, beside milestones. */
  readonly rewardCount: number;
  readonly milestones: readonly Reward[];
}

/** Reads click totals out of a counter; none counts as zero. */
export function totalsOf(item: Stored | undefined): ClickTotals {
  return totalsBy((name) => Number(item?.[name] ?? 0));
}

/** A participant's overview: profile, counts, balances and milestones, in one consistent query. */
export function overviewItems(table: Table) {
  return {
    /** @param now ISO 8601; as of when balances are read */
    async findOverview(programId: string, userId: string, now: string): Promise<Overview | undefined> {
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
        balances: balances.map((item) => balanceOf(item, now)),
        rewardCount: [...balances, bySk.get(keys.progress(key).sk)].reduce(
          (sum, item) => sum + Number(item?.['rewards'] ?? 0),
          0,
        ),
        milestones: Items.filter((item) => item['type'] === 'milestone').map(milestoneRewardOf),
      };
    },
  };
}
