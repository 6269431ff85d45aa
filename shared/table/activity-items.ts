import { journalRewardId, participantKey } from '../domain/ids.ts';
import { type LedgerEntry, noChange } from '../domain/money/balance.ts';
import type { JournalEntry, Posting } from '../domain/rewards/journal.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import type { Table } from './client.ts';
import { toReward } from './journal-items.ts';
import { listKeys } from './keys.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { milestoneRewardOf } from './overview-items.ts';

type Stored = Record<string, unknown>;

/** What happened to a participant, newest first: rewards and ledger entries. */
export function activityItems(table: Table) {
  const list = (programId: string, userId: string): string =>
    listKeys.activity(participantKey(programId, userId), '', '').listPk;

  return {
    listRewards: (programId: string, userId: string, page: PageRequest): Promise<Page<Reward> | undefined> =>
      readList(table, list(programId, userId), page, toAnyReward, {
        FilterExpression: 'attribute_exists(rewardStatus)',
      }),

    listLedger: (
      programId: string,
      userId: string,
      page: PageRequest,
    ): Promise<Page<LedgerEntry> | undefined> =>
      readList(table, list(programId, userId), page, toLedgerEntry, {
        FilterExpression: 'attribute_exists(posting) OR attribute_exists(ledgerEntry)',
      }),
  };
}

function toAnyReward(item: Stored): Reward {
  return (item['type'] === 'milestone' ? undefined : toReward(item)) ?? milestoneRewardOf(item);
}

/** Reads a ledger entry out of an item of the activity list. */
export function toLedgerEntry(item: Stored): LedgerEntry {
  const stored = item['ledgerEntry'] as LedgerEntry | undefined;
  if (stored !== undefined) return stored;
  const posting = item['posting'] as Posting;
  const entry = item['entry'] as JournalEntry;
  return {
    entryId: journalRewardId(item['refereeKey'] as string, entry.position, item['part'] as number).replace(
      'rwd_',
      'ent_',
    ),
    currency: posting.currency,
    amount: posting.amount,
    changes: { ...noChange, available: posting.amount },
    cause: {
      type: posting.adjusts ? 'refund' : 'reward',
      eventId: entry.eventId,
      orderId: entry.orderId,
      ruleId: posting.ruleId,
      programVersion: entry.programVersion,
    },
    createdAt: entry.createdAt,
  };
}
