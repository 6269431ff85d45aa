import type { CouponPool, CouponReward } from '../../domain/coupons/pool.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

export interface AssignCouponPorts extends System {
  findCouponReward(rewardId: string): Promise<CouponReward | undefined>;
  findFreeCoupon(programId: string, pool: string, random: Uint8Array): Promise<string | undefined>;
  findCouponPool(programId: string, pool: string): Promise<CouponPool | undefined>;
  assignCoupon(assignment: {
    reward: CouponReward;
    code: string;
    at: string;
  }): Promise<{ assigned: boolean }>;
  /** Notes the reward as waiting, if the pool is empty at that moment. */
  awaitCoupon(reward: CouponReward): Promise<'waiting' | 'again'>;
  stopWaiting(reward: CouponReward, at: string): Promise<'stopped' | 'again'>;
  /** Told each time that a reward finds its pool empty: at least once of every reward. */
  poolIsEmpty(programId: string, pool: string, rewardId: string): void;
}

/** `not_wanted`: it is no coupon's reward, was taken back, or waits for a decision. */
export type CouponOutcome = 'assigned' | 'assigned_before' | 'waiting' | 'not_wanted';

/** A pool's numbers are one item that all assignments change: the more at once, the more often each has to try. */
const attempts = 40;

/**
 * Gives a reward a code of its pool, once. Code, reward and the pool's numbers are one step, whose conditions are that
 * the code is free and that the reward wants one, so that any number of calls at once hand out each code once and give
 * each reward one. A pool is empty when its number says so, not the list of free codes, which lags behind: then the
 * reward is noted as waiting, in one step with the proof that there is nothing.
 *
 * @throws if others kept changing the pool: the message is to come again
 */
export async function assignCoupon(ports: AssignCouponPorts, rewardId: string): Promise<CouponOutcome> {
  const outcome = await whileContended(() => attempt(ports, rewardId), { attempts });
  if (outcome === undefined) throw new Error('Too many changes of a coupon pool at once');
  return outcome;
}

async function attempt(ports: AssignCouponPorts, rewardId: string): Promise<CouponOutcome | 'again'> {
  const reward = await ports.findCouponReward(rewardId);
  if (reward === undefined) return 'not_wanted';
  if (reward.code !== undefined) return 'assigned_before';
  const at = isoTime(ports.now());
  if (!reward.wantsCode) {
    if (reward.isWaiting && (await ports.stopWaiting(reward, at)) === 'again') return 'again';
    return 'not_wanted';
  }
  const code = await ports.findFreeCoupon(reward.programId, reward.pool, ports.random(8));
  if (code === undefined) return wait(ports, reward);
  return (await ports.assignCoupon({ reward, code, at })).assigned ? 'assigned' : 'again';
}

async function wait(ports: AssignCouponPorts, reward: CouponReward): Promise<CouponOutcome | 'again'> {
  const { programId, pool, rewardId } = reward;
  if (reward.isWaiting) {
    const counts = await ports.findCouponPool(programId, pool);
    if (counts?.status !== 'empty') return 'again';
  } else if ((await ports.awaitCoupon(reward)) === 'again') return 'again';
  ports.poolIsEmpty(programId, pool, rewardId);
  return 'waiting';
}
