import type { Explanation } from './event.ts';

/** A reward that an entry makes, or a change of one made before. */
export interface Posting {
  readonly ruleId: string;
  readonly beneficiaryId: string;
  readonly kind: 'cash';
  readonly currency: string;
  /** Change of the beneficiary's balance in minor units; negative for what a refund takes back. */
  readonly amount: number;
  /** What the reward is worth after this posting. */
  readonly rewardAmount: number;
  /** Set where the posting changes a reward that an earlier entry made: the place of that reward. */
  readonly adjusts?: { readonly position: number; readonly part: number };
}

/**
 * One entry of a referee's journal: what an event of theirs did to money. The journal is append-only and its
 * positions have no gaps; the position is the key, so two entries can never take the same one. That alone keeps
 * limits and makes an event count once, however many copies of it race.
 */
export interface JournalEntry {
  readonly position: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderId: string;
  /** Gross of the order, where the entry brings one. */
  readonly gross?: number;
  readonly currency?: string;
  /** Cumulative sum refunded, where the entry reports it. */
  readonly refunded?: number;
  /** 0 where no program had a say yet: a refund before the sign-up. */
  readonly programVersion: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly postings: readonly Posting[];
  readonly explanation: readonly Explanation[];
}

/** What the rewards of one rule for one order have come to. */
export interface OrderReward {
  readonly ruleId: string;
  readonly beneficiaryId: string;
  readonly currency: string;
  readonly amount: number;
  readonly place: { readonly position: number; readonly part: number };
}

export interface OrderState {
  /** Undefined while only a refund has been seen. */
  gross: number | undefined;
  refunded: number;
  rewards: OrderReward[];
}

/** A referee's journal, added up. */
export interface JournalState {
  readonly nextPosition: number;
  readonly eventIds: ReadonlySet<string>;
  readonly orders: ReadonlyMap<string, OrderState>;
  /** How often each rule has been made to pay. */
  readonly triggered: ReadonlyMap<string, number>;
}

/** Adds up a journal given in the order of its positions. */
export function foldJournal(entries: readonly JournalEntry[]): JournalState {
  const orders = new Map<string, OrderState>();
  const triggered = new Map<string, number>();
  for (const entry of entries) {
    const order = orders.get(entry.orderId) ?? { gross: undefined, refunded: 0, rewards: [] };
    orders.set(entry.orderId, order);
    order.gross ??= entry.gross;
    order.refunded = Math.max(order.refunded, entry.refunded ?? 0);
    entry.postings.forEach((posting, part) => {
      order.rewards = applyPosting(order.rewards, posting, { position: entry.position, part });
      if (!posting.adjusts) triggered.set(posting.ruleId, (triggered.get(posting.ruleId) ?? 0) + 1);
    });
  }
  return {
    nextPosition: entries.length + 1,
    eventIds: new Set(entries.map((entry) => entry.eventId)),
    orders,
    triggered,
  };
}

function applyPosting(rewards: OrderReward[], posting: Posting, place: OrderReward['place']): OrderReward[] {
  const { adjusts } = posting;
  if (adjusts === undefined) {
    const { ruleId, beneficiaryId, currency, rewardAmount } = posting;
    return [...rewards, { ruleId, beneficiaryId, currency, amount: rewardAmount, place }];
  }
  return rewards.map((reward) =>
    reward.place.position === adjusts.position && reward.place.part === adjusts.part
      ? { ...reward, amount: posting.rewardAmount }
      : reward,
  );
}
