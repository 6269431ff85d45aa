import { type AssignCouponPorts, assignCoupon } from './assign-coupon.ts';

export interface FillPoolPorts extends AssignCouponPorts {
  /** Oldest first. */
  listWaiting(programId: string, pool: string, limit: number): Promise<readonly string[]>;
  /** Leaves a mark from which another filling follows. */
  askForFilling(programId: string, pool: string): Promise<void>;
}

/** As many as one message's time is enough for. */
const chunkSize = 50;

/**
 * Hands a pool's codes to the rewards that wait for them, those earned first at first, until none waits or the pool is
 * empty again. It does a part of them and asks for the rest: dying on the way, it is called again for what is left.
 *
 * @returns how many got a code
 */
export async function fillPool(ports: FillPoolPorts, programId: string, pool: string): Promise<number> {
  const waiting = await ports.listWaiting(programId, pool, chunkSize);
  let assigned = 0;
  for (const rewardId of waiting) {
    const outcome = await assignCoupon(ports, rewardId);
    if (outcome === 'waiting') return assigned;
    if (outcome === 'assigned') assigned++;
  }
  if (waiting.length === chunkSize) await ports.askForFilling(programId, pool);
  return assigned;
}
