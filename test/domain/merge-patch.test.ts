import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePatch } from '../../shared/domain/merge-patch.ts';

describe('a merge patch', () => {
  /** The cases of RFC 7396, appendix A. */
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('of %s with %s is %s', (target, patch, merged) => {
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(merged));
  });

  it('changes no prototype', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"hold":true}}')) as object;
    expect(Object.keys(merged)).toEqual(['__proto__']);
    expect('hold' in merged).toBe(false);
  });

  it('says what it says as well when it is said twice, and takes nothing but it', () => {
    const value = fc.letrec((tie) => ({
      leaf: fc.oneof(
        fc.integer({ max: 9, min: 0 }),
        fc.constant(null),
        fc.array(fc.nat(3), { maxLength: 2 }),
      ),
      node: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(tie('leaf'), tie('node')), { maxKeys: 3 }),
    })).node;
    fc.assert(
      fc.property(value, value, (target, patch) => {
        const once = mergePatch(target, patch) as Record<string, unknown>;
        expect(mergePatch(once, patch)).toEqual(once);
        for (const name of Object.keys(target as object).filter((each) => !(each in (patch as object)))) {
          expect(once[name]).toEqual((target as Record<string, unknown>)[name]);
        }
      }),
    );
  });
});
