/** A single value of an event: what is neither an object nor a list. */
export type Leaf = string | number | boolean | null;

/** Whether a matcher takes a value, which is undefined where the event has none. */
type ValueMatcher = (argument: unknown, value: Leaf | undefined) => boolean;

/** A pattern that EventBridge would refuse as well. */
export class InvalidEventPattern extends Error {
  constructor(why: string) {
    super(`Event pattern is not valid. Reason: ${why}`);
    this.name = 'InvalidEventPattern';
  }
}

const refuse = (why: string): never => {
  throw new InvalidEventPattern(why);
};

const isNested = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Greedy with one step of return, so that no pattern takes exponential time. */
const matchWildcard = (pattern: string, text: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
};

/** `prefix` and `suffix` take a text or `{ "equals-ignore-case": text }`. */
const matchEnd =
  (test: (value: string, end: string) => boolean): ValueMatcher =>
  (argument, value) => {
    if (typeof value !== 'string') return false;
    if (typeof argument === 'string') return test(value, argument);
    const ignoringCase = isNested(argument) ? argument['equals-ignore-case'] : undefined;
    if (typeof ignoringCase !== 'string') return refuse('prefix and suffix take a string');
    return test(value.toLowerCase(), ignoringCase.toLowerCase());
  };

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const matchNumeric: ValueMatcher = (argument, value) => {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 !== 0) {
    return refuse('numeric takes pairs of operator and number');
  }
  const pairs = Array.from({ length: argument.length / 2 }, (_, pair) =>
    argument.slice(pair * 2, pair * 2 + 2),
  );
  return pairs.every(([operator, bound]) => {
    const compare = COMPARISONS[String(operator)];
    if (compare === undefined || typeof bound !== 'number')
      return refuse(`numeric ${String(operator)} is not known`);
    return typeof value === 'number' && compare(value, bound);
  });
};

const matchIgnoringCase: ValueMatcher = (argument, value) => {
  const wanted = Array.isArray(argument) ? argument : [argument];
  return (
    typeof value === 'string' && wanted.some((text) => String(text).toLowerCase() === value.toLowerCase())
  );
};

const matchPatternText: ValueMatcher = (argument, value) => {
  if (typeof argument !== 'string') return refuse('wildcard takes a string');
  return typeof value === 'string' && matchWildcard(argument, value);
};

/** The value has to be there; each unwanted one may be a literal or a matcher of texts, alone or in a list. */
const matchAnythingBut: ValueMatcher = (argument, value) => {
  if (value === undefined) return false;
  if (!isNested(argument)) {
    const unwanted: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
    return !unwanted.includes(value);
  }
  return Object.entries(argument).every(([name, unwanted]) => {
    const each: readonly unknown[] = Array.isArray(unwanted) ? unwanted : [unwanted];
    return each.every((one) => !matchValue({ [name]: one }, value));
  });
};

const VALUE_MATCHERS: Readonly<Record<string, ValueMatcher>> = {
  prefix: matchEnd((value, end) => value.startsWith(end)),
  suffix: matchEnd((value, end) => value.endsWith(end)),
  numeric: matchNumeric,
  wildcard: matchPatternText,
  'equals-ignore-case': matchIgnoringCase,
  'anything-but': matchAnythingBut,
  exists: (argument, value) => (value !== undefined) === (argument === true),
};

/** True for a matcher that is known here. */
export const isKnownMatcher = (name: string): boolean => Object.hasOwn(VALUE_MATCHERS, name);

/**
 * Whether one element of a pattern's list (a literal or a matcher) takes the value.
 *
 * @throws InvalidEventPattern
 */
export const matchValue = (element: unknown, value: Leaf | undefined): boolean => {
  if (!isNested(element)) return value !== undefined && element === value;
  const [matcher, ...others] = Object.entries(element);
  if (matcher === undefined || others.length > 0) return refuse('a matcher has exactly one name');
  const [name, argument] = matcher;
  const match = isKnownMatcher(name) ? VALUE_MATCHERS[name] : undefined;
  return match ? match(argument, value) : refuse(`${name} is not known`);
};
