/** A value that a condition compares with. */
export type Scalar = string | number | boolean | null;

export type Operator =
  | 'equals'
  | 'not_equals'
  | 'in'
  | 'not_in'
  | 'greater_than'
  | 'at_least'
  | 'less_than'
  | 'at_most'
  | 'between'
  | 'contains'
  | 'starts_with'
  | 'matches'
  | 'exists';

/** One comparison. `field` is a path such as `event.amount` or `referrer.fields.plan`. */
export interface Condition {
  readonly field: string;
  readonly operator: Operator;
  /** A list for `in`, `not_in` and `between` (both ends included); true or false for `exists`. */
  readonly value: Scalar | readonly Scalar[];
}

/** All of them, or any of them; groups nest. */
export type ConditionGroup =
  | { readonly all: readonly (Condition | ConditionGroup)[] }
  | { readonly any: readonly (Condition | ConditionGroup)[] };

/** What conditions look at. A field that is not there is undefined. */
export type Facts = (field: string) => unknown;

/**
 * Whether a group holds. A comparison of a field that is missing or of another type does not hold, whatever the
 * operator, but for `exists: false`, `not_equals` and `not_in`, which hold of what is missing. A list field (the
 * products of an order) satisfies a comparison if one of its entries does; for the negative ones, if all do.
 */
export function holds(group: ConditionGroup | undefined, facts: Facts): boolean {
  if (group === undefined) return true;
  if ('all' in group) return group.all.every((part) => holdsPart(part, facts));
  return group.any.some((part) => holdsPart(part, facts));
}

function holdsPart(part: Condition | ConditionGroup, facts: Facts): boolean {
  if (!('field' in part)) return holds(part, facts);
  const { operator, value } = part;
  const found = facts(part.field);
  const entries = Array.isArray(found) ? (found as readonly unknown[]) : [found];
  if (operator === 'exists') return entries.some((entry) => entry !== undefined && entry !== null) === value;
  if (operator === 'not_equals') return entries.every((entry) => entry !== value);
  if (operator === 'not_in') return entries.every((entry) => !asList(value).includes(entry as Scalar));
  return entries.some((entry) => compare[operator](entry, value));
}

type Positive = Exclude<Operator, 'exists' | 'not_equals' | 'not_in'>;
type Compare = (found: unknown, value: Condition['value']) => boolean;

const compare: Readonly<Record<Positive, Compare>> = {
  equals: (found, value) => found === value,
  in: (found, value) => asList(value).includes(found as Scalar),
  greater_than: (found, value) => (order(found, value) ?? 0) > 0,
  at_least: (found, value) => (order(found, value) ?? -1) >= 0,
  less_than: (found, value) => (order(found, value) ?? 0) < 0,
  at_most: (found, value) => (order(found, value) ?? 1) <= 0,
  between: (found, value) => {
    const [least, most] = asList(value);
    return (order(found, least) ?? -1) >= 0 && (order(found, most) ?? 1) <= 0;
  },
  contains: (found, value) => isText(found) && isText(value) && found.includes(value),
  starts_with: (found, value) => isText(found) && isText(value) && found.startsWith(value),
  matches: (found, value) => isText(found) && isText(value) && matchesGlob(value, found),
};

function asList(value: Condition['value']): readonly Scalar[] {
  return Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Numbers compare as numbers, texts (dates in ISO 8601 are texts) by their code units; nothing else compares. */
function order(found: unknown, value: unknown): number | undefined {
  if (typeof found === 'number' && typeof value === 'number') return found - value;
  if (!isText(found) || !isText(value)) return undefined;
  return found === value ? 0 : found < value ? -1 : 1;
}

/** `*` stands for any run of characters, `?` for one. Takes time in proportion to both lengths, whatever the pattern. */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let retry = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      retry = position;
    } else if (pattern[at] === '?' || pattern[at] === text[position]) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Every field that a group looks at. */
export function fieldsOf(group: ConditionGroup | undefined): readonly string[] {
  if (group === undefined) return [];
  const parts = 'all' in group ? group.all : group.any;
  return parts.flatMap((part) => ('field' in part ? [part.field] : fieldsOf(part)));
}
