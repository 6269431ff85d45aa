import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { journalRewardId, participantKey, referralIdOf } from '../domain/ids.ts';
import type { Referral } from '../domain/referrals/referral.ts';
import type { Explanation } from '../domain/rewards/event.ts';
import type { JournalEntry, Posting } from '../domain/rewards/journal.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import type { Table } from './client.ts';
import { keys, listKeys, referralPrefix } from './keys.ts';
import { toReferral } from './referral-items.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** A referee's referral and all that their events did to money. */
export interface RefereeAccount {
  readonly referral: Referral | undefined;
  readonly journal: readonly JournalEntry[];
}

/**
 * Referees' journals. One item is at once the marker that its event has been counted, the reward, the ledger entry
 * and the place in the limit, since its key is the next free position; with the balance it is one transaction.
 */
export function journalItems(table: Table) {
  return {
    /** Referral and journal in one consistent query. */
    async loadRefereeAccount(programId: string, refereeId: string): Promise<RefereeAccount> {
      const items = await queryAll(table, keys.participantPartition(participantKey(programId, refereeId)));
      const referral = items.find((item) => item['type'] === 'referral');
      return { referral: referral && toReferral(referral), journal: toEntries(items) };
    },

    /** Appends an entry with all its changes of balances, unless its position has been taken meanwhile. */
    async appendEntry(
      programId: string,
      refereeId: string,
      entry: JournalEntry,
    ): Promise<{ appended: true; capacity: number } | { appended: false }> {
      const result = await transact(table, entryWrites(table, programId, refereeId, entry));
      return result.done ? { appended: true, capacity: result.capacity } : { appended: false };
    },

    /** The reward that an entry made, as it stands. */
    async findJournalReward(refereeKey: string, position: number, part: number): Promise<Reward | undefined> {
      const { Item } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.journal(refereeKey, position, part),
          ConsistentRead: true,
        }),
      );
      return Item && toReward(Item);
    },
  };
}

async function queryAll(table: Table, pk: string): Promise<Stored[]> {
  const found: Stored[] = [];
  let start: Stored | undefined;
  do {
    const answer = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :referral)',
        ExpressionAttributeValues: { ':pk': pk, ':referral': referralPrefix },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    found.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return found;
}

/** The keys sort positions as numbers, but part 10 before part 2. */
function toEntries(items: readonly Stored[]): JournalEntry[] {
  const place = (item: Stored) => (item['entry'] as JournalEntry).position * 1000 + (item['part'] as number);
  const parts = items.filter((item) => item['type'] === 'journal').sort((a, b) => place(a) - place(b));
  const entries: JournalEntry[] = [];
  for (const item of parts) {
    const posting = item['posting'] as Posting | undefined;
    const last = entries.at(-1);
    if (item['part'] === 0) {
      entries.push({
        ...(item['entry'] as Omit<JournalEntry, 'postings'>),
        postings: posting ? [posting] : [],
      });
    } else if (last && posting) {
      entries[entries.length - 1] = { ...last, postings: [...last.postings, posting] };
    }
  }
  return entries;
}

/** Everything that one entry writes. Two items, so 4 WRU and 1 for the list, for an order that pays one reward. */
function entryWrites(
  table: Table,
  programId: string,
  refereeId: string,
  entry: JournalEntry,
): TransactItem[] {
  const refereeKey = participantKey(programId, refereeId);
  const parts = Math.max(1, entry.postings.length);
  const items = Array.from({ length: parts }, (_, part) =>
    journalPut(table, programId, refereeKey, entry, part),
  );
  const adjusted = entry.postings.flatMap((posting) => rewardUpdate(table, refereeKey, posting));
  return [...items, ...adjusted, ...balanceUpdates(table, programId, entry.postings)];
}

function journalPut(
  table: Table,
  programId: string,
  refereeKey: string,
  entry: JournalEntry,
  part: number,
): TransactItem {
  const posting = entry.postings[part];
  const { postings: _, ...head } = entry;
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.journal(refereeKey, entry.position, part),
        type: 'journal',
        programId,
        refereeKey,
        part,
        entry: part === 0 ? head : { ...head, explanation: [] },
        ...(posting && {
          ...listKeys.activity(
            participantKey(programId, posting.beneficiaryId),
            entry.createdAt,
            `${refereeKey}#${entry.position}#${part}`,
          ),
          posting,
          ...(!posting.adjusts && {
            rewardAmount: posting.rewardAmount,
            rewardStatus: rewardStatus(posting.rewardAmount),
          }),
        }),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

function rewardUpdate(table: Table, refereeKey: string, posting: Posting): TransactItem[] {
  if (!posting.adjusts) return [];
  return [
    {
      Update: {
        TableName: table.name,
        Key: keys.journal(refereeKey, posting.adjusts.position, posting.adjusts.part),
        UpdateExpression: 'SET rewardAmount = :amount, rewardStatus = :status',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: {
          ':amount': posting.rewardAmount,
          ':status': rewardStatus(posting.rewardAmount),
        },
      },
    },
  ];
}

function rewardStatus(amount: number): Reward['status'] {
  return amount === 0 ? 'reversed' : 'available';
}

/** One update for each balance that the postings touch. */
function balanceUpdates(table: Table, programId: string, postings: readonly Posting[]): TransactItem[] {
  const byBalance = new Map<string, Posting[]>();
  for (const posting of postings) {
    const name = `${posting.currency} ${posting.beneficiaryId}`;
    byBalance.set(name, [...(byBalance.get(name) ?? []), posting]);
  }
  return [...byBalance.values()].flatMap((group): TransactItem[] => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        Update: {
          TableName: table.name,
          Key: keys.balance(participantKey(programId, first.beneficiaryId), first.currency),
          UpdateExpression:
            'SET #type = :type, currency = :currency, programId = :program, userId = :user ADD available :amount, rewards :made',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: {
            ':type': 'balance',
            ':currency': first.currency,
            ':program': programId,
            ':user': first.beneficiaryId,
            ':amount': group.reduce((sum, posting) => sum + posting.amount, 0),
            ':made': group.filter((posting) => !posting.adjusts).length,
          },
        },
      },
    ];
  });
}

/** Reads a reward out of the journal item that made it; undefined if it made none. */
export function toReward(item: Stored): Reward | undefined {
  const posting = item['posting'] as Posting | undefined;
  if (posting === undefined || posting.adjusts) return undefined;
  const entry = item['entry'] as JournalEntry & { explanation: readonly Explanation[] };
  const refereeKey = item['refereeKey'] as string;
  return {
    rewardId: journalRewardId(refereeKey, entry.position, item['part'] as number),
    programId: item['programId'] as string,
    userId: posting.beneficiaryId,
    kind: posting.kind,
    status: item['rewardStatus'] as Reward['status'],
    amount: item['rewardAmount'] as number,
    currency: posting.currency,
    referralId: referralIdOf(refereeKey),
    eventId: entry.eventId,
    orderId: entry.orderId,
    ruleId: posting.ruleId,
    programVersion: entry.programVersion,
    createdAt: entry.createdAt,
  };
}
