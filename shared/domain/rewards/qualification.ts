import type { Requirement } from '../programs/program.ts';
import type { Fact } from './fact.ts';
import { ordersOf } from './order.ts';

/** Whether the facts meet everything that a program asks for before a referral is complete. */
export function isQualified(requirements: readonly Requirement[], facts: readonly Fact[]): boolean {
  const occasions = ordersOf(facts);
  return requirements.every(
    ({ event, times, minimumAmount = 0 }) =>
      occasions.filter(
        ({ placed, left, current }) =>
          placed.type === event &&
          (current === undefined ? minimumAmount === 0 : left.part >= Math.max(1, minimumAmount)),
      ).length >= times,
  );
}
