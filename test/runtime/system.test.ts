import { describe, expect, it } from 'vitest';
import { system } from '../../shared/runtime/system.ts';

describe('system', () => {
  it('gives ULIDs in lower case that sort by time and never repeat', () => {
    const early = Array.from({ length: 1_000 }, () => system.ulid(1_000_000));
    expect(new Set(early).size).toBe(1_000);
    expect(early.every((ulid) => /^[0-9a-z]{26}$/.test(ulid))).toBe(true);
    expect(early.every((ulid) => ulid < system.ulid(1_000_001))).toBe(true);
  });

  it('gives as many random bytes as asked for', () => expect(system.random(32)).toHaveLength(32));
});
