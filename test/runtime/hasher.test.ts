import { describe, expect, it } from 'vitest';
import { makeHasher } from '../../shared/runtime/hasher.ts';

const hasher = makeHasher('one secret');
const at = Date.parse('2026-05-01T23:59:59.999Z');

describe('makeHasher', () => {
  it('gives 26 characters that tell nothing of the value', () => {
    expect(hasher.lasting('email', 'alice@example.com')).toMatch(/^[0-9a-z]{26}$/);
    expect(hasher.ofDay(at, 'visitor', '203.0.113.7')).toMatch(/^[0-9a-z]{26}$/);
  });

  it('gives the same for the same', () => {
    expect(makeHasher('one secret').lasting('email', 'a')).toBe(hasher.lasting('email', 'a'));
    expect(hasher.ofDay(at - 86_399_999, 'visitor', 'a')).toBe(hasher.ofDay(at, 'visitor', 'a'));
  });

  it('differs by secret, purpose, value and day', () => {
    const hashes = [
      hasher.lasting('email', 'a'),
      hasher.lasting('email', 'b'),
      hasher.lasting('click', 'a'),
      makeHasher('another secret').lasting('email', 'a'),
      hasher.ofDay(at, 'email', 'a'),
      hasher.ofDay(at + 1, 'email', 'a'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
