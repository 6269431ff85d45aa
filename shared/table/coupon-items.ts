import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type CouponReward, couponPlace } from '../domain/coupons/pool.ts';
import {
  journalRewardId,
  milestoneRewardId,
  parseRewardId,
  participantKey,
  type RewardPlace,
} from '../domain/ids.ts';
import type { Milestone } from '../domain/programs/program.ts';
import type { JournalEntry, Posting } from '../domain/rewards/journal.ts';
import { rewardKeyOf } from './claim-items.ts';
import type { Table } from './client.ts';
import { poolAdd } from './coupon-pool-items.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys, poolPrefixes } from './keys.ts';
import { layout } from './layout.ts';
import { queryPages } from './query-pages.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** A code about to be given to a reward. */
export interface Assignment {
  readonly reward: CouponReward;
  readonly code: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What is over in a pool's list of waiting rewards is kept so long, in seconds. */
const keptWaiting = 86_400;

/** Codes handed out to rewards, each once, and the rewards that wait for one. */
export function couponItems(table: Table) {
  return {
    /** A code that nobody has, by chance. The list lags behind: whether it is still free the assignment finds out. */
    async findFreeCoupon(programId: string, pool: string, random: Uint8Array): Promise<string | undefined> {
      const from = couponPlace(Buffer.from(random).toString('hex'));
      const page = await freePage(table, programId, pool, from);
      const codes = page.length > 0 ? page : await freePage(table, programId, pool, '');
      return codes[(random[0] ?? 0) % Math.max(1, codes.length)];
    },

    /** A reward that may get a coupon, read consistently; undefined if it is none. */
    async findCouponReward(rewardId: string): Promise<CouponReward | undefined> {
      const place = parseRewardId(rewardId);
      if (place === undefined) return undefined;
      const item = await getItem(table, rewardKeyOf(place));
      return item && toCouponReward(item);
    },

    /** Gives a free code to a reward that wants one, in one step with the numbers of the pool. */
    async assignCoupon(
      assignment: Assignment,
    ): Promise<{ assigned: true; capacity: number } | { assigned: false }> {
      const { reward, code, at } = assignment;
      const counts = { available: -1, handedOut: 1, ...(reward.isWaiting && { waiting: -1 }) };
      const result = await transact(table, [
        couponUpdate(table, assignment),
        rewardUpdate(table, reward, code),
        poolAdd(table, reward.programId, reward.pool, counts),
        ...(reward.isWaiting ? [waitingEnd(table, reward, 'served', at)] : []),
      ]);
      return result.done ? { assigned: true, capacity: result.capacity } : { assigned: false };
    },

    /** Notes a reward that wants a code as waiting, only while its pool is empty. */
    async awaitCoupon(reward: CouponReward): Promise<'waiting' | 'again'> {
      const { programId, pool } = reward;
      const result = await transact(table, [
        poolAdd(
          table,
          programId,
          pool,
          { waiting: 1 },
          'attribute_not_exists(available) OR available = :none',
        ),
        waitingPut(table, reward),
        rewardUpdate(table, reward),
      ]);
      return result.done ? 'waiting' : 'again';
    },

    /** Takes a reward that wants no code any more from those that wait. */
    async stopWaiting(reward: CouponReward, at: string): Promise<'stopped' | 'again'> {
      const { programId, pool } = reward;
      const result = await transact(table, [
        poolAdd(table, programId, pool, { waiting: -1 }),
        waitingEnd(table, reward, 'dropped', at),
        waitingMarkGone(table, reward),
      ]);
      return result.done ? 'stopped' : 'again';
    },

    /** The rewards that wait, those earned first at first. */
    async listWaiting(programId: string, pool: string, limit: number): Promise<readonly string[]> {
      const found: string[] = [];
      const pages = queryPages(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :waiting)',
        FilterExpression: '#state = :standing',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':pk': keys.coupon(programId, pool, '').pk,
          ':waiting': poolPrefixes.waiting,
          ':standing': 'waiting',
        },
        ConsistentRead: true,
      });
      for await (const items of pages) {
        found.push(...items.map((item) => item['rewardId'] as string));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
  };
}

/** What a change of an item asks of the coupons: a code for a reward, or codes for those that wait in a pool. */
export type CouponWork =
  | {
      readonly kind: 'coupon';
      readonly programId: string;
      /** Whose reward it is. */
      readonly userId: string;
      readonly rewardId: string;
    }
  | { readonly kind: 'couponPool'; readonly programId: string; readonly pool: string };

/**
 * Reads what a change of the table asks of the coupons.
 *
 * A reward is looked at when it begins to want a code, and when it ceases to while it waits. A pool is looked at when
 * its first codes come while rewards wait, and when a filling left some.
 */
export function couponWorkOf(after: Stored, before: Stored | undefined): CouponWork | undefined {
  if (after['type'] === 'couponPool') return poolWork(after, before);
  const reward = toCouponReward(after);
  if (reward === undefined) return undefined;
  const wanted = before !== undefined && (toCouponReward(before)?.wantsCode ?? false);
  const begins = reward.wantsCode && !wanted;
  const ceases = !reward.wantsCode && wanted && reward.isWaiting;
  const { programId, userId, rewardId } = reward;
  return begins || ceases ? { kind: 'coupon', programId, userId, rewardId } : undefined;
}

function poolWork(after: Stored, before: Stored | undefined): CouponWork | undefined {
  const count = (item: Stored | undefined, name: string) => Number(item?.[name] ?? 0);
  if (count(after, 'available') <= 0 || count(after, 'waiting') <= 0) return undefined;
  const filled = count(before, 'available') <= 0;
  const asked = count(after, 'fillings') !== count(before, 'fillings');
  const { programId, pool } = after as { programId: string; pool: string };
  return filled || asked ? { kind: 'couponPool', programId, pool } : undefined;
}

/** Reads a reward that gets a coupon out of its item, in a journal or a milestone; undefined if it is none. */
function toCouponReward(item: Stored): CouponReward | undefined {
  const found = item['type'] === 'milestone' ? milestoneCoupon(item) : journalCoupon(item);
  if (found === undefined) return undefined;
  const code = item['couponCode'] as string | undefined;
  return {
    ...found,
    programId: item['programId'] as string,
    wantsCode: found.wantsCode && code === undefined,
    ...(code !== undefined && { code }),
    isWaiting: item['couponWaiting'] === true,
  };
}

type FoundReward = Omit<CouponReward, 'programId' | 'code' | 'isWaiting'>;

function milestoneCoupon(item: Stored): FoundReward | undefined {
  const { kind, pool, milestoneId } = item['terms'] as Milestone;
  if (kind !== 'coupon' || pool === undefined) return undefined;
  const userId = item['userId'] as string;
  return {
    rewardId: milestoneRewardId(participantKey(item['programId'] as string, userId), milestoneId),
    pool,
    userId,
    createdAt: item['createdAt'] as string,
    wantsCode: item['rewardStatus'] === 'available',
  };
}

function journalCoupon(item: Stored): FoundReward | undefined {
  const posting = item['posting'] as Posting | undefined;
  if (posting?.kind !== 'coupon' || posting.pool === undefined || posting.adjusts !== undefined)
    return undefined;
  const { position, createdAt } = item['entry'] as JournalEntry;
  return {
    rewardId: journalRewardId(item['refereeKey'] as string, position, item['part'] as number),
    pool: posting.pool,
    userId: posting.beneficiaryId,
    createdAt,
    wantsCode:
      item['rewardStatus'] === 'made' && item['rewardAmount'] !== 0 && item['rewardBucket'] !== 'waiting',
  };
}

function couponUpdate(table: Table, { reward, code, at }: Assignment): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.coupon(reward.programId, reward.pool, code),
      UpdateExpression:
        'SET #state = :given, rewardId = :reward, userId = :user, handedOutAt = :at REMOVE listPk, listSk',
      ConditionExpression: '#state = :free',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':free': 'available',
        ':given': 'handed_out',
        ':reward': reward.rewardId,
        ':user': reward.userId,
        ':at': at,
      },
    },
  };
}

/** Gives a reward its code, or marks it as waiting where there is none, if it still wants one and waits as was read. */
function rewardUpdate(table: Table, reward: CouponReward, code?: string): TransactItem {
  const place = parseRewardId(reward.rewardId) as RewardPlace;
  const wants =
    place.in === 'journal'
      ? 'rewardStatus = :made AND rewardAmount <> :none AND rewardBucket <> :waiting'
      : 'rewardStatus = :made';
  const waits = `attribute_${reward.isWaiting ? '' : 'not_'}exists(couponWaiting)`;
  return {
    Update: {
      TableName: table.name,
      Key: rewardKeyOf(place),
      UpdateExpression:
        code === undefined ? 'SET couponWaiting = :yes' : 'SET couponCode = :code REMOVE couponWaiting',
      ConditionExpression: `${wants} AND attribute_not_exists(couponCode) AND ${waits}`,
      ExpressionAttributeValues: {
        ':made': place.in === 'journal' ? 'made' : 'available',
        ...(place.in === 'journal' && { ':waiting': 'waiting', ':none': 0 }),
        ...(code === undefined ? { ':yes': true } : { ':code': code }),
      },
    },
  };
}

function waitingMarkGone(table: Table, reward: CouponReward): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: rewardKeyOf(parseRewardId(reward.rewardId) as RewardPlace),
      UpdateExpression: 'REMOVE couponWaiting',
      ConditionExpression: 'attribute_exists(couponWaiting)',
    },
  };
}

function waitingPut(
  table: Table,
  { programId, pool, createdAt, rewardId, userId }: CouponReward,
): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.waitingReward(programId, pool, createdAt, rewardId),
        type: 'couponWaiting',
        state: 'waiting',
        rewardId,
        userId,
      },
    },
  };
}

function waitingEnd(
  table: Table,
  reward: CouponReward,
  state: 'served' | 'dropped',
  at: string,
): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.waitingReward(reward.programId, reward.pool, reward.createdAt, reward.rewardId),
      UpdateExpression: 'SET #state = :state, expiresAt = :expires',
      ConditionExpression: '#state = :waiting',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':state': state,
        ':waiting': 'waiting',
        ':expires': Math.floor(Date.parse(at) / 1_000) + keptWaiting,
      },
    },
  };
}

async function freePage(table: Table, programId: string, pool: string, from: string): Promise<string[]> {
  const { listPk, listSk } = listKeys.freeCoupons(programId, pool, from);
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: layout.listIndex.name,
      KeyConditionExpression: 'listPk = :list AND listSk >= :from',
      ExpressionAttributeValues: { ':list': listPk, ':from': listSk === '' ? '0' : listSk },
      Limit: 16,
    }),
  );
  return Items.map((item) => item['code'] as string);
}
