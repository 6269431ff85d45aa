import type { BalanceKind, Bucket } from '../money/balance.ts';
import type { RewardKind } from '../programs/program.ts';
import type { Counter, CounterLimit } from './counter.ts';
import type { Explanation } from './event.ts';
import type { Fact } from './fact.ts';

/** The place of a reward in a journal. */
export interface Place {
  readonly position: number;
  readonly part: number;
}

/** Whose a reward is, for what, and of what kind. */
export interface RewardTerms {
  readonly ruleId: string;
  readonly beneficiaryId: string;
  /** Steps above the referee; absent for the referee's own rewards. */
  readonly level?: number;
  readonly kind: RewardKind;
  /** What it is counted in; absent for coupons, badges and perks. */
  readonly currency?: string;
  /** What a coupon, badge or perk is called. */
  readonly name?: string;
  readonly pool?: string;
  /** What it is for: the order, or the event where it is about none. */
  readonly subject: string;
  /** Set on what the customer's own calculation gave: the type of the events that it was asked about. */
  readonly calculatedFor?: string;
  readonly programVersion: number;
}

/** A reward that an entry makes, or a change of one made before. */
export interface Posting extends RewardTerms {
  /** What the reward is worth after this posting: minor units; 1 or 0 for what is not counted. */
  readonly rewardAmount: number;
  /** Change of the beneficiary's balance; 0 for what is not counted. */
  readonly amount: number;
  /** Where the change goes. */
  readonly bucket: Bucket;
  /** Set where the reward moves between buckets: what is taken from the one it lay in. */
  readonly from?: { readonly bucket: Bucket; readonly amount: number };
  /** What the reward holds of the caps and budgets that it counts towards, where it is capped. */
  readonly room?: number;
  readonly counters?: readonly CounterLimit[];
  /** Set where the posting changes a reward that an earlier entry made. */
  readonly adjusts?: Place;
}

/** A change of a counter that caps or budgets are kept with. */
export interface CounterChange extends Counter {
  readonly amount: number;
  /** The counter must not pass it; absent where something is given back. */
  readonly limit?: number;
}

/** What an entry changes of the sums that milestones, tiers, payout terms and fraud rules are measured by. */
export interface ProgressChange {
  readonly userId: string;
  /** By attribute of the progress: `paidOrders`, `revenue:USD`, `points`, `orders`. */
  readonly changes: Readonly<Record<string, number>>;
}

/**
 * One entry of a referee's journal: a fact, and what it did to money. The journal is append-only and its positions
 * have no gaps; the position is the key, so two entries can never take the same one. That alone keeps limits and
 * makes an event count once, however many copies of it race.
 */
export interface JournalEntry {
  readonly position: number;
  readonly eventId: string;
  readonly fact: Fact;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly postings: readonly Posting[];
  /** Rewards that a cap or budget left nothing for, by `denialKey`: they stay without. */
  readonly denied?: readonly string[];
  /** Set where the event completed the referral. */
  readonly completes?: true;
  readonly counters?: readonly CounterChange[];
  readonly progress?: readonly ProgressChange[];
  readonly explanation: readonly Explanation[];
  /** Fraud rules that speak against the referral from this event on. */
  readonly reasons?: readonly string[];
  /** Set while rewards are settled in stages: how many this entry has left to those to come; 0 ends it. */
  readonly left?: number;
  /** Set where the event is no fact: it was rejected, or can never matter, and is here for what was found of it. */
  readonly isMarker?: true;
}

/** A reward as the journal has it so far. */
export interface PostedReward {
  readonly key: string;
  readonly posting: Posting;
  readonly place: Place;
  readonly amount: number;
  readonly bucket: Bucket;
  readonly room: number | undefined;
}

/** A referee's journal, added up. */
export interface JournalState {
  readonly nextPosition: number;
  readonly eventIds: ReadonlySet<string>;
  readonly facts: readonly Fact[];
  readonly rewards: ReadonlyMap<string, PostedReward>;
  readonly denied: ReadonlySet<string>;
  /** What entries have added to the sums of participants, by user id. */
  readonly progress: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Those that entries began with. */
  readonly programVersions: ReadonlySet<number>;
  readonly isCompleted: boolean;
  /** Whether an event, or a decision on a case, has not moved all rewards yet. */
  readonly isSettling: boolean;
}

/**
 * Tells rewards of one journal apart: a rule pays a beneficiary once for an order or event. A reward that comes to be
 * owed in another currency is another one, so that no sum of one is ever taken from the other. What the customer's own
 * calculation gave has no rule that would name the kind and the type of event, so they are told apart by both.
 */
export function rewardKey(
  reward: Pick<Posting, 'ruleId' | 'beneficiaryId' | 'subject' | 'currency'> &
    Partial<Pick<Posting, 'kind' | 'calculatedFor'>>,
): string {
  const { ruleId, beneficiaryId, subject, currency, kind, calculatedFor } = reward;
  const key = `${ruleId} ${beneficiaryId} ${subject} ${currency ?? ''}`;
  return calculatedFor === undefined ? key : `${key} ${kind} ${calculatedFor}`;
}

/** The balance that a kind of reward counts in; undefined for what is not counted. */
export function balanceKindOf(kind: RewardKind): BalanceKind | undefined {
  return kind === 'cash' || kind === 'credit' || kind === 'points' ? kind : undefined;
}

/** What a posting adds to the beneficiary's balance, all buckets together: minor units, 0 where it only moves. */
export function changeOf({ amount, from }: Pick<Posting, 'amount' | 'from'>): number {
  return amount + (from?.amount ?? 0);
}

/** Adds up a journal given in the order of its positions. */
export function foldJournal(entries: readonly JournalEntry[]): JournalState {
  const rewards = new Map<string, PostedReward>();
  for (const entry of entries) {
    entry.postings.forEach((posting, part) => {
      const key = rewardKey(posting);
      const before = rewards.get(key);
      rewards.set(key, {
        key,
        posting,
        place: before?.place ?? { position: entry.position, part },
        amount: posting.rewardAmount,
        bucket: posting.bucket,
        room: posting.room,
      });
    });
  }
  return {
    nextPosition: entries.length + 1,
    eventIds: new Set(entries.map((entry) => entry.eventId)),
    facts: entries.flatMap((entry) => (entry.isMarker ? [] : [entry.fact])),
    rewards,
    denied: new Set(entries.flatMap((entry) => entry.denied ?? [])),
    progress: foldProgress(entries.flatMap((entry) => entry.progress ?? [])),
    programVersions: new Set(entries.map(({ fact }) => fact.terms.programVersion)),
    isCompleted: entries.some((entry) => entry.completes),
    isSettling: (entries.findLast((entry) => entry.left !== undefined)?.left ?? 0) > 0,
  };
}

function foldProgress(
  changes: readonly ProgressChange[],
): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const sums = new Map<string, Record<string, number>>();
  for (const change of changes) {
    const own = sums.get(change.userId) ?? {};
    for (const [name, amount] of Object.entries(change.changes)) own[name] = (own[name] ?? 0) + amount;
    sums.set(change.userId, own);
  }
  return sums;
}
