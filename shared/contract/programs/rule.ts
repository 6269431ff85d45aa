import * as z from 'zod';
import { positiveAmount, text } from '../fields.ts';
import { conditions } from './conditions.ts';
import { cap, eventType, hasUniqueIds, rewardKind, ruleId } from './fields.ts';
import { type AnyAmount, flatUnits, rewardAmount } from './reward-amount.ts';

const basis = z.strictObject({
  type: z
    .enum(['gross', 'net'])
    .default('gross')
    .meta({ description: 'net: without tax, shipping and fees' }),
  minimum: positiveAmount.exactOptional().meta({ description: 'An order that is worth less pays nothing' }),
  excludedProducts: z.array(text(128)).max(200).default([]),
  excludedCategories: z.array(text(128)).max(200).default([]),
});

const hold = z.union([
  z.strictObject({ days: z.int().min(1).max(365) }),
  z.strictObject({ untilEvent: eventType }),
]);

/** With all levels and caps of all rules one event must stay within a transaction of 100 items. */
const mostCaps = 4;

const shape = z.strictObject({
  ruleId,
  event: eventType,
  side: z.enum(['referrer', 'referee', 'both', 'upline']),
  level: z.int().min(1).max(10).exactOptional().meta({ description: 'With side upline: 1 is the referrer' }),
  kind: rewardKind,
  amount: rewardAmount.exactOptional(),
  name: text(64).exactOptional(),
  pool: ruleId.exactOptional().meta({ description: 'Where a coupon comes from' }),
  basis: basis.default({ type: 'gross', excludedProducts: [], excludedCategories: [] }),
  conditions: conditions.exactOptional(),
  limitPerReferee: z.int().min(1).max(1000).nullable().exactOptional().meta({
    description:
      'How often one referee can make it pay: 3 unless set, or without limit where months is set; null: always',
  }),
  months: z
    .int()
    .min(1)
    .max(120)
    .nullable()
    .default(null)
    .meta({ description: 'Pays only in the first months after the referral began' }),
  caps: z
    .array(cap)
    .max(mostCaps)
    .default([])
    .meta({ description: 'The most that one beneficiary earns by the rule' }),
  excludedPaymentMethods: z.array(text(64)).max(50).default([]),
  hold: hold.exactOptional(),
  group: ruleId.exactOptional().meta({
    description: 'Of the rules of one group that match, one pays: the highest priority, then what pays most',
  }),
  priority: z.int().min(-1000).max(1000).default(0),
});

/** A rule as it is kept: with the limit that it has where it says none. */
export const keptRule = shape
  .extend({ limitPerReferee: shape.shape.limitPerReferee.unwrap() })
  .meta({ id: 'Rule', description: 'On this event, this side earns this' });

export const rule = shape
  .superRefine((one, context) => {
    for (const [field, message] of ruleFaults(one)) {
      context.addIssue({ code: 'custom', path: [field], message });
    }
  })
  .meta({ id: 'NewRule', description: 'On this event, this side earns this' })
  .transform((one) => ({
    ...one,
    limitPerReferee:
      one.limitPerReferee === undefined ? (one.months === null ? 3 : null) : one.limitPerReferee,
  }));

interface RuleShape {
  readonly side: string;
  readonly level?: number | undefined;
  readonly kind: z.output<typeof rewardKind>;
  readonly amount?: AnyAmount | undefined;
  readonly name?: string | undefined;
  readonly pool?: string | undefined;
  readonly caps: readonly z.output<typeof cap>[];
}

function ruleFaults(one: RuleShape): [string, string][] {
  const faults: [string, string][] = [];
  if ((one.side === 'upline') !== (one.level !== undefined)) faults.push(['level', 'goes with side upline']);
  const isMoney = one.kind === 'cash' || one.kind === 'credit' || one.kind === 'points';
  if (isMoney !== (one.amount !== undefined)) {
    faults.push(['amount', isMoney ? `is needed for ${one.kind}` : `does not go with ${one.kind}`]);
  }
  if (!isMoney && one.name === undefined) faults.push(['name', `is needed for ${one.kind}`]);
  if ((one.kind === 'coupon') !== (one.pool !== undefined)) faults.push(['pool', 'goes with kind coupon']);
  for (const unitOf of flatUnits(one.amount)) {
    if ((unitOf === 'points') !== (one.kind === 'points')) {
      faults.push(['amount', one.kind === 'points' ? 'must be in points' : 'must not be in points']);
    }
  }
  const kinds = one.caps.map((each) => `${each.period} ${each.currency ?? ''}`);
  if (!hasUniqueIds(kinds)) faults.push(['caps', 'must not repeat a period']);
  return faults;
}
