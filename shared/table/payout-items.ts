import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { parsePayoutId, participantKey } from '../domain/ids.ts';
import { type LedgerEntry, noChange } from '../domain/money/balance.ts';
import type { Payout } from '../domain/money/payout.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;
const toPayout = (item: Stored): Payout => item['payout'] as Payout;

/** Payouts and what they do to balances. */
export function payoutItems(table: Table) {
  return {
    /** Takes the amount from what is available, if that is enough, and records it, in one step. */
    async requestPayout(
      payout: Payout,
      ulid: string,
    ): Promise<'requested' | 'insufficient_balance' | 'conflict'> {
      const key = participantKey(payout.programId, payout.userId);
      const result = await transact(table, [
        moveMoney(table, payout, -payout.amount, 'available >= :amount'),
        ledgerPut(table, payout, ulid, payout.createdAt),
        {
          Put: {
            TableName: table.name,
            Item: {
              ...keys.payout(key, ulid),
              ...listKeys.payouts(payout.programId, ulid),
              type: 'payout',
              status: payout.status,
              payout,
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]);
      if (result.done) return 'requested';
      return result.failed[0] ? 'insufficient_balance' : 'conflict';
    },

    /** Gives the amount back, if the payout is still as requested. */
    async cancelPayout(payout: Payout, ulid: string): Promise<'cancelled' | 'not_requested' | 'conflict'> {
      const place = parsePayoutId(payout.payoutId);
      const result = await transact(table, [
        {
          Update: {
            TableName: table.name,
            Key: keys.payout(place?.participantKey ?? '', place?.ulid ?? ''),
            UpdateExpression: 'SET #status = :cancelled, payout = :payout',
            ConditionExpression: '#status = :requested',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':cancelled': 'cancelled',
              ':requested': 'requested',
              ':payout': payout,
            },
          },
        },
        ledgerPut(table, payout, ulid, payout.cancelledAt ?? payout.createdAt),
        moveMoney(table, payout, payout.amount, 'inPayout >= :amount'),
      ]);
      if (result.done) return 'cancelled';
      return result.failed[0] ? 'not_requested' : 'conflict';
    },

    async findPayout(payoutId: string): Promise<Payout | undefined> {
      const place = parsePayoutId(payoutId);
      if (place === undefined) return undefined;
      const { Item } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.payout(place.participantKey, place.ulid),
          ConsistentRead: true,
        }),
      );
      return Item && toPayout(Item);
    },

    listPayouts: (programId: string, page: PageRequest): Promise<Page<Payout> | undefined> =>
      readList(table, listKeys.payouts(programId, '').listPk, page, toPayout),
  };
}

/** Moves between `available` and `inPayout`. @param toAvailable minor units; negative: to `inPayout` */
function moveMoney(table: Table, payout: Payout, toAvailable: number, condition: string): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.balance(participantKey(payout.programId, payout.userId), payout.currency),
      UpdateExpression: 'ADD available :toAvailable, inPayout :toPayout',
      ConditionExpression: condition,
      ExpressionAttributeValues: {
        ':toAvailable': toAvailable,
        ':toPayout': -toAvailable,
        ':amount': payout.amount,
      },
    },
  };
}

function ledgerPut(table: Table, payout: Payout, ulid: string, createdAt: string): TransactItem {
  const key = participantKey(payout.programId, payout.userId);
  const amount = payout.status === 'cancelled' ? payout.amount : -payout.amount;
  const ledgerEntry: LedgerEntry = {
    entryId: `ent_${key}_${ulid}`,
    currency: payout.currency,
    amount,
    changes: { ...noChange, available: amount, inPayout: -amount },
    cause: {
      type: payout.status === 'cancelled' ? 'payout_cancelled' : 'payout',
      payoutId: payout.payoutId,
    },
    createdAt,
  };
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.ledgerEntry(key, ulid),
        ...listKeys.activity(key, createdAt, ulid),
        type: 'ledgerEntry',
        programId: payout.programId,
        userId: payout.userId,
        ledgerEntry,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}
