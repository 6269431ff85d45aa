import { createHash } from 'node:crypto';
import { toBase32 } from '../ids.ts';
import type { Program } from '../programs/program.ts';

/** What there is of a pool's codes. The numbers are exact. */
export interface PoolCounts {
  /** Codes that nobody has. */
  readonly available: number;
  readonly handedOut: number;
  /** Rewards that wait for a code. */
  readonly waiting: number;
}

export interface CouponPool extends PoolCounts {
  readonly pool: string;
  /** `low`: fewer than ten, or than a tenth of all that were loaded. */
  readonly status: 'ok' | 'low' | 'empty';
}

export interface Coupon {
  readonly code: string;
  readonly state: 'available' | 'handed_out';
  /** ISO 8601. */
  readonly loadedAt: string;
  /** Set once it is handed out: for which reward, to whom, and when. */
  readonly rewardId?: string;
  readonly userId?: string;
  readonly handedOutAt?: string;
}

const few = 10;

/** A pool with its state. */
export function poolOf(pool: string, counts: PoolCounts): CouponPool {
  const { available, handedOut, waiting } = counts;
  const isLow = available < few || available * 10 < available + handedOut;
  return { pool, available, handedOut, waiting, status: available <= 0 ? 'empty' : isLow ? 'low' : 'ok' };
}

/** The pools that a program's rules and milestones take coupons from. */
export function poolsOf(program: Pick<Program, 'rules' | 'milestones'>): ReadonlySet<string> {
  const named = [...program.rules, ...program.milestones].map(({ pool }) => pool);
  return new Set(named.filter((pool) => pool !== undefined));
}

/**
 * Where a code stands among the free ones of its pool: evenly spread, whatever the codes look like, so that those
 * who look from places taken by chance find different ones.
 */
export function couponPlace(code: string): string {
  return toBase32(createHash('sha256').update(`coupon\n${code}`).digest());
}

/** A reward that may get a coupon, as it was read. */
export interface CouponReward {
  readonly rewardId: string;
  readonly programId: string;
  readonly pool: string;
  readonly userId: string;
  /** ISO 8601; those that wait are served in this order. */
  readonly createdAt: string;
  /** Whether it is to have a code: it stands, waits for no decision, and has none. */
  readonly wantsCode: boolean;
  readonly code?: string;
  /** It is noted in its pool as waiting. */
  readonly isWaiting: boolean;
}
