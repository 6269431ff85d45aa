import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from '../../shared/domain/audit.ts';

describe('differences', () => {
  it('are the fields that changed, null where there was or is none', () => {
    const before = { a: 1, b: { x: [1, 2] }, c: 'old', d: true };
    const after = { a: 1, b: { x: [1, 2] }, c: 'new', e: undefined, f: 0 };
    expect(differences(before, after)).toEqual({
      before: { c: 'old', d: true, f: null },
      after: { c: 'new', d: null, f: 0 },
    });
  });

  it.each([
    [{ x: 1, y: 2 }, { y: 2, x: 1 }, true],
    [{ x: 1 }, { x: 1, y: undefined }, true],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, undefined, false],
    [{ x: { y: null } }, { x: { y: 0 } }, false],
    ['1', 1, false],
  ])('takes %j and %j for the same: %s', (one, two, same) => {
    expect(Object.keys(differences({ one }, { one: two }).after)).toEqual(same ? [] : ['one']);
  });

  it('name what is personal, and no value of it', () => {
    expect(differences({ name: 'Ann' }, { name: 'Anna', status: 'on' }, ['name'])).toEqual({
      before: { name: '…', status: null },
      after: { name: '…', status: 'on' },
    });
  });

  it('are found in fields that are called like what every object has', () => {
    expect(differences({}, { toString: [], nested: { valueOf: 1 } })).toEqual({
      before: { toString: null, nested: null },
      after: { toString: [], nested: { valueOf: 1 } },
    });
    expect(differences({ nested: {} }, { nested: { constructor: null } }).after).toEqual({
      nested: { constructor: null },
    });
  });

  it('stay small, whatever was changed', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.jsonValue());
    const state = fc.dictionary(fc.string({ maxLength: 20 }), value, { maxKeys: 25 });
    fc.assert(
      fc.property(state, state, (before, after) => {
        const found = differences(before, after);
        const names = Object.keys(found.after);
        expect(Object.keys(found.before)).toEqual(names);
        for (const side of [found.before, found.after]) {
          const values = names.reduce((sum, name) => sum + Buffer.byteLength(JSON.stringify(side[name])), 0);
          expect(values).toBeLessThanOrEqual(250 + names.length * Buffer.byteLength('"…"'));
        }
      }),
    );
  });
});
