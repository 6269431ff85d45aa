import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
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
import { batchUlidOf, type PayoutBatch } from '../domain/payouts/batch.ts';
import type { PayoutLimit, Reached } from '../domain/payouts/terms.ts';
import { auditPut, auditPuts } from './audit-items.ts';
import { accountAdd, accountTake } from './balance-items.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import { layout } from './layout.ts';
import { ledgerPut } from './ledger-put.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { batchReserve } from './payout-batch-items.ts';
import { queryFirst, queryPages } from './query-pages.ts';
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
      const result = await transact(table, [...writes, ...counts, ...auditPuts(table, note)]);
      if (result.done) return { result: 'reserved', capacity: result.capacity };
      if (result.failed[0]) return { result: 'exists' };
      if (payout.batchId !== undefined && result.failed[3]) return { result: 'closed' };
      const limit = limits.find((_, index) => result.failed[writes.length + index]);
      return limit === undefined || result.failed[1]
        ? { result: 'again' }
        : { result: 'limit_reached', limit };
    },

    /** Stores that a payout moves on without its money moving, if it still is as it was read. */
    async movePayout(next: PayoutRecord, was: PayoutRecord, note?: AuditEntry): Promise<'moved' | 'changed'> {
      if (note !== undefined) {
        const noted = [{ Update: payoutUpdate(table, next, was) }, auditPut(table, note)];
        return (await transact(table, noted)).done ? 'moved' : 'changed';
      }
      try {
        await table.documents.send(new UpdateCommand(payoutUpdate(table, next, was)));
        return 'moved';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'changed';
        // Somebody is settling it at this moment.
        if (error instanceof TransactionConflictException) return 'changed';
        throw error;
      }
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
      const { Item } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.payout(place.participantKey, place.ulid),
          ConsistentRead: true,
        }),
      );
      return Item && toRecord(Item);
    },

    listPayouts: (programId: string, page: PageRequest): Promise<Page<Payout> | undefined> =>
      readList(table, listKeys.payouts(programId, '').listPk, page, (item) => toRecord(item).payout),

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
      const { items, goesOn } = await queryFirst(table, query, limit);
      const records = items.map(toRecord);
      const end = parsePayoutId(records.at(-1)?.payout.payoutId ?? '')?.participantKey;
      return { records, ...(goesOn && end !== undefined && { after: end }) };
    },
  };
}

/** What the terms of a program are held against. */
function termReads(table: Table) {
  return {
    /** What a participant has reached, by name; nothing if nothing was counted. */
    async findReached(programId: string, userId: string): Promise<Reached> {
      const { Item = {} } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.progress(participantKey(programId, userId)),
          ConsistentRead: true,
        }),
      );
      return Object.fromEntries(
        Object.entries(Item).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
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
          const { Item } = await table.documents.send(
            new GetCommand({ TableName: table.name, Key: keys.counter(key, counter), ConsistentRead: true }),
          );
          return [counter, Number(Item?.['used'] ?? 0)] as const;
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
