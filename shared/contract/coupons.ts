import * as z from 'zod';
import { nextCursor, page, programId, rewardId, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Coupons';

const pool = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or hyphens')
  .meta({ description: 'Pool, as rules and milestones name it', example: 'spring' });

const code = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 printable ASCII characters without spaces')
  .meta({ description: 'Code, taken as it is written', example: 'SPRING-0001' });

export const couponPool = z
  .object({
    pool,
    available: z.int().meta({ description: 'Codes that nobody has' }),
    handedOut: z.int(),
    waiting: z.int().meta({ description: 'Rewards that wait for a code' }),
    status: z.enum(['ok', 'low', 'empty']).meta({
      description: '`low`: fewer than ten, or than a tenth of all that were loaded',
    }),
  })
  .meta({ id: 'CouponPool' });

export const coupon = z
  .object({
    code,
    state: z.enum(['available', 'handed_out']),
    loadedAt: timestamp,
    rewardId: rewardId.optional().meta({ description: 'The reward that has it' }),
    userId: userId.optional(),
    handedOutAt: timestamp.optional(),
  })
  .meta({ id: 'Coupon' });

const ofProgram = z.strictObject({ programId });
const params = z.strictObject({ programId, pool });

export const listCouponPools = defineRoute({
  operationId: 'listCouponPools',
  method: 'GET',
  path: '/v1/programs/{programId}/coupon-pools',
  area: 'coupons',
  tag,
  summary: "A program's coupon pools that were loaded or waited for, by name",
  params: ofProgram,
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Pools',
    schema: z.object({ pools: z.array(couponPool), nextCursor }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});

export const getCouponPool = defineRoute({
  operationId: 'getCouponPool',
  method: 'GET',
  path: '/v1/programs/{programId}/coupon-pools/{pool}',
  area: 'coupons',
  tag,
  summary: 'How many codes a pool has, and how many rewards wait for one',
  params,
  success: { status: 200, description: 'The pool, exact', schema: z.object({ pool: couponPool }) },
  problems: ['program_not_found', 'coupon_pool_not_found'],
});

export const loadCoupons = defineRoute({
  operationId: 'loadCoupons',
  method: 'POST',
  path: '/v1/programs/{programId}/coupon-pools/{pool}/coupons',
  area: 'coupons',
  audited: ['coupon_pool.loaded'],
  tag,
  summary: 'Load codes into a pool',
  description:
    'A code that the pool has, free or handed out, counts as a duplicate and stays as it is: the same list can be sent again. Rewards that wait get their codes right after, those earned first at first.',
  params,
  body: z.strictObject({
    codes: z.array(code).min(1, 'must have at least one').max(1_000, 'must have at most 1000'),
  }),
  success: {
    status: 200,
    description: 'How many were new',
    schema: z.object({ added: z.int(), duplicates: z.int() }),
  },
  problems: ['program_not_found', 'contended'],
});

export const listCoupons = defineRoute({
  operationId: 'listCoupons',
  method: 'GET',
  path: '/v1/programs/{programId}/coupon-pools/{pool}/coupons',
  area: 'coupons',
  tag,
  summary: "A pool's codes in their order, with who has them",
  params,
  query: z.strictObject(page),
  success: {
    status: 200,
    description: 'Codes',
    schema: z.object({ coupons: z.array(coupon), nextCursor }),
  },
  problems: ['program_not_found', 'coupon_pool_not_found', 'invalid_cursor'],
});
