import type * as z from 'zod';
import * as contract from '../coupons.ts';
import { exampleOf } from './example.ts';
import { ids, times } from './story.ts';

const pool: z.output<typeof contract.couponPool> = {
  pool: 'spring',
  available: 498,
  handedOut: 2,
  waiting: 0,
  status: 'ok',
};

export const couponExamples = [
  exampleOf(contract.listCouponPools, { answer: { pools: [pool] } }),
  exampleOf(contract.getCouponPool, { answer: { pool } }),
  exampleOf(contract.loadCoupons, {
    body: { codes: ['SPRING-0001', 'SPRING-0002', 'SPRING-0003'] },
    answer: { added: 3, duplicates: 0 },
  }),
  exampleOf(contract.listCoupons, {
    answer: {
      coupons: [
        {
          code: 'SPRING-0001',
          state: 'handed_out',
          loadedAt: times.registered,
          rewardId: ids.reward,
          userId: 'alice',
          handedOutAt: times.ordered,
        },
        { code: 'SPRING-0002', state: 'available', loadedAt: times.registered },
      ],
    },
  }),
];
