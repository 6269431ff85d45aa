import { participantKey } from '../domain/ids.ts';
import {
  type AccountName,
  type BalanceColumns,
  type LedgerCause,
  type LedgerEntry,
  noChange,
} from '../domain/money/balance.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import type { TransactItem } from './transact.ts';

/** A ledger entry of what no journal books: milestones and claims. */
export interface BookedChange {
  readonly account: AccountName;
  /** Minor units, by column. */
  readonly changes: Partial<BalanceColumns>;
  readonly cause: LedgerCause;
  readonly ulid: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The part of a transaction that adds an entry to a participant's ledger. */
export function ledgerPut(
  table: Table,
  { account, changes, cause, ulid, createdAt }: BookedChange,
): TransactItem {
  const { programId, userId, kind, currency } = account;
  const key = participantKey(programId, userId);
  const columns = { ...noChange, ...changes };
  const ledgerEntry: LedgerEntry = {
    entryId: `ent_${key}_${ulid}`,
    kind,
    currency,
    amount: columns.pending + columns.available,
    changes: columns,
    cause,
    createdAt,
  };
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.ledgerEntry(key, ulid),
        ...listKeys.activity(key, createdAt, ulid),
        type: 'ledgerEntry',
        programId,
        userId,
        ledgerEntry,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}
