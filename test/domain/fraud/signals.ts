import { expect } from 'vitest';
import type { FraudRule, Measures, Observation } from '../../../shared/domain/fraud/rule.ts';
import type { Signals } from '../../../shared/domain/fraud/signals.ts';

export const now = Date.UTC(2026, 10, 21, 12);

/** A sign-up that nothing speaks against, of which everything is known. */
export const honest: Signals = {
  now,
  referrer: {
    userId: 'alice',
    name: 'a1',
    email: 'mailbox of alice',
    companyDomain: 'a company',
    ip: 'ip of alice',
    device: 'device of alice',
    payment: 'card of alice',
  },
  referee: {
    userId: 'bob',
    name: 'b1',
    email: 'mailbox of bob',
    companyDomain: 'another company',
    ip: 'ip of bob',
    device: 'device of bob',
    payment: 'card of bob',
  },
  isDisposable: false,
  code: 'k7m2qxw9',
  click: { at: now - 60_000, kind: 'human', referrerHost: 'blog.example.com' },
  uplineIds: ['carol', 'dave'],
  uses: { ip: [], device: [], payment: [] },
  brought: [],
};

/** A sign-up of whose people nothing is known but their ids. */
export const unknown: Signals = {
  ...honest,
  referrer: { userId: 'alice', name: 'a1' },
  referee: { userId: 'bob', name: 'b1' },
};

/** What a rule sees in a sign-up that differs from the honest one, by its own measures unless given. */
export function observed(rule: FraudRule, differs: Partial<Signals>, measures: Measures = {}) {
  return evidenceOf(rule.observe({ ...honest, ...differs }, { ...rule.measures, ...measures }));
}

/** What was seen, which always says why, in a sentence. */
export function evidenceOf(observation: Observation | undefined): Observation['evidence'] | undefined {
  if (observation) expect(observation.reason).toMatch(/^[A-Z]\S*( \S+)+$/);
  return observation?.evidence;
}

/** Uses so many seconds ago, each by another user, all brought by one referrer unless given. */
export function usedAgo(seconds: readonly number[], referrers: readonly string[] = ['a1']) {
  return seconds.map((ago, index) => ({
    at: now - ago * 1000,
    user: `u${index}`,
    referrer: referrers[index % referrers.length] ?? 'a1',
  }));
}
