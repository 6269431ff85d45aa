import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import {
  batchUlidOf,
  type PayoutBatch,
  type PayoutBatchStatus,
  type Skipped,
} from '../domain/payouts/batch.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { layout } from './layout.ts';
import { readList } from './lists.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** Chosen participants in one item: 100 ids of at most 128 characters are 13 KB. */
const selectedAnItem = 100;

/** A batch, and how far its freezing has come: `after` names the last place that has been done. */
export interface FreezingBatch {
  readonly batch: PayoutBatch;
  readonly after: string;
}

/** Participants to look at next. */
export interface Chosen {
  readonly userIds: readonly string[];
  /** The place of this page; undefined if it is the last. */
  readonly after: string | undefined;
}

/** Batches of payouts, and whom they were made for. */
export function payoutBatchItems(table: Table) {
  return { ...batches(table), ...choices(table) };
}

function batches(table: Table) {
  return {
    /** Stores a batch about to be frozen, with whom it was made for, in one step. */
    async createBatch(
      batch: PayoutBatch,
      userIds: readonly string[] | undefined,
      note?: AuditEntry,
    ): Promise<void> {
      const ulid = batchUlidOf(batch.batchId);
      const result = await transact(table, [
        {
          Put: {
            TableName: table.name,
            Item: {
              ...keys.payoutBatch(ulid),
              ...listKeys.payoutBatches(batch.programId, ulid),
              type: 'payoutBatch',
              ...batch,
              after: '',
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        ...selectionPuts(table, ulid, userIds ?? []),
        ...auditPuts(table, note),
      ]);
      if (!result.done) throw new Error('A new batch could not be stored');
    },

    async findBatch(batchId: string): Promise<FreezingBatch | undefined> {
      const item = await getItem(table, keys.payoutBatch(batchUlidOf(batchId)));
      return item && { batch: toBatch(item), after: (item['after'] as string | undefined) ?? '' };
    },

    listBatches: (programId: string, page: PageRequest): Promise<Page<PayoutBatch> | undefined> =>
      readList(table, listKeys.payoutBatches(programId, '').listPk, page, toBatch),

    /**
     * Moves a batch on, if it is as it was read: in its state, and with as many payouts.
     *
     * @param at ISO 8601
     */
    async moveBatch(
      read: PayoutBatch,
      to: PayoutBatchStatus,
      at: string,
      note?: AuditEntry,
    ): Promise<PayoutBatch | undefined> {
      const since = { frozen: 'frozenAt', sent: 'sentAt', cancelled: 'cancelledAt' }[to as 'sent'];
      const update: TransactItem = {
        Update: {
          TableName: table.name,
          Key: keys.payoutBatch(batchUlidOf(read.batchId)),
          UpdateExpression: `SET #status = :to${since === undefined ? '' : `, ${since} = :at`}`,
          ConditionExpression: '#status = :from AND #count = :count AND #total = :total',
          ExpressionAttributeNames: { '#status': 'status', '#count': 'count', '#total': 'total' },
          ExpressionAttributeValues: {
            ':to': to,
            ...(since !== undefined && { ':at': at }),
            ':from': read.status,
            ':count': read.count,
            ':total': read.total,
          },
        },
      };
      const result = await transact(table, [update, ...auditPuts(table, note)]);
      return result.done ? { ...read, status: to, ...(since !== undefined && { [since]: at }) } : undefined;
    },
  };
}

function choices(table: Table) {
  return {
    /** The next of those whom a batch was made for: a hundred who were chosen, or of all participants. */
    async choose(batch: PayoutBatch, after: string): Promise<Chosen> {
      return batch.selected === undefined
        ? allAfter(table, batch.programId, after)
        : selectedAfter(table, batch, after);
    },

    /** Notes that the participants up to a place have been done, if nobody else has. */
    async noteChosen(
      batch: PayoutBatch,
      after: string,
      next: string,
      skipped: readonly Skipped[],
    ): Promise<boolean> {
      const ulid = batchUlidOf(batch.batchId);
      const noted: TransactItem = {
        Update: {
          TableName: table.name,
          Key: keys.payoutBatch(ulid),
          UpdateExpression: 'SET #after = :next',
          ConditionExpression: '#status = :freezing AND #after = :after',
          ExpressionAttributeNames: { '#status': 'status', '#after': 'after' },
          ExpressionAttributeValues: { ':freezing': 'freezing', ':after': after, ':next': next },
        },
      };
      const result = await transact(table, [noted, ...skippedNotes(table, batch, ulid, after, skipped)]);
      return result.done;
    },

    /** Those of a batch who were chosen and are not paid, with why. */
    async listSkipped(batch: PayoutBatch): Promise<readonly Skipped[]> {
      if (batch.selected === undefined) return [];
      const { pk, sk } = keys.payoutSelection(batchUlidOf(batch.batchId), 0);
      const { Items = [] } = await table.documents.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk >= :first',
          ExpressionAttributeValues: { ':pk': pk, ':first': sk },
          ConsistentRead: true,
        }),
      );
      return Items.flatMap((item) => (item['skipped'] ?? []) as readonly Skipped[]);
    },
  };
}

/** The part of a transaction that adds a payout to a batch, while its set is open. */
export function batchReserve(table: Table, ulid: string, amount: number): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.payoutBatch(ulid),
      UpdateExpression: 'ADD #count :one, #total :amount',
      ConditionExpression: '#status = :freezing',
      ExpressionAttributeNames: { '#status': 'status', '#count': 'count', '#total': 'total' },
      ExpressionAttributeValues: { ':freezing': 'freezing', ':one': 1, ':amount': amount },
    },
  };
}

/** Reads a batch out of its stored item. */
export function toBatch(item: Stored): PayoutBatch {
  const { pk: _pk, sk: _sk, listPk: _listPk, listSk: _listSk, type: _type, after: _after, ...batch } = item;
  return batch as unknown as PayoutBatch;
}

function selectionPuts(table: Table, ulid: string, userIds: readonly string[]): TransactItem[] {
  const parts = Math.ceil(userIds.length / selectedAnItem);
  return Array.from({ length: parts }, (_, part) => ({
    Put: {
      TableName: table.name,
      Item: {
        ...keys.payoutSelection(ulid, part),
        type: 'payoutSelection',
        userIds: userIds.slice(part * selectedAnItem, (part + 1) * selectedAnItem),
      },
    },
  }));
}

/** The place of a batch of chosen participants is how many items of them are done. */
async function selectedAfter(table: Table, batch: PayoutBatch, after: string): Promise<Chosen> {
  const part = Number(after === '' ? 0 : after);
  const item = await getItem(table, keys.payoutSelection(batchUlidOf(batch.batchId), part));
  const isLast = (part + 1) * selectedAnItem >= (batch.selected ?? 0);
  return {
    userIds: (item?.['userIds'] ?? []) as readonly string[],
    after: isLast ? undefined : String(part + 1),
  };
}

function skippedNotes(
  table: Table,
  batch: PayoutBatch,
  ulid: string,
  after: string,
  skipped: readonly Skipped[],
): TransactItem[] {
  if (batch.selected === undefined || skipped.length === 0) return [];
  return [
    {
      Update: {
        TableName: table.name,
        Key: keys.payoutSelection(ulid, Number(after === '' ? 0 : after)),
        UpdateExpression: 'SET skipped = :skipped',
        ExpressionAttributeValues: { ':skipped': skipped },
      },
    },
  ];
}

/** The place of a batch of all participants is the key of the last one. */
async function allAfter(table: Table, programId: string, after: string): Promise<Chosen> {
  const { listPk } = listKeys.participants(programId, '');
  const { Items = [], LastEvaluatedKey } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: layout.listIndex.name,
      KeyConditionExpression: `listPk = :list${after === '' ? '' : ' AND listSk > :after'}`,
      ExpressionAttributeValues: { ':list': listPk, ...(after !== '' && { ':after': after }) },
      Limit: 100,
    }),
  );
  const last = Items.at(-1);
  return {
    userIds: Items.map((item) => item['userId'] as string),
    after: LastEvaluatedKey === undefined ? undefined : (last?.['listSk'] as string | undefined),
  };
}
