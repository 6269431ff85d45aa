import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { milestoneRewardId, participantKey } from '../domain/ids.ts';
import type { GrantedMilestone } from '../domain/milestones/granted.ts';
import { measureName, type Progress, revenuePrefix } from '../domain/milestones/measure.ts';
import type { AccountName, BalanceKind } from '../domain/money/balance.ts';
import type { Milestone, Threshold } from '../domain/programs/program.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import { accountAdd } from './balance-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { ledgerPut } from './ledger-put.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** A milestone about to be granted, taken back or given again. */
export interface MilestoneWrite {
  readonly programId: string;
  readonly userId: string;
  readonly milestone: Milestone;
  /** Names the ledger entry, where there is one. */
  readonly ulid: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface MilestoneGrant extends MilestoneWrite {
  readonly programVersion: number;
}

/** Taking back what was granted, or giving it again. */
export interface MilestoneTurn extends MilestoneWrite {
  readonly to: 'reversed' | 'available';
  /** As it was read. */
  readonly turn: number;
}

/** What is counted of a participant, and the milestones that they have reached at some time. */
export interface MilestoneStanding {
  readonly progress: Progress;
  readonly granted: readonly GrantedMilestone[];
}

/** Reads what is counted of a participant out of its item; none counts as zero. */
export function progressOf(item: Stored | undefined): Progress {
  const count = (name: string) => Number(item?.[name] ?? 0);
  const revenue = Object.entries(item ?? {})
    .filter(([name]) => name.startsWith(revenuePrefix))
    .map(([name, amount]) => [name.slice(revenuePrefix.length), Number(amount)] as const);
  return {
    pending: count('pending'),
    completed: count('completed'),
    rejected: count('rejected'),
    inReview: count('inReview'),
    paidOrders: count('paidOrders'),
    revenue: Object.fromEntries(revenue),
    points: count('points'),
  };
}

/** Reads a milestone's reward out of its item. A coupon without its code is `pending`. */
export function milestoneRewardOf(item: Stored): Reward {
  const { amount, grant, pool } = item['terms'] as Milestone;
  const [kind, status] = [item['kind'], item['rewardStatus']];
  const waits = kind === 'coupon' && status === 'available' && item['couponCode'] === undefined;
  const isShown = item['couponCode'] !== undefined && (grant === 'automatic' || status === 'claimed');
  return {
    rewardId: rewardIdOf(item),
    programId: item['programId'] as string,
    userId: item['userId'] as string,
    kind: kind as Reward['kind'],
    status: (waits ? 'pending' : status) as Reward['status'],
    ...amount,
    name: item['name'] as string,
    milestoneId: item['milestoneId'] as string,
    ...(pool !== undefined && { pool }),
    programVersion: item['programVersion'] as number,
    createdAt: item['createdAt'] as string,
    ...(typeof item['claimedAt'] === 'string' && { claimedAt: item['claimedAt'] }),
    ...(isShown && { couponCode: item['couponCode'] as string }),
  };
}

function rewardIdOf(item: Stored): string {
  const key = participantKey(item['programId'] as string, item['userId'] as string);
  return milestoneRewardId(key, item['milestoneId'] as string);
}

/** Milestones: each granted once, and where the program says so taken back and given again as progress goes. */
export function milestoneItems(table: Table) {
  return {
    /**
     * Grants a milestone unless it has been: with money that is given at once, account and ledger are one step with
     * it. One that can be taken back is granted only while it is reached (`again`: it is not, or others are at work).
     */
    async grantMilestone(grant: MilestoneGrant): Promise<'granted' | 'granted_before' | 'again'> {
      const result = await transact(table, [
        milestonePut(table, grant),
        ...moneyGiven(table, grant, 1),
        ...stillTrue(table, grant, 'reached'),
      ]);
      if (result.done) return 'granted';
      return result.failed[0] ? 'granted_before' : 'again';
    },

    /**
     * Takes back what was granted, or gives it again, with the money that had been given at once, if the reward is
     * as it was read and the progress is at this moment what the change needs.
     */
    async turnMilestone(turn: MilestoneTurn): Promise<'turned' | 'again'> {
      const isBack = turn.to === 'reversed';
      const result = await transact(table, [
        milestoneUpdate(table, turn),
        ...moneyGiven(table, turn, isBack ? -1 : 1),
        ...stillTrue(table, turn, isBack ? 'below' : 'reached'),
      ]);
      return result.done ? 'turned' : 'again';
    },

    /** Milestones, profile and progress lie beside each other: one consistent query. */
    async findMilestones(programId: string, userId: string): Promise<MilestoneStanding> {
      const key = participantKey(programId, userId);
      const { Items = [] } = await table.documents.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': keys.participantPartition(key),
            ':first': keys.milestone(key, '').sk,
            ':last': keys.progress(key).sk,
          },
          ConsistentRead: true,
        }),
      );
      return {
        progress: progressOf(Items.find((item) => item['type'] === 'progress')),
        granted: Items.filter((item) => item['type'] === 'milestone').map(toGranted),
      };
    },

    async findMilestoneReward(key: string, milestoneId: string): Promise<Reward | undefined> {
      const item = await getItem(table, keys.milestone(key, milestoneId));
      return item && milestoneRewardOf(item);
    },
  };
}

function toGranted(item: Stored): GrantedMilestone {
  return {
    terms: item['terms'] as Milestone,
    status: item['rewardStatus'] as GrantedMilestone['status'],
    turn: item['turn'] as number,
  };
}

function milestonePut(table: Table, grant: MilestoneGrant): TransactItem {
  const { programId, userId, milestone, at } = grant;
  const key = participantKey(programId, userId);
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.milestone(key, milestone.milestoneId),
        ...listKeys.activity(key, at, `m-${milestone.milestoneId}`),
        type: 'milestone',
        programId,
        programVersion: grant.programVersion,
        userId,
        milestoneId: milestone.milestoneId,
        name: milestone.name,
        kind: milestone.kind,
        terms: milestone,
        rewardStatus: 'available',
        turn: 0,
        createdAt: at,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

function milestoneUpdate(table: Table, { programId, userId, milestone, to, turn, at }: MilestoneTurn) {
  return {
    Update: {
      TableName: table.name,
      Key: keys.milestone(participantKey(programId, userId), milestone.milestoneId),
      UpdateExpression: 'SET rewardStatus = :to, turn = :next, turnedAt = :at',
      ConditionExpression: 'rewardStatus = :from AND turn = :turn',
      ExpressionAttributeValues: {
        ':from': to === 'reversed' ? 'available' : 'reversed',
        ':to': to,
        ':turn': turn,
        ':next': turn + 1,
        ':at': at,
      },
    },
  };
}

/** The account that a milestone's money goes to; undefined for what is not counted. */
function milestoneAccount(
  milestone: Milestone,
  owner: { readonly programId: string; readonly userId: string },
): (AccountName & { readonly amount: number }) | undefined {
  const { amount, kind } = milestone;
  if (amount === undefined) return undefined;
  const { programId, userId } = owner;
  return { programId, userId, kind: kind as BalanceKind, ...amount };
}

/** Money that moves without a claim. @param sign -1: it is taken back, and may leave a debt */
function moneyGiven(table: Table, write: MilestoneWrite, sign: 1 | -1): TransactItem[] {
  const account = milestoneAccount(write.milestone, write);
  if (account === undefined || write.milestone.grant === 'claim') return [];
  const { milestoneId } = write.milestone;
  const rewardId = milestoneRewardId(participantKey(write.programId, write.userId), milestoneId);
  const type = sign > 0 ? 'milestone' : 'milestone_reversed';
  const available = sign * account.amount;
  const entry = { account, changes: { available }, cause: { type, milestoneId, rewardId } as const };
  return [
    accountAdd(table, account, { available }),
    ledgerPut(table, { ...entry, ulid: write.ulid, createdAt: write.at }),
  ];
}

function stillTrue(table: Table, write: MilestoneWrite, side: 'reached' | 'below'): TransactItem[] {
  if (write.milestone.onReversal === 'keep') return [];
  return [progressCheck(table, write, write.milestone.threshold, side)];
}

/** The part of a transaction that holds a participant's progress to one side of a threshold. */
export function progressCheck(
  table: Table,
  { programId, userId }: { readonly programId: string; readonly userId: string },
  threshold: Threshold,
  side: 'reached' | 'below',
): TransactItem {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: keys.progress(participantKey(programId, userId)),
      ConditionExpression:
        side === 'reached' ? '#metric >= :value' : 'attribute_not_exists(#metric) OR #metric < :value',
      ExpressionAttributeNames: { '#metric': measureName(threshold) },
      ExpressionAttributeValues: { ':value': threshold.value },
    },
  };
}
