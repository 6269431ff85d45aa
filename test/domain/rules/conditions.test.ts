import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type ConditionGroup,
  fieldsOf,
  holds,
  matchesGlob,
  type Operator,
} from '../../../shared/domain/rules/conditions.ts';

const facts: Readonly<Record<string, unknown>> = {
  amount: 100,
  plan: 'pro',
  date: '2026-05-01T10:00:00.000Z',
  empty: '',
  zero: 0,
  yes: true,
  nothing: null,
  list: ['shoe', 'book'],
  numbers: [5, 50],
  none: [],
  object: { a: 1 },
};
const check = (field: string, operator: Operator, value: Condition['value']): boolean =>
  holds({ all: [{ field, operator, value }] }, (name) => facts[name]);

describe('an operator', () => {
  it.each<[string, Operator, Condition['value'], boolean]>([
    ['amount', 'equals', 100, true],
    ['amount', 'equals', '100', false],
    ['amount', 'equals', 101, false],
    ['plan', 'equals', 'pro', true],
    ['plan', 'equals', 'Pro', false],
    ['yes', 'equals', true, true],
    ['nothing', 'equals', null, true],
    ['missing', 'equals', null, false],
    ['plan', 'not_equals', 'free', true],
    ['plan', 'not_equals', 'pro', false],
    ['missing', 'not_equals', 'pro', true],
    ['plan', 'in', ['free', 'pro'], true],
    ['plan', 'in', ['free'], false],
    ['missing', 'in', ['free'], false],
    ['plan', 'not_in', ['free'], true],
    ['plan', 'not_in', ['free', 'pro'], false],
    ['missing', 'not_in', ['free'], true],
    ['amount', 'greater_than', 99, true],
    ['amount', 'greater_than', 100, false],
    ['amount', 'greater_than', '99', false],
    ['amount', 'at_least', 100, true],
    ['amount', 'at_least', 101, false],
    ['amount', 'less_than', 101, true],
    ['amount', 'less_than', 100, false],
    ['amount', 'at_most', 100, true],
    ['amount', 'at_most', 99, false],
    ['zero', 'at_least', 0, true],
    ['zero', 'greater_than', -1, true],
    ['amount', 'between', [100, 200], true],
    ['amount', 'between', [50, 100], true],
    ['amount', 'between', [101, 200], false],
    ['amount', 'between', [1, 99], false],
    ['date', 'between', ['2026-05-01', '2026-05-02'], true],
    ['date', 'greater_than', '2026-05-02', false],
    ['date', 'less_than', '2026-05-02', true],
    ['date', 'at_most', '2026-05-01T10:00:00.000Z', true],
    ['plan', 'contains', 'r', true],
    ['plan', 'contains', 'R', false],
    ['amount', 'contains', '1', false],
    ['plan', 'starts_with', 'pr', true],
    ['plan', 'starts_with', 'ro', false],
    ['plan', 'matches', 'p?o', true],
    ['plan', 'matches', 'p?', false],
    ['amount', 'matches', '*', false],
    ['plan', 'exists', true, true],
    ['plan', 'exists', false, false],
    ['empty', 'exists', true, true],
    ['zero', 'exists', true, true],
    ['nothing', 'exists', true, false],
    ['nothing', 'exists', false, true],
    ['missing', 'exists', false, true],
    ['missing', 'exists', true, false],
    ['none', 'exists', true, false],
    ['none', 'exists', false, true],
  ])('%s %s %j is %s', (field, operator, value, expected) => {
    expect(check(field, operator, value)).toBe(expected);
  });

  it.each<Operator>([
    'greater_than',
    'at_least',
    'less_than',
    'at_most',
    'contains',
    'starts_with',
    'matches',
    'equals',
  ])('%s does not hold of what is missing or of another type', (operator) => {
    for (const field of ['missing', 'nothing', 'yes', 'object', 'none']) {
      expect(check(field, operator, 'pro')).toBe(false);
      expect(check(field, operator, 1)).toBe(false);
    }
  });
});

describe('a list', () => {
  it.each<[string, Operator, Condition['value'], boolean]>([
    ['list', 'equals', 'book', true],
    ['list', 'equals', 'hat', false],
    ['list', 'in', ['hat', 'shoe'], true],
    ['list', 'in', ['hat'], false],
    ['list', 'contains', 'oo', true],
    ['list', 'matches', 's*', true],
    ['numbers', 'greater_than', 40, true],
    ['numbers', 'greater_than', 60, false],
    ['numbers', 'less_than', 6, true],
    ['numbers', 'between', [6, 40], false],
    ['list', 'exists', true, true],
    // The negative ones hold if every entry does what they say.
    ['list', 'not_equals', 'hat', true],
    ['list', 'not_equals', 'book', false],
    ['list', 'not_in', ['hat', 'coat'], true],
    ['list', 'not_in', ['hat', 'book'], false],
    ['none', 'not_equals', 'book', true],
    ['none', 'not_in', ['book'], true],
    ['none', 'equals', 'book', false],
  ])('%s %s %j is %s', (field, operator, value, expected) => {
    expect(check(field, operator, value)).toBe(expected);
  });
});

describe('a group', () => {
  const yes: Condition = { field: 'amount', operator: 'equals', value: 100 };
  const no: Condition = { field: 'amount', operator: 'equals', value: 1 };
  it.each<[string, ConditionGroup | undefined, boolean]>([
    ['none at all', undefined, true],
    ['all of two', { all: [yes, yes] }, true],
    ['all but one', { all: [yes, no] }, false],
    ['any of two', { any: [no, yes] }, true],
    ['any of none that holds', { any: [no, no] }, false],
    ['all of nothing', { all: [] }, true],
    ['any of nothing', { any: [] }, false],
    ['any within all', { all: [yes, { any: [no, yes] }] }, true],
    ['any within all, none of which holds', { all: [yes, { any: [no, no] }] }, false],
    ['all within any', { any: [no, { all: [yes, { any: [yes, no] }] }] }, true],
    ['all within any, one of which does not', { any: [no, { all: [yes, no] }] }, false],
  ])('%s', (_, group, expected) => {
    expect(holds(group, (name) => facts[name])).toBe(expected);
  });

  it('names every field that it looks at', () => {
    const other = (field: string): Condition => ({ field, operator: 'exists', value: true });
    expect(fieldsOf({ all: [other('a'), { any: [other('b'), { all: [other('c')] }] }] })).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(fieldsOf(undefined)).toEqual([]);
  });
});

describe('a glob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['**', 'abc', true],
    ['?', '', false],
    ['?', 'ab', false],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbb', false],
    ['*.example.com', 'shop.example.com', true],
    ['*.example.com', 'example.com', false],
    ['a*b*c', 'aXbXbXc', true],
    ['a.c', 'abc', false],
    ['*ab', 'aab', true],
    ['*a?', 'aab', true],
    ['abc*', 'abc', true],
  ])('%s of %s: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  const letters = (extra: string[]) =>
    fc.array(fc.constantFrom('a', 'b', '.', '\n', ...extra), { maxLength: 12 }).map((all) => all.join(''));

  it('is what a regular expression says it is', () => {
    fc.assert(
      fc.property(letters(['*', '?', '*']), letters(['?', '*']), (pattern, text) => {
        const naive = [...pattern]
          .map((one) => (one === '*' ? '[^]*' : one === '?' ? '[^]' : one.replace(/[.]/, '\\.')))
          .join('');
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${naive}$`).test(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes no time to speak of, whatever the pattern', () => {
    const start = performance.now();
    expect(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
