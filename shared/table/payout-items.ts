import type { AuditEntry } from '../domain/audit.ts';
import { parsePayoutId, participantKey } from '../domain/ids.ts';
import type { Account, AccountName } from '../domain/money/balance.ts';
import {
  type Counted,
  movementOf,
  type Payout,
  type PayoutRecord,
  type PayoutStatus,
  stateSince,
} from '../domain/money/payout.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import { batchUlidOf, type PayoutBatch } from '../domain/payouts/batch.ts';
import type { PayoutLimit, Reached } from '../domain/payouts/terms.ts';
import { auditPuts } from './audit-items.ts';
import { accountAdd, accountTake, coverCheck } from './balance-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { layout } from './layout.ts';
import { ledgerPut } from './ledger-put.ts';
import { readList } from './lists.ts';
import { banCheck } from './participant-items.ts';
import { batchReserve } from './payout-batch-items.ts';
import { queryFirst, queryPage, queryPages } from './query-pages.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** A payout about to be reserved, with what was read for it. */
export interface Reservation {
  readonly record: PayoutRecord;
  /** Of the payout's id, and of its ledger line. */
  readonly ulid: string;
  readonly account: Account;
  /** What the counters of its limits may come to. */
  readonly limits: readonly PayoutLimit[];
  /** ISO 8601: what is held until then can be taken. */
  readonly now: string;
  readonly note?: AuditEntry | undefined;
}

export type ReserveResult =
  | { readonly result: 'reserved'; readonly capacity: number }
  /** This very payout is there already. */
  | { readonly result: 'exists' }
  /** The batch takes no more payouts. */
  | { readonly result: 'closed' }
  | { readonly result: 'banned' }
  | { readonly result: 'limit_reached'; readonly limit: PayoutLimit }
  /** Too little, or something changed meanwhile: read again. */
  | { readonly result: 'again' };

/** Payouts and what they do to balances. */
export function payoutItems(table: Table) {
  return { ...payoutWrites(table), ...payoutReads(table), ...termReads(table) };
}

function payoutWrites(table: Table) {
  return {
    /** Takes the amount from what can be spent, within the limits, and records payout and ledger line, in one step. */
    async reservePayout(reservation: Reservation): Promise<ReserveResult> {
      const { record, ulid, account, limits, now, note } = reservation;
      const { payout } = record;
      const writes: TransactItem[] = [
        payoutPut(table, record, ulid),
        accountTake(table, accountName(payout), account, payout.amount, 'inPayout', now),
        ...movementPut(table, payout, ulid),
        ...(payout.batchId === undefined
          ? []
          : [batchReserve(table, batchUlidOf(payout.batchId), payout.amount)]),
      ];
      const counts = limits.map((limit, index) => counterTake(table, payout, limit, record.counted[index]));
      const ban = banCheck(table, payout.programId, payout.userId);
      const result = await transact(table, [...writes, ...counts, ban, ...auditPuts(table, note)]);
      if (result.done) return { result: 'reserved', capacity: result.capacity };
      if (result.failed[0]) return { result: 'exists' };
      if (result.failed[writes.length + counts.length]) return { result: 'banned' };
      if (payout.batchId !== undefined && result.failed[3]) return { result: 'closed' };
      const limit = limits.find((_, index) => result.failed[writes.length + index]);
      return limit === undefined || result.failed[1]
        ? { result: 'again' }
        : { result: 'limit_reached', limit };
    },

    /**
     * Stores that a payout is about to leave, if it still is as it was read, its participant is not banned, and what
     * they have is not below zero without it.
     *
     * @param account as it was read
     * @param now ISO 8601
     */
    async startPayout(
      next: PayoutRecord,
      was: PayoutRecord,
      account: Account,
      now: string,
      note?: AuditEntry,
    ): Promise<'started' | 'changed' | 'banned' | 'again'> {
      const { payout } = next;
      const result = await transact(table, [
        { Update: payoutUpdate(table, next, was) },
        banCheck(table, payout.programId, payout.userId),
        coverCheck(table, accountName(payout), account, now),
        ...auditPuts(table, note),
      ]);
      if (result.done) return 'started';
      if (result.failed[0]) return 'changed';
      return result.failed[1] ? 'banned' : 'again';
    },

    /** Stores that a payout moves on without its money moving, if it still is as it was read. */
    async movePayout(next: PayoutRecord, was: PayoutRecord, note?: AuditEntry): Promise<'moved' | 'changed'> {
      const result = await transact(table, [
        { Update: payoutUpdate(table, next, was) },
        ...auditPuts(table, note),
      ]);
      return result.done ? 'moved' : 'changed';
    },

    /**
     * Stores how a payout ended, if it still is as it was read; unless it was paid, its amount and its places in
     * limits go back.
     */
    async settlePayout(
      next: PayoutRecord,
      was: PayoutRecord,
      ulid: string,
      note?: AuditEntry,
    ): Promise<'settled' | 'changed' | 'conflict'> {
      const { payout, counted } = next;
      const result = await transact(table, [
        { Update: payoutUpdate(table, next, was) },
        ...movementPut(table, payout, ulid),
        accountAdd(table, accountName(payout), { ...movementOf(payout)?.changes }),
        ...(payout.status === 'paid' ? [] : counted.map((one) => counterGiveBack(table, payout, one))),
        ...auditPuts(table, note),
      ]);
      if (result.done) return 'settled';
      return result.failed[0] ? 'changed' : 'conflict';
    },
  };
}

function payoutReads(table: Table) {
  return {
    async findPayout(payoutId: string): Promise<PayoutRecord | undefined> {
      const place = parsePayoutId(payoutId);
      if (place === undefined) return undefined;
      const item = await getItem(table, keys.payout(place.participantKey, place.ulid));
      return item && toRecord(item);
    },

    listPayouts: (programId: string, page: PageRequest): Promise<Page<Payout> | undefined> =>
      readList(table, listKeys.payouts(programId, '').listPk, page, (item) => toRecord(item).payout),

    /** A participant's payouts, newest first. The cursor is the ULID of the last one before. 1 RRU for some 12. */
    listPayoutsOf(programId: string, userId: string, page: PageRequest): Promise<Page<Payout> | undefined> {
      const key = participantKey(programId, userId);
      const { pk, sk: first } = keys.payout(key, '');
      const query = {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :first)',
        ExpressionAttributeValues: { ':pk': pk, ':first': first },
        ScanIndexForward: false,
        ConsistentRead: true,
      };
      const cursors = {
        write: ({ sk }: Stored) => String(sk).slice(first.length),
        read: (ulid: string) => (/^[0-9a-z]{26}$/.test(ulid) ? { ...keys.payout(key, ulid) } : undefined),
      };
      return queryPage(table, query, page, cursors, (item) => toRecord(item).payout);
    },

    /** A participant's payouts that have not been sent, a page at a time. All that they ever had is read. */
    async *payoutsNotSent(programId: string, userId: string): AsyncGenerator<readonly PayoutRecord[]> {
      const { pk, sk } = keys.payout(participantKey(programId, userId), '');
      const pages = queryPages(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :first)',
        FilterExpression: '#status = :requested',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':pk': pk, ':first': sk, ':requested': 'requested' },
        ConsistentRead: true,
      });
      for await (const items of pages) yield items.map(toRecord);
    },

    /**
     * A program's payouts in doubt, newest first, a page of the list at a time. All that the list has is read.
     *
     * @param since a ULID: payouts from then on, and of batches from then on
     */
    async *payoutsInDoubt(programId: string, since: string): AsyncGenerator<readonly PayoutRecord[]> {
      const { listPk, listSk } = listKeys.payouts(programId, since);
      const pages = queryPages(table, {
        IndexName: layout.listIndex.name,
        KeyConditionExpression: 'listPk = :list AND listSk >= :since',
        FilterExpression: 'payout.uncertain = :true',
        ExpressionAttributeValues: { ':list': listPk, ':since': listSk, ':true': true },
        ScanIndexForward: false,
      });
      for await (const items of pages) yield items.map(toRecord);
    },

    /**
     * A page of a batch's payouts, by the hashed keys of their participants.
     *
     * @param after key of the participant where the page before ended
     */
    async listBatchPayouts(
      batch: Pick<PayoutBatch, 'batchId' | 'programId'>,
      limit: number,
      after = '',
    ): Promise<{ records: readonly PayoutRecord[]; after?: string }> {
      const first = listKeys.payouts(batch.programId, batchUlidOf(batch.batchId), `${after}!`);
      const last = listKeys.payouts(batch.programId, batchUlidOf(batch.batchId), '~');
      const query = {
        IndexName: layout.listIndex.name,
        KeyConditionExpression: 'listPk = :list AND listSk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':list': first.listPk, ':first': first.listSk, ':last': last.listSk },
      };
      const { items, end } = await queryFirst(table, query, limit);
      const records = items.map(toRecord);
      const place = parsePayoutId(records.at(-1)?.payout.payoutId ?? '');
      return { records, ...(end && place && { after: place.participantKey }) };
    },
  };
}

/** What the terms of a program are held against. */
function termReads(table: Table) {
  return {
    /** What a participant has reached, by name; nothing if nothing was counted. */
    async findReached(programId: string, userId: string): Promise<Reached> {
      const item = (await getItem(table, keys.progress(participantKey(programId, userId)))) ?? {};
      return Object.fromEntries(
        Object.entries(item).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
      );
    },

    /** What the counters of limits stand at. */
    async findUsed(
      programId: string,
      userId: string,
      limits: readonly PayoutLimit[],
    ): Promise<Readonly<Record<string, number>>> {
      const key = participantKey(programId, userId);
      const used = await Promise.all(
        limits.map(async ({ counter }) => {
          const item = await getItem(table, keys.counter(key, counter));
          return [counter, Number(item?.['used'] ?? 0)] as const;
        }),
      );
      return Object.fromEntries(used);
    },
  };
}

function toRecord(item: Stored): PayoutRecord {
  return {
    payout: item['payout'] as Payout,
    counted: (item['counted'] ?? []) as readonly Counted[],
    ...(typeof item['destination'] === 'string' && { destination: item['destination'] }),
    ...(item['intent'] !== undefined && { intent: item['intent'] as NonNullable<PayoutRecord['intent']> }),
  };
}

const accountName = ({ programId, userId, currency }: Payout): AccountName => ({
  programId,
  userId,
  kind: 'cash',
  currency,
});

const keyOf = ({ programId, userId }: Payout): string => participantKey(programId, userId);

function payoutPut(table: Table, record: PayoutRecord, ulid: string): TransactItem {
  const { payout, counted, destination } = record;
  const key = keyOf(payout);
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.payout(key, ulid),
        ...listKeys.payouts(payout.programId, ulid, payout.batchId === undefined ? undefined : key),
        type: 'payout',
        status: payout.status,
        payout,
        ...(counted.length > 0 && { counted }),
        ...(destination !== undefined && { destination }),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** Every change of a payout says from which state it goes, and of which attempt to send it. */
function payoutUpdate(table: Table, next: PayoutRecord, was: PayoutRecord) {
  const place = parsePayoutId(next.payout.payoutId);
  const { intent, destination } = next;
  const also = [...(intent ? [', intent = :intent'] : []), ...(destination ? [', destination = :to'] : [])];
  const attempts = was.intent?.attempts;
  const from: PayoutStatus = was.payout.status;
  return {
    TableName: table.name,
    Key: keys.payout(place?.participantKey ?? '', place?.ulid ?? ''),
    UpdateExpression: `SET #status = :status, payout = :payout${also.join('')}`,
    ConditionExpression: `#status = :from${attempts === undefined ? '' : ' AND intent.attempts = :attempts'}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':status': next.payout.status,
      ':from': from,
      ':payout': next.payout,
      ...(intent && { ':intent': intent }),
      ...(destination && { ':to': destination }),
      ...(attempts !== undefined && { ':attempts': attempts }),
    },
  };
}

/** The ledger line of a payout's coming into its state. */
function movementPut(table: Table, payout: Payout, ulid: string): TransactItem[] {
  const movement = movementOf(payout);
  if (movement === undefined) return [];
  const { changes, cause } = movement;
  return [
    ledgerPut(table, {
      account: accountName(payout),
      changes,
      cause: { type: cause, payoutId: payout.payoutId },
      ulid,
      createdAt: stateSince(payout),
    }),
  ];
}

function counterTake(
  table: Table,
  payout: Payout,
  limit: PayoutLimit,
  taken: Counted | undefined,
): TransactItem {
  const amount = taken?.amount ?? 0;
  return {
    Update: {
      TableName: table.name,
      Key: keys.counter(keyOf(payout), limit.counter),
      UpdateExpression: 'SET #type = :type ADD used :amount',
      ConditionExpression: '(attribute_not_exists(used) AND :amount <= :most) OR used <= :room',
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ':type': 'counter',
        ':amount': amount,
        ':most': limit.most,
        ':room': limit.most - amount,
      },
    },
  };
}

function counterGiveBack(table: Table, payout: Payout, { counter, amount }: Counted): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.counter(keyOf(payout), counter),
      UpdateExpression: 'ADD used :amount',
      ExpressionAttributeValues: { ':amount': -amount },
    },
  };
}
