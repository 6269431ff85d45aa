import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import { type Coupon, type CouponPool, couponPlace, poolOf } from '../domain/coupons/pool.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys, poolPrefixes } from './keys.ts';
import { queryPage } from './query-pages.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** Coupon pools: their codes and their numbers. */
export function couponPoolItems(table: Table) {
  return {
    /**
     * Adds codes, at most 98 and all different, and their number to the pool; or none, and says which were there, and
     * since when.
     */
    async addCoupons(
      programId: string,
      pool: string,
      codes: readonly string[],
      loadedAt: string,
      note?: AuditEntry,
    ): Promise<
      | { added: true; capacity: number }
      | { added: false; existing: readonly Pick<Coupon, 'code' | 'loadedAt'>[] }
    > {
      const puts = codes.map((code) => couponPut(table, programId, pool, code, loadedAt));
      const result = await transact(table, [
        poolAdd(table, programId, pool, { available: codes.length }),
        ...puts,
        ...auditPuts(table, note),
      ]);
      if (result.done) return { added: true, capacity: result.capacity };
      const existing = (result.standing ?? []).filter((item) => item?.['type'] === 'coupon');
      return { added: false, existing: existing.map((item) => toCoupon(item ?? {})) };
    },

    /** Says on the pool that its codes are to be handed to more of those that wait: the stream brings it on. */
    async askForFilling(programId: string, pool: string): Promise<void> {
      const { Update } = poolAdd(table, programId, pool, { fillings: 1 });
      await table.documents.send(new UpdateCommand(Update));
    },

    /** A pool that was loaded or waited for, read consistently. */
    async findCouponPool(programId: string, pool: string): Promise<CouponPool | undefined> {
      const item = await getItem(table, keys.couponPool(programId, pool));
      return item && toPool(item);
    },

    listCouponPools: (programId: string, page: PageRequest): Promise<Page<CouponPool> | undefined> =>
      readRange(table, keys.couponPool(programId, '').pk, poolPrefixes.pool, page, toPool),

    listCoupons: (programId: string, pool: string, page: PageRequest): Promise<Page<Coupon> | undefined> =>
      readRange(table, keys.coupon(programId, pool, '').pk, poolPrefixes.coupon, page, toCoupon),
  };
}

function toPool(item: Stored): CouponPool {
  const count = (name: string) => Number(item[name] ?? 0);
  return poolOf(item['pool'] as string, {
    available: count('available'),
    handedOut: count('handedOut'),
    waiting: count('waiting'),
  });
}

function toCoupon(item: Stored): Coupon {
  const { code, state, loadedAt, rewardId, userId, handedOutAt } = item as unknown as Coupon;
  return {
    code,
    state,
    loadedAt,
    ...(rewardId !== undefined && { rewardId }),
    ...(userId !== undefined && { userId }),
    ...(handedOutAt !== undefined && { handedOutAt }),
  };
}

function couponPut(
  table: Table,
  programId: string,
  pool: string,
  code: string,
  loadedAt: string,
): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.coupon(programId, pool, code),
        ...listKeys.freeCoupons(programId, pool, couponPlace(code)),
        type: 'coupon',
        code,
        state: 'available',
        loadedAt,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** The part of a transaction that changes the numbers of a pool; it is made if it is new. */
export function poolAdd(
  table: Table,
  programId: string,
  pool: string,
  counts: Readonly<Record<string, number>>,
  condition?: string,
) {
  const adds = Object.entries(counts);
  return {
    Update: {
      TableName: table.name,
      Key: keys.couponPool(programId, pool),
      UpdateExpression: `SET #type = :type, programId = :program, #pool = :pool ADD ${adds.map(([name]) => `${name} :${name}`).join(', ')}`,
      ...(condition !== undefined && { ConditionExpression: condition }),
      ExpressionAttributeNames: { '#type': 'type', '#pool': 'pool' },
      ExpressionAttributeValues: {
        ':type': 'couponPool',
        ':program': programId,
        ':pool': pool,
        ...(condition !== undefined && { ':none': 0 }),
        ...Object.fromEntries(adds.map(([name, change]) => [`:${name}`, change])),
      },
    },
  } satisfies TransactItem;
}

/** Reads a page of the items of a partition whose sort keys begin with a word, in their order. */
function readRange<Item>(
  table: Table,
  pk: string,
  prefix: string,
  page: PageRequest,
  toItem: (stored: Stored) => Item,
): Promise<Page<Item> | undefined> {
  const query = {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
  };
  const cursors = {
    write: ({ sk }: Stored) => Buffer.from(String(sk)).toString('base64url'),
    read: (cursor: string) => {
      const sk = Buffer.from(cursor, 'base64url').toString();
      return sk.startsWith(prefix) && /^[\x21-\x7e]{1,300}$/.test(sk) ? { pk, sk } : undefined;
    },
  };
  return queryPage(table, query, page, cursors, toItem);
}
