import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSignUp } from '../../../shared/domain/fraud/judge-sign-up.ts';
import { keepSignals, signalsOf, unreadFor } from '../../../shared/domain/fraud/kept-signals.ts';
import type { FraudSettings } from '../../../shared/domain/fraud/settings.ts';
import type { Signals } from '../../../shared/domain/fraud/signals.ts';

const now = Date.UTC(2026, 10, 21);
const name = fc.constantFrom('u0', 'u1', 'u2', 'u3');
const hash = fc.constantFrom('a', 'b', 'c');
const ago = fc.integer({ min: 0, max: 2_000_000 }).map((ms) => now - ms);
const person = fc
  .record(
    { user: name, email: hash, companyDomain: hash, ip: hash, device: hash, payment: hash, agent: hash },
    { requiredKeys: ['user'] },
  )
  .map(({ user, ...known }) => ({ userId: user, name: user, ...known }));
const uses = fc.array(fc.record({ at: ago, user: name, referrer: name }), { maxLength: 20 });
const signals: fc.Arbitrary<Signals> = fc.record(
  {
    now: fc.constant(now),
    referrer: person,
    referee: person,
    isDisposable: fc.boolean(),
    sentBy: fc.constantFrom('human' as const, 'bot' as const),
    landed: fc.boolean(),
    code: fc.constantFrom('c0', 'c1'),
    click: fc.record(
      {
        at: ago,
        kind: fc.constantFrom('human' as const, 'bot' as const),
        referrerHost: fc.constantFrom('coupons.example', 'news.example'),
        adNetwork: fc.constantFrom('google' as const, 'facebook' as const),
        asn: fc.constantFrom(16509, 3320),
      },
      { requiredKeys: ['at', 'kind'] },
    ),
    uplineIds: fc.uniqueArray(name, { maxLength: 3 }),
    uses: fc.record({ ip: uses, device: uses, payment: uses }),
    brought: fc.array(fc.record({ at: ago, code: fc.constantFrom('c0', 'c1') }), { maxLength: 20 }),
  },
  {
    requiredKeys: ['now', 'referrer', 'referee', 'isDisposable', 'code', 'uplineIds', 'uses', 'brought'],
  },
) as fc.Arbitrary<Signals>;

const measures = fc.record({
  limit: fc.integer({ min: 2, max: 20 }),
  seconds: fc.integer({ min: 0, max: 2_000 }),
});
const settings: fc.Arbitrary<FraudSettings> = fc
  .dictionary(
    fc.constantFrom(
      ...([
        'fast_sign_up',
        'velocity_participant',
        'velocity_code',
        'velocity_ip',
        'velocity_device',
      ] as const),
      ...(['shared_ip', 'shared_payment', 'shared_cluster'] as const),
    ),
    measures,
  )
  .map((rules) => ({ rules: { ...rules, banned_source: { hosts: ['coupons.*'] } }, holdScore: 60 }));

const quiet: Signals = {
  now,
  referrer: { userId: 'alice', name: 'alice' },
  referee: { userId: 'bob', name: 'bob' },
  isDisposable: false,
  code: 'c0',
  uplineIds: [],
  uses: { ip: [], device: [], payment: [] },
  brought: [],
};

describe('kept signals', () => {
  it('are judged as those that they were made of, by whatever settings', () => {
    fc.assert(
      fc.property(signals, settings, (seen, wanted) => {
        const again = signalsOf(JSON.parse(JSON.stringify(keepSignals(seen, undefined))));
        expect(judgeSignUp(again, wanted)).toEqual(judgeSignUp(seen, wanted));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are nothing where nothing was seen', () => {
    expect(keepSignals(quiet, undefined)).toEqual({});
  });

  it('carry no hash and no name, and stay small', () => {
    const at = now - 500_000;
    const hashes = { email: 'hash-1', ip: 'hash-2', device: 'hash-3', payment: 'hash-4' };
    const users = Array.from({ length: 20 }, (_, n) => ({ at, user: `user-${n}`, referrer: `by-${n}` }));
    const kept = JSON.stringify(
      keepSignals(
        {
          ...quiet,
          referrer: { ...quiet.referrer, ...hashes },
          referee: { ...quiet.referee, ...hashes },
          uses: { ip: users, device: users, payment: users },
          brought: users.map(() => ({ at, code: 'code-1' })),
        },
        undefined,
      ),
    );
    expect(kept).not.toMatch(/hash-|user-|by-|code-|alice|bob/);
    expect(kept.length).toBeLessThan(1_000);
  });

  it('say what was not read, as far as other settings would look at it', () => {
    const off = { action: 'off' } as const;
    const kept = keepSignals(quiet, { rules: { velocity_ip: off, shared_ip: off } });
    expect(kept).toEqual({ unread: ['ip'] });
    expect(unreadFor(kept, {})).toEqual(['ip']);
    expect(unreadFor(kept, { rules: { velocity_ip: off, shared_ip: off } })).toEqual([]);
  });
});
