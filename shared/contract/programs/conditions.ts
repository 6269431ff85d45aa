import * as z from 'zod';
import { text } from '../fields.ts';

const scalar = z.union([text(512), z.number(), z.boolean(), z.null()]);

/** Operators with the values that they take. */
const condition = z
  .strictObject({
    field: z
      .string()
      .max(128)
      .regex(
        /^(event|referral|referrer|referee)(\.[A-Za-z0-9_-]{1,64}){1,3}$/,
        'must be a path such as event.amount or referrer.fields.plan',
      ),
    operator: z.enum([
      'equals',
      'not_equals',
      'in',
      'not_in',
      'greater_than',
      'at_least',
      'less_than',
      'at_most',
      'between',
      'contains',
      'starts_with',
      'matches',
      'exists',
    ]),
    value: z.union([scalar, z.array(scalar).min(1).max(100)]),
  })
  .superRefine(({ operator, value }, context) => {
    const wanted = expectedValue(operator, value);
    if (wanted !== undefined) context.addIssue({ code: 'custom', path: ['value'], message: wanted });
  })
  .meta({ id: 'Condition' });

function expectedValue(operator: string, value: unknown): string | undefined {
  const isList = Array.isArray(value);
  if (operator === 'in' || operator === 'not_in') return isList ? undefined : 'must be a list';
  if (operator === 'between') {
    return isList && value.length === 2 && typeof value[0] === typeof value[1]
      ? undefined
      : 'must be a list of two values of one type';
  }
  if (operator === 'exists') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (isList) return 'must be a single value';
  if (/contains|starts_with|matches/.test(operator)) {
    return typeof value === 'string' ? undefined : 'must be a text';
  }
  if (/than|at_/.test(operator)) {
    return typeof value === 'number' || typeof value === 'string' ? undefined : 'must be a number or a text';
  }
  return undefined;
}

type ConditionGroup =
  | { readonly all: readonly (z.output<typeof condition> | ConditionGroup)[] }
  | { readonly any: readonly (z.output<typeof condition> | ConditionGroup)[] };

/** Groups nest three deep. */
const depthNames = ['InnermostConditions', 'InnerConditions', 'Conditions'] as const;

const groupAtDepth = (depth: number): z.ZodType<ConditionGroup> => {
  const part = depth === 0 ? condition : z.union([condition, groupAtDepth(depth - 1)]);
  const parts = z.array(part).min(1).max(20) as z.ZodType<(z.output<typeof condition> | ConditionGroup)[]>;
  return z
    .union([z.strictObject({ all: parts }), z.strictObject({ any: parts })])
    .meta({ id: depthNames[depth] });
};

export const conditions = groupAtDepth(depthNames.length - 1);
