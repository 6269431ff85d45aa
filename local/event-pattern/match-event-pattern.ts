import { InvalidEventPattern, type Leaf, matchValue } from './value-matchers.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isLeaf = (value: unknown): value is Leaf => value === null || typeof value !== 'object';

/** The single values under a field: a list stands for each of its elements, an object for none. */
const leavesOf = (value: unknown): readonly Leaf[] => {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isLeaf(value) ? [value] : [];
};

const matchLeaves = (elements: readonly unknown[], value: unknown): boolean => {
  const leaves = leavesOf(value);
  const candidates: readonly (Leaf | undefined)[] = leaves.length === 0 ? [undefined] : leaves;
  return elements.some((element) => candidates.some((candidate) => matchValue(element, candidate)));
};

const matchAlternatives = (alternatives: unknown, event: Fields): boolean => {
  if (!Array.isArray(alternatives)) throw new InvalidEventPattern('$or takes a list of patterns');
  return alternatives.some((alternative) => isFields(alternative) && matchFields(alternative, event));
};

const matchField = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) return matchLeaves(pattern, value);
  if (!isFields(pattern)) throw new InvalidEventPattern('a field takes a list or an object');
  if (Array.isArray(value)) return value.some((element) => matchField(pattern, element));
  return matchFields(pattern, isFields(value) ? value : {});
};

const matchFields = (pattern: Fields, event: Fields): boolean =>
  Object.entries(pattern).every(([name, wanted]) =>
    name === '$or' ? matchAlternatives(wanted, event) : matchField(wanted, event[name]),
  );

/**
 * Whether an event matches a pattern in the language that EventBridge rules and the filters of Lambda's event source
 * mappings share.
 *
 * @throws InvalidEventPattern
 */
export const matchEventPattern = (pattern: unknown, event: unknown): boolean => {
  if (!isFields(pattern)) throw new InvalidEventPattern('a pattern is an object');
  return matchFields(pattern, isFields(event) ? event : {});
};
