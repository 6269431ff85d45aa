import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradictionsOf } from '../../../shared/domain/programs/can-hold.ts';
import { type Condition, type ConditionGroup, holds } from '../../../shared/domain/rules/conditions.ts';

const on =
  (field: string) =>
  (operator: Condition['operator'], value: Condition['value']): Condition => ({ field, operator, value });
const amount = on('event.amount');
const plan = on('referee.fields.plan');
const products = on('event.products');

describe('contradictionsOf', () => {
  const impossible: [string, ConditionGroup][] = [
    ['two values at once', { all: [plan('equals', 'a'), plan('equals', 'b')] }],
    ['a value that is excluded', { all: [plan('equals', 'a'), plan('not_equals', 'a')] }],
    [
      'one of a list, all of which are excluded',
      { all: [plan('in', ['a', 'b']), plan('not_in', ['b', 'a'])] },
    ],
    ['one of an empty list', { all: [plan('in', [])] }],
    ['between, the wrong way round', { all: [plan('between', [10, 5])] }],
    ['between two types', { all: [plan('between', [1, 'z'])] }],
    ['more than ten and less than five', { all: [amount('greater_than', 10), amount('less_than', 5)] }],
    ['more than ten and at most ten', { all: [plan('greater_than', 10), plan('at_most', 10)] }],
    ['an integer between two neighbours', { all: [amount('greater_than', 10), amount('less_than', 11)] }],
    ['a sum below zero', { all: [amount('less_than', 0)] }],
    ['a sum that is a text', { all: [amount('equals', '10')] }],
    ['a sum of no integer', { all: [amount('equals', 10.5)] }],
    ['a number and a text', { all: [plan('at_least', 10), plan('starts_with', 'a')] }],
    ['two beginnings', { all: [plan('starts_with', 'ab'), plan('starts_with', 'ac')] }],
    ['two patterns', { all: [plan('matches', 'ab*'), plan('matches', 'x?')] }],
    ['a text that its pattern does not match', { all: [plan('equals', 'abc'), plan('matches', 'x*')] }],
    ['a beginning above the most', { all: [plan('starts_with', 'm'), plan('less_than', 'c')] }],
    ['there and not there', { all: [plan('exists', true), plan('exists', false)] }],
    ['not there, and of a value', { all: [plan('exists', false), plan('equals', 'a')] }],
    [
      'none of its choices',
      { all: [amount('at_most', 5), { any: [amount('equals', 6), amount('between', [8, 9])] }] },
    ],
    ['no entry of a list', { all: [products('equals', 'a'), products('not_equals', 'a')] }],
  ];
  it.each(impossible)('sees %s', (_name, group) => {
    expect(contradictionsOf(group)).toEqual([(group as { all: Condition[] }).all[0]?.field]);
  });

  const possible: [string, ConditionGroup | undefined][] = [
    ['nothing asked', undefined],
    ['two entries of a list', { all: [products('equals', 'a'), products('equals', 'b')] }],
    ['more than one of a list', { all: [products('starts_with', 'a'), products('exists', true)] }],
    ['the one value between', { all: [amount('greater_than', 10), amount('less_than', 12)] }],
    ['a fraction between', { all: [plan('greater_than', 10), plan('less_than', 11)] }],
    ['one of two fields', { any: [amount('less_than', 0), plan('equals', 'a')] }],
    ['two fields', { all: [amount('equals', 5), plan('equals', 5)] }],
    ['a longer beginning', { all: [plan('starts_with', 'ab'), plan('matches', 'abc*')] }],
    ['a value that is not there', { all: [plan('not_in', ['a', 'b']), plan('exists', false)] }],
    ['null', { all: [plan('equals', null), plan('exists', false)] }],
    ['more choices than are looked through', manyChoices()],
  ];
  it.each(possible)('lets %s pass', (_name, group) => {
    expect(contradictionsOf(group)).toBeUndefined();
  });

  it('names every field that has a part in it', () => {
    const group = { any: [amount('less_than', 0), { all: [plan('equals', 'a'), plan('equals', 'b')] }] };
    expect(contradictionsOf(group)).toEqual(['event.amount', 'referee.fields.plan']);
  });

  it('takes no time over choices within choices', () => {
    const started = performance.now();
    contradictionsOf(manyChoices());
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

function manyChoices(): ConditionGroup {
  return {
    all: Array.from({ length: 20 }, (_, i) => ({
      any: Array.from({ length: 20 }, (__, j) => on(`event.properties.p${i}`)('equals', j)),
    })),
  };
}

describe('against every value', () => {
  const fields = ['event.amount', 'event.coupon', 'referee.fields.plan', 'event.products'];
  const scalars = [0, 1, 2, 3, 2.5, -1, 'a', 'ab', 'b', '', true, false, null];
  const scalar = fc.constantFrom(...scalars);
  const value = (operator: Condition['operator']): fc.Arbitrary<Condition['value']> => {
    if (operator === 'in' || operator === 'not_in') return fc.array(scalar, { maxLength: 4 });
    if (operator === 'between') return fc.tuple(scalar, scalar);
    if (operator === 'exists') return fc.boolean();
    if (operator === 'matches') return fc.constantFrom('a*', '?', 'ab', 'b?', '*b', '*');
    return scalar;
  };
  const operator = fc.constantFrom<Condition['operator'][]>(
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
  );
  const condition: fc.Arbitrary<Condition> = operator.chain((one) =>
    fc.record({ field: fc.constantFrom(...fields), operator: fc.constant(one), value: value(one) }),
  );
  const group: fc.Arbitrary<ConditionGroup> = fc.letrec<{ group: ConditionGroup }>((tie) => ({
    group: fc
      .tuple(
        fc.constantFrom('all', 'any'),
        fc.array(fc.oneof({ weight: 4, arbitrary: condition }, { weight: 1, arbitrary: tie('group') }), {
          minLength: 1,
          maxLength: 5,
        }),
      )
      .map(([word, parts]) => (word === 'all' ? { all: parts } : { any: parts })),
  })).group;

  const singles = [undefined, ...scalars, 1.5, 'abc', 'ba'];
  const domains: Record<string, readonly unknown[]> = {
    'event.amount': [undefined, 0, 1, 2, 3, 4],
    'event.coupon': [undefined, '', 'a', 'aa', 'ab', 'abc', 'b', 'ba', 'zz'],
    'referee.fields.plan': singles,
    'event.products': [...singles, [], ['a', 'b'], ['ab', 'b', 1], [null], ['a', 2], ['', 'zz']],
  };

  const satisfied = (one: ConditionGroup): boolean =>
    domains['event.amount']!.some((a) =>
      domains['event.coupon']!.some((b) =>
        domains['referee.fields.plan']!.some((c) =>
          domains['event.products']!.some((d) => {
            const facts = new Map<string, unknown>(fields.map((field, i) => [field, [a, b, c, d][i]]));
            return holds(one, (field) => facts.get(field));
          }),
        ),
      ),
    );

  it('never calls contradictory what some event satisfies', () => {
    let seen = 0;
    fc.assert(
      fc.property(group, (one) => {
        if (contradictionsOf(one) === undefined) return true;
        seen += 1;
        return !satisfied(one);
      }),
      { numRuns: 1_000 },
    );
    expect(seen).toBeGreaterThan(50);
  });

  it('sees every contradiction of one field that could not be satisfied by any of its values', () => {
    const ofPlan = fc.array(
      condition
        .filter((one) => !/contains|matches/.test(one.operator))
        .map((one) => ({ ...one, field: fields[2]! })),
      { minLength: 1, maxLength: 4 },
    );
    const dense = [
      ...singles,
      'aa',
      '\u0000',
      'aab',
      'a\u0000',
      'ab\u0000',
      'b\u0000',
      'zz',
      0.5,
      2.25,
      2.75,
      -2,
      -0.5,
      9,
      {},
    ];
    fc.assert(
      fc.property(ofPlan, (all) => {
        const canHold = dense.some((found) => holds({ all }, () => found));
        expect(contradictionsOf({ all }) === undefined).toBe(canHold);
      }),
      { numRuns: 3_000 },
    );
  });
});
