import type { SeenReferee } from '../domain/fraud/dry-run.ts';
import type { KeptSignals } from '../domain/fraud/kept-signals.ts';
import type { QuietCounts } from '../domain/fraud/rules/refund-rate.ts';
import { journalRewardId, participantKey, referralIdOf } from '../domain/ids.ts';
import { mostItems } from '../domain/programs/transaction-size.ts';
import type { Referral } from '../domain/referrals/referral.ts';
import { type Counter, counterKey } from '../domain/rewards/counter.ts';
import type { EarlyEvent } from '../domain/rewards/early-event.ts';
import {
  balanceKindOf,
  type CounterChange,
  type JournalEntry,
  type Posting,
  type ProgressChange,
} from '../domain/rewards/journal.ts';
import {
  availableAtOf,
  type Reward,
  type RewardStatus,
  rewardStatusAt,
  type StoredRewardStatus,
} from '../domain/rewards/reward.ts';
import { accountAdd } from './balance-items.ts';
import { batchGet } from './batch-get.ts';
import type { Table } from './client.ts';
import { toEarlyEvents } from './early-items.ts';
import { getItem } from './get-item.ts';
import { type Key, keys, listKeys, referralPrefix } from './keys.ts';
import { queryAll } from './query-pages.ts';
import { completion, referralChange, toReferral } from './referral-items.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** A referee's referral, or what waits for it, and all that their events did to money. */
export interface RefereeAccount {
  readonly referral: Referral | undefined;
  /** Events that wait for it. */
  readonly early: readonly EarlyEvent[];
  readonly journal: readonly JournalEntry[];
}

/** What an entry is appended to. */
export interface Referee {
  readonly programId: string;
  readonly refereeId: string;
  /** Set where the entry may complete it. */
  readonly referral?: Referral | undefined;
  /** What the counts of the referrer's orders must be, where the entry changes them. */
  readonly quiet?: QuietCounts | undefined;
  /** What changes of counts of referrals with it. @default - what its completion does */
  readonly moves?: readonly ProgressChange[];
}

export type AppendResult =
  | { readonly appended: true; readonly capacity: number }
  /** `tooLarge`: it changes more than one transaction takes, and nothing was asked of the table. */
  | { readonly appended: false; readonly tooLarge?: true };

/**
 * Referees' journals. One item is at once the marker that its event has been counted, the reward, the ledger entry
 * and the place in the limit, since its key is the next free position; with the balance it is one transaction.
 */
export function journalItems(table: Table) {
  return {
    /** Referral and journal in one consistent query. */
    async loadRefereeAccount(programId: string, refereeId: string): Promise<RefereeAccount> {
      const query = accountQuery(participantKey(programId, refereeId));
      const items = await queryAll(table, { ...query, ConsistentRead: true });
      const referral = items.find((item) => item['type'] === 'referral');
      const early = items.flatMap(toEarlyEvents);
      return { referral: referral && toReferral(referral), early, journal: toEntries(items) };
    },

    /**
     * Appends an entry with all its changes of balances, counters and sums, unless its position has been taken or a
     * counter has moved too far meanwhile, or they are more than one transaction takes.
     */
    async appendEntry(referee: Referee, entry: JournalEntry): Promise<AppendResult> {
      const items = entryWrites(table, referee, entry);
      if (items.length > mostItems) return { appended: false, tooLarge: true };
      const result = await transact(table, items);
      return result.done ? { appended: true, capacity: result.capacity } : { appended: false };
    },

    /** What counters have used, by `counterKey`; 0 for those that were never used. */
    async readCounters(programId: string, counters: readonly Counter[]): Promise<Map<string, number>> {
      const byKey = new Map(counters.map((counter) => [counterKey(counter), keyOf(programId, counter)]));
      const found = await batchGet(table, [...byKey.values()]);
      const used = new Map(found.map((item) => [`${item['pk']} ${item['sk']}`, Number(item['used'] ?? 0)]));
      return new Map([...byKey].map(([name, key]) => [name, used.get(`${key.pk} ${key.sk}`) ?? 0]));
    },

    /** The reward that an entry made, as it stands at a time (ISO 8601). */
    async findJournalReward(
      refereeKey: string,
      position: number,
      part: number,
      now: string,
    ): Promise<Reward | undefined> {
      const item = await getItem(table, keys.journal(refereeKey, position, part));
      return item && toReward(item, now);
    },
  };
}

/** A referral and the journal below it. */
function accountQuery(refereeKey: string) {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :referral)',
    ExpressionAttributeValues: {
      ':pk': keys.participantPartition(refereeKey),
      ':referral': referralPrefix,
    },
  };
}

/** A referee with their sign-up, what the fraud rules saw of it, and their journal without its postings. */
export async function readReferee(table: Table, refereeKey: string): Promise<SeenReferee | undefined> {
  const items = await queryAll(table, {
    ...accountQuery(refereeKey),
    ProjectionExpression: '#type, #referral, seen, entry, part',
    ExpressionAttributeNames: { '#type': 'type', '#referral': 'referral' },
  });
  const item = items.find(({ type }) => type === 'referral');
  if (item === undefined) return undefined;
  return {
    referral: toReferral(item),
    seen: item['seen'] as KeptSignals | undefined,
    journal: toEntries(items),
  };
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
export function entryWrites(
  table: Table,
  { programId, refereeId, referral, quiet, moves }: Referee,
  entry: JournalEntry,
): TransactItem[] {
  const refereeKey = participantKey(programId, refereeId);
  const parts = Math.max(1, entry.postings.length);
  return [
    ...Array.from({ length: parts }, (_, part) => journalPut(table, { programId, refereeId }, entry, part)),
    ...entry.postings.flatMap((posting) => rewardUpdate(table, refereeKey, posting)),
    ...accountUpdates(table, programId, entry.postings),
    ...(entry.counters ?? []).map((change) => counterUpdate(table, programId, change)),
    ...((entry.completes || entry.reasons) && referral ? [referralChange(table, referral, entry)] : []),
    ...progressChanges(entry, referral, moves).map((change) =>
      progressUpdate(table, programId, change, change.userId === referral?.referrerId ? quiet : undefined),
    ),
  ];
}

function journalPut(
  table: Table,
  { programId, refereeId }: Pick<Referee, 'programId' | 'refereeId'>,
  entry: JournalEntry,
  part: number,
): TransactItem {
  const refereeKey = participantKey(programId, refereeId);
  const posting = entry.postings[part];
  const { postings: _, ...head } = entry;
  const { position, eventId, fact, createdAt } = head;
  const cause = { position, eventId, fact: { type: fact.type, subject: fact.subject }, createdAt };
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.journal(refereeKey, position, part),
        type: 'journal',
        programId,
        refereeKey,
        part,
        entry: part === 0 ? head : cause,
        // What an entry has left to be settled is asked for by the item, which tells no user otherwise.
        ...(part === 0 && (entry.left ?? 0) > 0 && { settles: refereeId }),
        ...(posting && {
          ...listKeys.activity(
            participantKey(programId, posting.beneficiaryId),
            createdAt,
            `${refereeKey}#${position}#${part}`,
          ),
          posting,
          ...(!posting.adjusts && {
            rewardAmount: posting.rewardAmount,
            rewardBucket: posting.bucket,
            rewardStatus: 'made',
          }),
        }),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

function rewardUpdate(table: Table, refereeKey: string, posting: Posting): TransactItem[] {
  if (!posting.adjusts) return [];
  const { position, part } = posting.adjusts;
  return [
    {
      Update: {
        TableName: table.name,
        Key: keys.journal(refereeKey, position, part),
        UpdateExpression: 'SET rewardAmount = :amount, rewardBucket = :bucket',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':amount': posting.rewardAmount, ':bucket': posting.bucket },
      },
    },
  ];
}

/** One update for each account that the postings touch. */
function accountUpdates(table: Table, programId: string, postings: readonly Posting[]): TransactItem[] {
  const byAccount = new Map<string, Posting[]>();
  for (const posting of postings) {
    if (balanceKindOf(posting.kind) === undefined) continue;
    const name = `${posting.kind} ${posting.currency} ${posting.beneficiaryId}`;
    byAccount.set(name, [...(byAccount.get(name) ?? []), posting]);
  }
  return [...byAccount.values()].flatMap((group): TransactItem[] => {
    const [first] = group;
    const kind = first && balanceKindOf(first.kind);
    if (first?.currency === undefined || kind === undefined) return [];
    const changes: Record<string, number> = {};
    for (const { bucket, amount, from } of group) {
      changes[bucket] = (changes[bucket] ?? 0) + amount;
      if (from) changes[from.bucket] = (changes[from.bucket] ?? 0) + from.amount;
    }
    const more = group.reduce((sum, posting) => sum + standingMore(posting), 0);
    const name = { programId, userId: first.beneficiaryId, kind, currency: first.currency };
    return [accountAdd(table, name, changes, more)];
  });
}

/** Whether a reward stands after a posting that did not before: 1, or -1 where it is the other way round. */
function standingMore({ rewardAmount, amount, from }: Posting): number {
  const before = from === undefined ? rewardAmount - amount : -from.amount;
  return Number(rewardAmount > 0) - Number(before > 0);
}

function keyOf(programId: string, { owner, name }: Counter): Key {
  return owner === undefined
    ? keys.programCounter(programId, name)
    : keys.counter(participantKey(programId, owner), name);
}

/** A counter never passes its limit, whoever else adds to it at the same moment. */
function counterUpdate(table: Table, programId: string, change: CounterChange): TransactItem {
  const isLimited = change.limit !== undefined;
  return {
    Update: {
      TableName: table.name,
      Key: keyOf(programId, change),
      UpdateExpression: 'SET #type = :type ADD used :amount',
      ...(isLimited && { ConditionExpression: 'attribute_not_exists(used) OR used <= :most' }),
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ':type': 'counter',
        ':amount': change.amount,
        ...(isLimited && { ':most': (change.limit ?? 0) - change.amount }),
      },
    },
  };
}

/** A transaction may name an item but once: what moves of somebody's counts is part of the update of their sums. */
function progressChanges(
  { progress = [], completes }: JournalEntry,
  referral: Referral | undefined,
  moves: readonly ProgressChange[] = completes && referral
    ? [{ userId: referral.referrerId, changes: completion }]
    : [],
): readonly ProgressChange[] {
  const users = new Set([...progress, ...moves].map(({ userId }) => userId));
  return [...users].map((userId) => {
    const own = [...progress, ...moves].filter((change) => change.userId === userId);
    return { userId, changes: Object.assign({}, ...own.map(({ changes }) => changes)) };
  });
}

/** The condition that a referrer's counts are such that `refund_rate` has still found nothing. */
function quietCondition({ fewOrders, orders, mostRefunded }: QuietCounts) {
  const isFew = 'attribute_not_exists(orders) OR orders <= :fewOrders';
  const isQuiet = 'attribute_not_exists(refundedOrders) OR refundedOrders <= :mostRefunded';
  return {
    condition: `${isFew} OR (orders >= :readOrders AND (${isQuiet}))`,
    values: { ':fewOrders': fewOrders, ':readOrders': orders, ':mostRefunded': mostRefunded },
  };
}

function progressUpdate(
  table: Table,
  programId: string,
  { userId, changes }: ProgressChange,
  quiet: QuietCounts | undefined,
): TransactItem {
  const guard = quiet && quietCondition(quiet);
  const names = Object.keys(changes);
  return {
    Update: {
      TableName: table.name,
      Key: keys.progress(participantKey(programId, userId)),
      UpdateExpression: `SET #type = :type, programId = :program, userId = :user ADD ${names
        .map((_, index) => `#add${index} :add${index}`)
        .join(', ')}`,
      ...(guard && { ConditionExpression: guard.condition }),
      ExpressionAttributeNames: {
        '#type': 'type',
        ...Object.fromEntries(names.map((name, index) => [`#add${index}`, name])),
      },
      ExpressionAttributeValues: {
        ':type': 'progress',
        ':program': programId,
        ':user': userId,
        ...guard?.values,
        ...Object.fromEntries(names.map((name, index) => [`:add${index}`, changes[name]])),
      },
    },
  };
}

/** Reads a reward out of the journal item that made it, as it stands at a time; undefined if it made none. */
export function toReward(item: Stored, now: string): Reward | undefined {
  const posting = item['posting'] as Posting | undefined;
  if (posting === undefined || posting.adjusts) return undefined;
  const entry = item['entry'] as JournalEntry;
  const refereeKey = item['refereeKey'] as string;
  const bucket = item['rewardBucket'] as string;
  const couponCode = item['couponCode'] as string | undefined;
  const awaitsCode = posting.kind === 'coupon' && couponCode === undefined;
  const availableAt = availableAtOf(bucket);
  const status = rewardStatusAt(storedStatusOf(item), bucket, now, awaitsCode);
  return {
    rewardId: journalRewardId(refereeKey, entry.position, item['part'] as number),
    programId: item['programId'] as string,
    userId: posting.beneficiaryId,
    kind: posting.kind,
    status,
    ...(posting.currency !== undefined && {
      amount: item['rewardAmount'] as number,
      currency: posting.currency,
    }),
    ...(posting.name !== undefined && { name: posting.name }),
    ...(posting.pool !== undefined && { pool: posting.pool }),
    ...(couponCode !== undefined && isUsable(status) && { couponCode }),
    ...(posting.level !== undefined && { level: posting.level }),
    referralId: referralIdOf(refereeKey),
    eventId: entry.eventId,
    orderId: posting.subject,
    ruleId: posting.ruleId,
    programVersion: posting.programVersion,
    createdAt: entry.createdAt,
    ...(availableAt !== undefined && { availableAt }),
    ...(typeof item['claimedAt'] === 'string' && { claimedAt: item['claimedAt'] }),
  };
}

/** A coupon's code is shown to whoever can use it: it is reserved while its reward is held, and kept when that is taken back. */
function isUsable(status: RewardStatus): boolean {
  return status === 'available' || status === 'claimed';
}

/** What was claimed stays claimed, whatever its order comes to later: the account bears the difference. */
function storedStatusOf(item: Stored): StoredRewardStatus {
  if (item['rewardStatus'] === 'claimed') return 'claimed';
  return item['rewardAmount'] === 0 ? 'reversed' : 'made';
}
