import { isKnownMatcher } from './value-matchers.ts';

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const findInElement = (element: unknown): readonly string[] =>
  isFields(element) ? Object.keys(element).filter((name) => !isKnownMatcher(name)) : [];

/** Names of a pattern's matchers that are not known here, such as `cidr`. */
export const findUnknownMatchers = (pattern: unknown): readonly string[] => {
  if (!isFields(pattern)) return [];
  return Object.entries(pattern).flatMap(([name, wanted]) => {
    if (!Array.isArray(wanted)) return findUnknownMatchers(wanted);
    return wanted.flatMap(name === '$or' ? findUnknownMatchers : findInElement);
  });
};
