import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { participantKey } from '../domain/ids.ts';
import type { Milestone } from '../domain/programs/program.ts';
import type { ReferralProgress } from '../domain/referrals/referral.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import { milestoneRewardOf, progressOf } from './overview-items.ts';

/** A milestone about to be granted. */
export interface MilestoneGrant {
  readonly programId: string;
  readonly programVersion: number;
  readonly userId: string;
  readonly milestone: Milestone;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Milestones reached, each granted once. */
export function milestoneItems(table: Table) {
  return {
    /** Grants a milestone unless it has been. */
    async grantMilestone(grant: MilestoneGrant): Promise<'granted' | 'granted_before'> {
      const { programId, userId, milestone, createdAt } = grant;
      const key = participantKey(programId, userId);
      try {
        await table.documents.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...keys.milestone(key, milestone.milestoneId),
              ...listKeys.activity(key, createdAt, `m-${milestone.milestoneId}`),
              type: 'milestone',
              programId,
              programVersion: grant.programVersion,
              userId,
              milestoneId: milestone.milestoneId,
              name: milestone.name,
              kind: milestone.kind,
              rewardStatus: 'available',
              createdAt,
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return 'granted';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'granted_before';
        throw error;
      }
    },

    async findProgress(programId: string, userId: string): Promise<ReferralProgress> {
      const { Item } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.progress(participantKey(programId, userId)),
          ConsistentRead: true,
        }),
      );
      return progressOf(Item);
    },

    async findMilestoneReward(key: string, milestoneId: string): Promise<Reward | undefined> {
      const { Item } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.milestone(key, milestoneId),
          ConsistentRead: true,
        }),
      );
      return Item && milestoneRewardOf(Item);
    },

    /** Claims a milestone's reward that is available; undefined if it is not. */
    async claimMilestone(key: string, milestoneId: string, claimedAt: string): Promise<Reward | undefined> {
      try {
        const { Attributes } = await table.documents.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keys.milestone(key, milestoneId),
            UpdateExpression: 'SET rewardStatus = :claimed, claimedAt = :at',
            ConditionExpression: 'rewardStatus = :available',
            ExpressionAttributeValues: { ':claimed': 'claimed', ':available': 'available', ':at': claimedAt },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return Attributes && milestoneRewardOf(Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
  };
}
