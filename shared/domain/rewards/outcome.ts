import type { Bucket } from '../money/balance.ts';
import { type CounterLimit, counterKey } from './counter.ts';
import type { RewardTerms } from './journal.ts';
import type { Order } from './order.ts';

/** What the facts have earned somebody, before caps. */
export interface EarnedReward extends RewardTerms {
  readonly key: string;
  /** Of the event that it is for. */
  readonly type: string;
  /** What the order pays before refunds: what caps and budgets give room for. Minor units, or 1. */
  readonly full: number;
  /** What is left of it. */
  readonly net: number;
  readonly bucket: Bucket;
  readonly counters: readonly CounterLimit[];
}

/** Why a rule pays a beneficiary nothing for an occasion. */
export interface Skip {
  readonly ruleId: string;
  readonly beneficiaryId?: string;
  readonly subject: string;
  readonly type: string;
  readonly reason: string;
  /** Whether a later fact can change it, so that this one has to be kept. */
  readonly isOpen: boolean;
  readonly programVersion: number;
}

/** What comes of an occasion for a beneficiary: a reward for an order, or none. */
export type Outcome = { readonly reward: EarnedReward; readonly order: Order } | Skip;

/**
 * Tells apart what caps and budgets left nothing for: a reward of these counters. If an earlier payment makes its order
 * begin in another period, it has been denied nothing there.
 */
export function denialKey({ key, counters }: Pick<EarnedReward, 'key' | 'counters'>): string {
  return [key, ...counters.map(counterKey)].join(' ');
}
