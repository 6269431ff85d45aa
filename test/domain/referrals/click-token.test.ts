import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClickToken, signClickToken } from '../../../shared/domain/referrals/click-token.ts';

const claims = {
  clickId: `clk_${'0123456789abcdefghjkmnpqrs'}`,
  code: 'summer-sale_1',
  programId: 'default',
  at: 1_795_262_400_000,
};
const token = signClickToken('key', claims);

describe('a click token', () => {
  it('carries a click, in letters that a URL takes as they are', () => {
    expect(readClickToken('key', token)).toEqual(claims);
    expect(encodeURIComponent(token)).toBe(token);
    expect(token).toMatch(/^p1\./);
    expect(token.length).toBeLessThan(100);
  });

  it('carries any click', () => {
    const some = fc.record({
      clickId: fc.stringMatching(/^clk_[0-9a-z]{26}$/),
      code: fc.stringMatching(/^[a-z0-9][a-z0-9_-]{2,49}$/),
      programId: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
      at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    });
    fc.assert(
      fc.property(some, (one) => {
        expect(readClickToken('k', signClickToken('k', one))).toEqual(one);
      }),
    );
  });

  it('of another key is forged', () => {
    expect(readClickToken('other', token)).toBe('forged');
  });

  it('that was changed anywhere is not taken', () => {
    for (let at = 0; at < token.length; at++) {
      const letter = token[at] === 'a' ? 'b' : 'a';
      const changed = `${token.slice(0, at)}${letter}${token.slice(at + 1)}`;
      expect(['forged', 'unreadable'], changed).toContain(readClickToken('key', changed));
    }
  });

  it('that was cut short is not taken, nor one with more', () => {
    for (let length = 0; length < token.length; length++) {
      expect(typeof readClickToken('key', token.slice(0, length))).toBe('string');
    }
    expect(readClickToken('key', `${token}a`)).toBe('unreadable');
    expect(readClickToken('key', `${token}\n`)).toBe('unreadable');
  });

  it('of a version that nobody knows is not read', () => {
    expect(readClickToken('key', token.replace('p1', 'p2'))).toBe('unreadable');
  });

  it('never makes reading fail, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof readClickToken('key', text)).toBe('string');
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 22, maxLength: 22 }), (end) => {
        expect(typeof readClickToken('key', `${token.slice(0, -22)}${end}`)).toBe('string');
      }),
    );
  });
});
