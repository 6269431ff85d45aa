import type { FraudRule } from '../rule.ts';
import type { People, Person } from '../signals.ts';

/** Both were seen from the same address: one person, or one home or office. The browser helps whoever decides. */
export const sameIp: FraudRule<People> = {
  ruleId: 'same_ip',
  needs: [],
  score: 20,
  action: 'flag',
  measures: {},
  observe: ({ referrer, referee }) =>
    referee.ip !== undefined && referee.ip === referrer.ip
      ? {
          reason: 'Referrer and referee were seen from the same address',
          evidence: browsersOf(referrer, referee),
        }
      : undefined,
};

function browsersOf(one: Person, other: Person): { readonly browser?: string } {
  if (one.agent === undefined || other.agent === undefined) return {};
  return { browser: one.agent === other.agent ? 'the same' : 'another' };
}
