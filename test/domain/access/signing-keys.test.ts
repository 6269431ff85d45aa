import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currentKey,
  keySetTimes,
  publicJwk,
  type SigningKeys,
  shownKeys,
  verifiesUntil,
  waitingKey,
  withNextKey,
  withOnlyKey,
} from '../../../shared/domain/access/signing-keys.ts';

const start = Date.parse('2026-11-21T10:00:00Z');
const jwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'secret' };
const keyMade = (kid: string, createdAt: number) => ({ kid, createdAt, jwk });
const kidsOf = (keys: SigningKeys) => keys.map(({ kid }) => kid);
const { leadMs, longestTokenMs, marginMs, publishedMs, staleMs } = keySetTimes;

describe('the keys that sign', () => {
  const first = withNextKey([], keyMade('one', start), start);
  const two = withNextKey(first, keyMade('two', start + 1_000), start + 1_000);
  const turn = start + 1_000 + leadMs;

  it('begin with one that signs at once', () => {
    expect(currentKey(first, start)?.kid).toBe('one');
    expect(waitingKey(first, start)).toBeUndefined();
    expect(currentKey([], start)).toBeUndefined();
  });

  it('take turns at a moment that is known before', () => {
    expect(waitingKey(two, start + 1_000)?.kid).toBe('two');
    expect(currentKey(two, turn - 1)?.kid).toBe('one');
    expect(currentKey(two, turn)?.kid).toBe('two');
    expect(waitingKey(two, turn)).toBeUndefined();
  });

  it('go when their last token has ended', () => {
    const end = turn + longestTokenMs + marginMs;
    expect(verifiesUntil(two, two[0] as SigningKeys[number])).toBe(end);
    expect(verifiesUntil(two, two[1] as SigningKeys[number])).toBeUndefined();
    expect(kidsOf(shownKeys(two, end - 1))).toEqual(['one', 'two']);
    expect(kidsOf(shownKeys(two, end))).toEqual(['two']);
    expect(kidsOf(withNextKey(two, keyMade('three', end), end))).toEqual(['two', 'three']);
  });

  it('end at once where they are withdrawn', () => {
    const only = withOnlyKey(keyMade('new', turn), turn);
    expect(kidsOf(shownKeys(only, turn))).toEqual(['new']);
    expect(currentKey(only, turn)?.kid).toBe('new');
  });

  it('show nothing that signs', () => {
    const shown = publicJwk(two[0] as SigningKeys[number]);
    expect(shown).toEqual({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one', use: 'sig', alg: 'ES256' });
  });
});

describe('any history of rotations', () => {
  /** The key sets that follow each other, with the time of each. */
  const history = (pauses: readonly number[]) => {
    let at = start;
    const states = [{ at, keys: withNextKey([], keyMade('0', at), at) }];
    for (const [index, pause] of pauses.entries()) {
      at += pause;
      const before = states.at(-1)?.keys ?? [];
      // As the use case does: while one waits, no other is made.
      if (waitingKey(before, at) !== undefined) continue;
      states.push({ at, keys: withNextKey(before, keyMade(String(index + 1), at), at) });
    }
    return states;
  };
  const pauses = fc.array(fc.integer({ min: 0, max: 2 * longestTokenMs }), { minLength: 1, maxLength: 8 });
  const stateAt = (states: ReturnType<typeof history>, at: number) =>
    states.findLast((state) => state.at <= at)?.keys ?? states[0]?.keys ?? [];

  it('verifies each token until it ends, also one that a stale instance signed', () => {
    fc.assert(
      fc.property(
        pauses,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: staleMs }),
        fc.integer({ min: 0, max: longestTokenMs }),
        (given, part, age, later) => {
          const states = history(given);
          const last = states.at(-1)?.at ?? start;
          const at = start + Math.floor(part * (last + 2 * leadMs - start));
          const signer = currentKey(stateAt(states, Math.max(start, at - age)), at);
          expect(kidsOf(shownKeys(stateAt(states, at + later), at + later))).toContain(signer?.kid);
        },
      ),
    );
  });

  it('publishes each key for longer than anybody keeps the keys without it, before it signs', () => {
    fc.assert(
      fc.property(pauses, (given) => {
        const states = history(given);
        for (const { at, keys } of states.slice(1)) {
          const made = keys.at(-1);
          expect((made?.signsFrom ?? 0) - at).toBeGreaterThan(staleMs + publishedMs);
        }
      }),
    );
  });
});
