import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ApiKey,
  covers,
  isKeyWithin,
  type KeyPowers,
  openingHashes,
  rotated,
  statusOfKey,
} from '../../../shared/domain/access/api-key.ts';
import { type Caller, mayCall, reaches, reachOf } from '../../../shared/domain/access/reach.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 10, 21, 0, n)).toISOString();
const key: ApiKey = { keyId: 'k', name: 'n', secretHash: 's0', scopes: ['*'], createdAt: minute(0) };

describe('a key', () => {
  it.each<[Partial<ApiKey>, string]>([
    [{}, 'active'],
    [{ expiresAt: minute(5) }, 'expired'],
    [{ expiresAt: minute(6) }, 'active'],
    [{ revokedAt: minute(1), expiresAt: minute(2) }, 'revoked'],
  ])('with %j is %s', (more, status) => {
    expect(statusOfKey({ ...key, ...more }, minute(5))).toBe(status);
  });
});

const powers: fc.Arbitrary<KeyPowers> = fc.record(
  {
    scopes: fc.subarray(['*', 'links:read', 'links:write', 'audit:read'], { minLength: 1 }),
    programs: fc.subarray(['spring', 'summer', 'autumn'], { minLength: 1 }),
    expiresAt: fc.constantFrom(minute(1), minute(2), minute(3)),
  },
  { requiredKeys: ['scopes'] },
);

/** Whether a key lets a call about a program pass at a time. */
function lets({ scopes, programs, expiresAt }: KeyPowers, scope: string, programId: string, at: string) {
  const caller: Caller = { caller: 'server', keyId: 'k', scopes, programs: programs ?? '*' };
  return (
    (expiresAt === undefined || at < expiresAt) &&
    mayCall(caller, { scope }) &&
    reaches(reachOf(caller), { programId })
  );
}

describe('a key that covers another', () => {
  it('may do at any time whatever that may do', () => {
    const calls = fc.tuple(
      fc.constantFrom('links:read', 'links:write', 'audit:read', 'rewards:read'),
      fc.constantFrom('spring', 'summer', 'autumn', 'winter'),
      fc.constantFrom(minute(0), minute(1), minute(2), minute(3)),
    );
    fc.assert(
      fc.property(powers, powers, calls, (holder, other, [scope, programId, at]) => {
        fc.pre(covers(holder, other));
        expect(!lets(other, scope, programId, at) || lets(holder, scope, programId, at)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('covers itself, and what is covered by what it covers', () => {
    fc.assert(
      fc.property(powers, powers, powers, (a, b, c) => {
        expect(covers(a, a)).toBe(true);
        if (covers(a, b) && covers(b, c)) expect(covers(a, c)).toBe(true);
      }),
    );
  });

  it.each<[KeyPowers, KeyPowers, boolean]>([
    [{ scopes: ['*'] }, { scopes: ['*'] }, true],
    [{ scopes: ['links:read'] }, { scopes: ['*'] }, false],
    [{ scopes: ['*'], programs: ['a'] }, { scopes: ['*'] }, false],
    [{ scopes: ['*'], programs: ['a', 'b'] }, { scopes: ['*'], programs: ['b'] }, true],
    [{ scopes: ['*'], programs: ['a'] }, { scopes: ['*'], programs: ['a', 'b'] }, false],
    [{ scopes: ['*'] }, { scopes: ['*'], expiresAt: minute(1) }, true],
    [{ scopes: ['*'], expiresAt: minute(1) }, { scopes: ['*'] }, false],
    [{ scopes: ['*'], expiresAt: minute(1) }, { scopes: ['*'], expiresAt: minute(1) }, true],
    [{ scopes: ['*'], expiresAt: minute(1) }, { scopes: ['*'], expiresAt: minute(2) }, false],
  ])('%j, %j: %s', (holder, other, expected) => {
    expect(covers(holder, other)).toBe(expected);
  });

  it('is not within reach of who is bound to programs, unless it is bound to those', () => {
    expect(isKeyWithin({ programs: ['a'] }, { scopes: [] })).toBe(false);
    expect(isKeyWithin({ programs: ['a'] }, { scopes: [], programs: ['a'] })).toBe(true);
    expect(isKeyWithin({ programs: ['a'] }, { scopes: [], programs: ['a', 'b'] })).toBe(false);
    expect(isKeyWithin({ programs: '*' }, { scopes: [] })).toBe(true);
  });
});

describe('a rotation', () => {
  it('leaves the secret before it for the overlap', () => {
    const after = rotated(key, 's1', minute(0), minute(10));
    expect(after).toEqual({
      ...key,
      secretHash: 's1',
      rotatedAt: minute(0),
      earlier: [{ secretHash: 's0', until: minute(10) }],
    });
    expect(openingHashes(after ?? key, minute(9))).toEqual(['s1', 's0']);
    expect(openingHashes(after ?? key, minute(10))).toEqual(['s1']);
  });

  it('without overlap leaves nothing', () => {
    const after = rotated(rotated(key, 's1', minute(0), minute(10)) ?? key, 's2', minute(1), minute(1));
    expect(after).toEqual({ ...key, secretHash: 's2', rotatedAt: minute(1) });
  });

  it('never gives a secret from before more time than it had, nor leaves more than five to open', () => {
    const steps = fc.array(fc.tuple(fc.nat(20), fc.nat(30)), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (rotations) => {
        let now = 0;
        let current = key;
        const ends = new Map<string, number>();
        rotations.forEach(([wait, overlap], index) => {
          now += wait;
          const before = openingHashes(current, minute(now));
          const after = rotated(current, `s${index + 1}`, minute(now), minute(now + overlap));
          if (after === undefined) {
            expect(before).toHaveLength(5);
            return;
          }
          for (const hash of before) {
            ends.set(hash, Math.min(ends.get(hash) ?? Number.POSITIVE_INFINITY, now + overlap));
          }
          current = after;
          expect(openingHashes(current, minute(now)).length).toBeLessThanOrEqual(5);
        });
        for (let at = now; at < now + 31; at++) {
          const open = [...ends].filter(([, end]) => at < end).map(([hash]) => hash);
          expect([...openingHashes(current, minute(at))].sort()).toEqual(
            [current.secretHash, ...open].sort(),
          );
        }
      }),
    );
  });
});
