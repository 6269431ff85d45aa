import * as z from 'zod';
import { amount, text, unit } from '../fields.ts';
import { rate, ruleId } from './fields.ts';

const simpleAmount = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('percentage'), rate }),
    z.strictObject({ type: z.literal('flat'), amount, currency: unit }),
  ])
  .meta({ id: 'SimpleAmount' });

const names = z.array(text(128)).min(1).max(200);

export const rewardAmount = z
  .discriminatedUnion('type', [
    ...simpleAmount.options,
    z.strictObject({
      type: z.literal('by_tier'),
      tiers: z
        .array(z.strictObject({ tierId: ruleId, amount: simpleAmount }))
        .min(1)
        .max(20),
      otherwise: simpleAmount,
    }),
    z.strictObject({
      type: z.literal('stepped'),
      steps: z
        .array(z.strictObject({ times: z.int().min(1).max(1000), amount: simpleAmount }))
        .min(1)
        .max(20),
      after: simpleAmount,
    }),
    z.strictObject({
      type: z.literal('by_product'),
      products: z
        .array(
          z
            .strictObject({
              productIds: names.exactOptional(),
              categories: names.exactOptional(),
              amount: simpleAmount,
            })
            .refine(
              (entry) => entry.productIds !== undefined || entry.categories !== undefined,
              'needs productIds or categories',
            ),
        )
        .min(1)
        .max(50),
      otherwise: simpleAmount,
    }),
  ])
  .meta({ id: 'RewardAmount' });

export type AnyAmount = z.output<typeof rewardAmount>;

/** Currencies of the flat sums within an amount. */
export function flatUnits(of: AnyAmount | undefined): string[] {
  return simpleAmountsOf(of).flatMap((one) => (one.type === 'flat' ? [one.currency] : []));
}

function simpleAmountsOf(of: AnyAmount | undefined): z.output<typeof simpleAmount>[] {
  if (of === undefined) return [];
  if (of.type === 'by_tier') return [...of.tiers.map((tier) => tier.amount), of.otherwise];
  if (of.type === 'stepped') return [...of.steps.map((step) => step.amount), of.after];
  if (of.type === 'by_product') return [...of.products.map((entry) => entry.amount), of.otherwise];
  return [of];
}
