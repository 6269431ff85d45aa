import type { PolicyStatement } from '../deployment.ts';
import { type ConditionOperator, findOperator } from './condition-operators.ts';

/** Condition keys of a request with their values, such as `dynamodb:LeadingKeys`. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

/** `unknown` where an operator is not known, so nobody can tell. */
export type ConditionResult = 'met' | 'unmet' | { readonly unknown: string };

type Quantifier = 'any' | 'ForAllValues' | 'ForAnyValue';

interface ParsedOperator {
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
  readonly name: string;
}

const parseOperator = (text: string): ParsedOperator => {
  const [, prefix, name = '', suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(text) ?? [];
  const quantifier = /all/i.test(prefix ?? '')
    ? 'ForAllValues'
    : prefix === undefined
      ? 'any'
      : 'ForAnyValue';
  return { quantifier, name, ifExists: suffix !== undefined };
};

const findValues = (context: RequestContext, key: string): readonly string[] | undefined => {
  const exact = context[key];
  if (exact !== undefined) return exact;
  const wanted = key.toLowerCase();
  return Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1];
};

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

const isHeld = ({ matches, negated }: ConditionOperator, wanted: readonly string[], found: string): boolean =>
  wanted.some((one) => matches(one, found)) !== negated;

const isKeyMet = (
  operator: ConditionOperator,
  { quantifier, ifExists }: ParsedOperator,
  wanted: readonly string[],
  found: readonly string[] | undefined,
): boolean => {
  if (found === undefined || found.length === 0) {
    return ifExists || quantifier === 'ForAllValues' || (operator.negated && quantifier === 'any');
  }
  if (quantifier === 'ForAllValues') return found.every((one) => isHeld(operator, wanted, one));
  if (quantifier === 'any' && operator.negated) return found.every((one) => isHeld(operator, wanted, one));
  return found.some((one) => isHeld(operator, wanted, one));
};

const isNullMet = (wanted: readonly string[], found: readonly string[] | undefined): boolean =>
  wanted.some((one) => (one.toLowerCase() === 'true') === (found === undefined));

/** Whether all conditions of a statement hold for a request. */
export const matchConditions = (
  conditions: PolicyStatement['Condition'],
  context: RequestContext,
): ConditionResult => {
  let unknown: string | undefined;
  for (const [text, keys] of Object.entries(conditions ?? {})) {
    const parsed = parseOperator(text);
    const operator = findOperator(parsed.name);
    const isNull = parsed.name.toLowerCase() === 'null';
    if (operator === undefined && !isNull) unknown ??= text;
    for (const [key, value] of Object.entries(keys)) {
      const wanted = listOf(value);
      const found = findValues(context, key);
      if (isNull && !isNullMet(wanted, found)) return 'unmet';
      if (operator !== undefined && !isKeyMet(operator, parsed, wanted, found)) return 'unmet';
    }
  }
  return unknown === undefined ? 'met' : { unknown };
};
