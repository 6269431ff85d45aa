import { journalRewardId, participantKey } from '../domain/ids.ts';
import { columnOf, type LedgerEntry, noChange } from '../domain/money/balance.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import { balanceKindOf, changeOf, type JournalEntry, type Posting } from '../domain/rewards/journal.ts';
import { availableAtOf, type Reward } from '../domain/rewards/reward.ts';
import type { Table } from './client.ts';
import { toReward } from './journal-items.ts';
import { listKeys } from './keys.ts';
import { readList } from './lists.ts';
import { milestoneRewardOf } from './milestone-items.ts';

type Stored = Record<string, unknown>;

/** What happened to a participant, newest first: rewards and ledger entries, as they stand at a time (ISO 8601). */
export function activityItems(table: Table) {
  const list = (programId: string, userId: string): string =>
    listKeys.activity(participantKey(programId, userId), '', '').listPk;

  return {
    listRewards: (
      programId: string,
      userId: string,
      page: PageRequest,
      now: string,
    ): Promise<Page<Reward> | undefined> =>
      readList(table, list(programId, userId), page, (item) => toAnyReward(item, now), {
        FilterExpression: 'attribute_exists(rewardStatus)',
      }),

    listLedger: (
      programId: string,
      userId: string,
      page: PageRequest,
      now: string,
    ): Promise<Page<LedgerEntry> | undefined> =>
      readList(table, list(programId, userId), page, (item) => toLedgerEntry(item, now), {
        FilterExpression: 'attribute_exists(posting.currency) OR attribute_exists(ledgerEntry)',
      }),
  };
}

function toAnyReward(item: Stored, now: string): Reward {
  return (item['type'] === 'milestone' ? undefined : toReward(item, now)) ?? milestoneRewardOf(item);
}

/** Reads a ledger entry out of an item of the activity list: what was held counts as available from its day on. */
export function toLedgerEntry(item: Stored, now: string): LedgerEntry {
  const stored = item['ledgerEntry'] as LedgerEntry | undefined;
  if (stored !== undefined) return stored;
  const posting = item['posting'] as Posting;
  const entry = item['entry'] as JournalEntry;
  const refereeKey = item['refereeKey'] as string;
  const rewardId = journalRewardId(refereeKey, entry.position, item['part'] as number);
  const { adjusts, bucket, from } = posting;
  const changes = { ...noChange };
  changes[columnOf(bucket, now)] += posting.amount;
  if (from) changes[columnOf(from.bucket, now)] += from.amount;
  const availableAt = availableAtOf(bucket);
  return {
    entryId: rewardId.replace('rwd_', 'ent_'),
    kind: balanceKindOf(posting.kind) ?? 'cash',
    currency: posting.currency ?? '',
    amount: changeOf(posting),
    changes,
    cause: {
      type: adjusts ? 'adjustment' : 'reward',
      eventId: entry.eventId,
      eventType: entry.fact.type,
      orderId: posting.subject,
      rewardId: adjusts ? journalRewardId(refereeKey, adjusts.position, adjusts.part) : rewardId,
      ruleId: posting.ruleId,
      programVersion: posting.programVersion,
    },
    createdAt: entry.createdAt,
    ...(availableAt !== undefined && { availableAt }),
  };
}
