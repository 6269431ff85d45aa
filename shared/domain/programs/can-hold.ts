import { type Condition, type ConditionGroup, holds } from '../rules/conditions.ts';

/**
 * Finds out whether conditions contradict each other. It never says so of conditions that some event could satisfy;
 * of some that none could, it doesn't see it (two `contains` that cannot go together, or too many nested choices).
 *
 * @returns undefined if the group may hold; else the fields on which it asks for what cannot be
 */
export function contradictionsOf(group: ConditionGroup | undefined): readonly string[] | undefined {
  if (group === undefined) return undefined;
  const contradictory = new Set<string>();
  const ways = waysOf(group, contradictory);
  return ways === undefined || ways.length > 0 ? undefined : [...contradictory].sort();
}

/** Conditions that together make a group hold. */
type Way = readonly Condition[];

/** More ways than this are not looked through. */
const mostWays = 256;

/** Every way in which a group may hold, without those that contradict themselves; undefined: too many. */
function waysOf(group: ConditionGroup, contradictory: Set<string>): readonly Way[] | undefined {
  const parts = 'all' in group ? group.all : group.any;
  const alternatives = parts.map((part) =>
    'field' in part ? withoutContradictions([[part]], contradictory) : waysOf(part, contradictory),
  );
  if ('any' in group) {
    const ways: Way[] = [];
    for (const some of alternatives) {
      if (some === undefined) return undefined;
      ways.push(...some);
    }
    return ways.length > mostWays ? undefined : ways;
  }
  return combine(alternatives, contradictory);
}

/** What cannot be looked through is left out: the rest may still contradict itself. */
function combine(
  alternatives: readonly (readonly Way[] | undefined)[],
  contradictory: Set<string>,
): readonly Way[] | undefined {
  let ways: readonly Way[] = [[]];
  let isWhole = true;
  // What has one way first, so that it prunes the others.
  const known = alternatives.flatMap((some) => (some === undefined ? [] : [some]));
  if (known.length < alternatives.length) isWhole = false;
  for (const some of known.sort((a, b) => a.length - b.length)) {
    if (ways.length * some.length > mostWays * 20) return undefined;
    ways = withoutContradictions(
      ways.flatMap((way) => some.map((more) => [...way, ...more])),
      contradictory,
    );
    if (ways.length === 0) return [];
    if (ways.length > mostWays) return undefined;
  }
  return isWhole ? ways : undefined;
}

function withoutContradictions(ways: readonly Way[], contradictory: Set<string>): readonly Way[] {
  return ways.filter((way) => {
    const fields = [...new Set(way.map(({ field }) => field))];
    const impossible = fields.filter(
      (field) =>
        !canSatisfy(
          way.filter((one) => one.field === field),
          shapeOf(field),
        ),
    );
    for (const field of impossible) contradictory.add(field);
    return impossible.length === 0;
  });
}

/** What a field can be when it is there: an integer from 0, a text, any single value, or a list as well. */
type Shape = 'amount' | 'text' | 'single' | 'list';

const amounts = /^event\.(amount|tax|shipping|fees|amountRefunded)$/;
const texts = /^event\.(type|currency|coupon|paymentMethod|orderId|paymentId|disputeId|occurredAt)$/;
const singles = /^(event\.properties|referral|referrer|referee)\./;

function shapeOf(field: string): Shape {
  if (amounts.test(field)) return 'amount';
  if (texts.test(field)) return 'text';
  return singles.test(field) ? 'single' : 'list';
}

function canSatisfy(conditions: Way, shape: Shape): boolean {
  if (shape !== 'list') return someValue(conditions, shape);
  // Each positive comparison may be satisfied by an entry of its own; what is excluded, no entry may be.
  const everyEntry = conditions.filter((one) => isNegative(one));
  return conditions
    .filter((one) => !isNegative(one))
    .every((one) => someValue([one, ...everyEntry], 'single'));
}

function isNegative({ operator, value }: Condition): boolean {
  return operator === 'not_equals' || operator === 'not_in' || (operator === 'exists' && value === false);
}

/** Whether a single value satisfies all of the conditions. */
function someValue(conditions: Way, shape: Exclude<Shape, 'list'>): boolean {
  const accepts = (value: unknown): boolean => holds({ all: conditions }, () => value);
  const named = namedValues(conditions);
  if (named !== undefined) return named.some((value) => fits(value, shape) && accepts(value));
  if (accepts(undefined)) return true;
  if (shape !== 'text' && someNumber(conditions, shape === 'amount', accepts)) return true;
  if (shape !== 'amount' && someText(conditions, accepts)) return true;
  return shape === 'single' && [null, true, false, {}].some(accepts);
}

/** The values of a condition that names all it takes; undefined if none of the conditions does. */
function namedValues(conditions: Way): readonly unknown[] | undefined {
  for (const { operator, value } of conditions) {
    if (operator === 'equals') return Array.isArray(value) ? [] : [value];
    if (operator === 'in') return listOf(value);
    if (operator === 'matches' && typeof value === 'string' && !/[*?]/.test(value)) return [value];
  }
  return undefined;
}

function listOf(value: Condition['value']): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function fits(value: unknown, shape: Exclude<Shape, 'list'>): boolean {
  if (shape === 'amount') return Number.isInteger(value) && Number(value) >= 0;
  return shape === 'single' || typeof value === 'string';
}

/** Bounds on numbers or on texts. An end that is absent is open. */
interface Range<Value> {
  readonly least?: { readonly value: Value; readonly included: boolean };
  readonly most?: { readonly value: Value; readonly included: boolean };
}

/**
 * The range that ordering conditions leave to values of a type.
 *
 * @returns undefined if one of them takes no value of this type
 */
function rangeOf<Value extends number | string>(
  conditions: Way,
  isValue: (value: unknown) => value is Value,
): Range<Value> | undefined {
  let range: Range<Value> = {};
  for (const { operator, value } of conditions) {
    const [least, most] = boundsOf(operator, value);
    for (const [end, bound] of [
      ['least', least],
      ['most', most],
    ] as const) {
      if (bound === undefined) continue;
      if (!isValue(bound.value)) return undefined;
      range = { ...range, [end]: tighter(end, range[end], { ...bound, value: bound.value }) };
    }
  }
  return range;
}

interface Bound<Value> {
  readonly value: Value;
  readonly included: boolean;
}

function boundsOf(
  operator: Condition['operator'],
  value: Condition['value'],
): readonly [Bound<unknown> | undefined, Bound<unknown> | undefined] {
  switch (operator) {
    case 'greater_than':
      return [{ value, included: false }, undefined];
    case 'at_least':
      return [{ value, included: true }, undefined];
    case 'less_than':
      return [undefined, { value, included: false }];
    case 'at_most':
      return [undefined, { value, included: true }];
    case 'between': {
      const [least, most] = listOf(value);
      return [
        { value: least, included: true },
        { value: most, included: true },
      ];
    }
    default:
      return [undefined, undefined];
  }
}

function tighter<Value extends number | string>(
  end: 'least' | 'most',
  before: Bound<Value> | undefined,
  next: Bound<Value>,
): Bound<Value> {
  if (before === undefined) return next;
  if (before.value === next.value) return before.included ? next : before;
  const isHigher = next.value > before.value;
  return isHigher === (end === 'least') ? next : before;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';

function someNumber(conditions: Way, isAmount: boolean, accepts: (value: unknown) => boolean): boolean {
  if (conditions.some((one) => isTextual(one) || isAbsence(one))) return false;
  const range = rangeOf(conditions, isNumber);
  if (range === undefined) return false;
  const { least, most } = range;
  if (isAmount) {
    const first = Math.max(0, least === undefined ? 0 : firstInteger(least));
    const last =
      most === undefined ? Number.POSITIVE_INFINITY : -firstInteger({ ...most, value: -most.value });
    return last - first > widestSpan || anyInteger(first, last, accepts);
  }
  if (least === undefined || most === undefined || least.value < most.value) return true;
  return least.value === most.value && accepts(least.value);
}

/** A wider span of integers is not looked through. */
const widestSpan = 1_000;

function firstInteger({ value, included }: Bound<number>): number {
  return included ? Math.ceil(value) : Math.floor(value) + 1;
}

function anyInteger(first: number, last: number, accepts: (value: unknown) => boolean): boolean {
  for (let value = first; value <= last; value++) if (accepts(value)) return true;
  return false;
}

function isTextual({ operator }: Condition): boolean {
  return operator === 'contains' || operator === 'starts_with' || operator === 'matches';
}

function isAbsence({ operator, value }: Condition): boolean {
  return operator === 'exists' && value !== true;
}

function someText(conditions: Way, accepts: (value: unknown) => boolean): boolean {
  if (conditions.some((one) => isAbsence(one) || (isTextual(one) && !isText(one.value)))) return false;
  const range = rangeOf(conditions, isText);
  if (range === undefined) return false;
  const { least, most } = range;
  const beginnings = conditions.flatMap(beginningOf).sort((a, b) => a.length - b.length);
  const beginning = beginnings.at(-1) ?? '';
  if (beginnings.some((one) => !beginning.startsWith(one))) return false;
  // The least text that begins so is the beginning itself.
  const first = least === undefined || least.value < beginning ? beginning : least.value;
  if (least !== undefined && least.value > beginning && !least.value.startsWith(beginning)) return false;
  if (most === undefined || first < most.value) return true;
  return first === most.value && accepts(first);
}

/** What a text must begin with. */
function beginningOf({ operator, value }: Condition): string[] {
  if (!isText(value)) return [];
  if (operator === 'starts_with') return [value];
  return operator === 'matches' ? [value.split(/[*?]/)[0] ?? ''] : [];
}
