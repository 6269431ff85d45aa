import * as contract from '../../../shared/contract/coupons.ts';
import { isRefusal, refuse } from '../../../shared/contract/problems.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { couponPoolItems } from '../../../shared/table/coupon-pool-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { findPool } from '../../../shared/usecases/coupons/find-pool.ts';
import { loadCoupons } from '../../../shared/usecases/coupons/load-coupons.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = { ...system, ...couponPoolItems(table), ...programItems(table) };

const listPools = operation(contract.listCouponPools, async ({ params, query }) => {
  if ((await ports.findProgram(params.programId)) === undefined) return refuse('program_not_found');
  const page = await ports.listCouponPools(params.programId, pageOf(query));
  return pageAnswer('pools', page, (pool) => pool);
});

const getPool = operation(contract.getCouponPool, async ({ params }) =>
  answerWith('pool', await findPool(ports, params.programId, params.pool)),
);

const postCoupons = operation(contract.loadCoupons, async ({ params, body, operator, system: by }) =>
  loadCoupons({ ...ports, ...by, operator }, params.programId, params.pool, body.codes),
);

const listCoupons = operation(contract.listCoupons, async ({ params, query }) => {
  const pool = await findPool(ports, params.programId, params.pool);
  if (isRefusal(pool)) return pool;
  const page = await ports.listCoupons(params.programId, params.pool, pageOf(query));
  return pageAnswer('coupons', page, (coupon) => coupon);
});

export const handler = serveRoutes([listPools, getPool, postCoupons, listCoupons]);
