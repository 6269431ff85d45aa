import { type Refusal, refuse } from '../../contract/problems.ts';
import { type CouponPool, poolOf, poolsOf } from '../../domain/coupons/pool.ts';
import type { Program } from '../../domain/programs/program.ts';

export interface FindPoolPorts {
  findProgram(programId: string): Promise<Program | undefined>;
  findCouponPool(programId: string, pool: string): Promise<CouponPool | undefined>;
}

/** A pool's numbers. One that the program takes coupons from, and that nobody has loaded, is empty. */
export async function findPool(
  ports: FindPoolPorts,
  programId: string,
  pool: string,
): Promise<CouponPool | Refusal> {
  const [program, found] = await Promise.all([
    ports.findProgram(programId),
    ports.findCouponPool(programId, pool),
  ]);
  if (program === undefined) return refuse('program_not_found');
  if (found !== undefined) return found;
  if (!poolsOf(program).has(pool)) return refuse('coupon_pool_not_found');
  return poolOf(pool, { available: 0, handedOut: 0, waiting: 0 });
}
