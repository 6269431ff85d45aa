import type { FraudRule } from '../rule.ts';

/** Many users behind one address: a farm that takes its time. So are students of one campus. */
export const sharedIp: FraudRule = {
  ruleId: 'shared_ip',
  needs: ['ip'],
  score: 20,
  action: 'flag',
  measures: { limit: 10, seconds: 604_800 },
  observe({ uses, referee, now }, { limit = 0, seconds = 0 }) {
    if (referee.ip === undefined) return undefined;
    const recent = uses.ip.filter(({ at }) => at > now - seconds * 1000);
    const users = new Set(recent.map(({ user }) => user)).add(referee.name).size;
    if (users < limit) return undefined;
    return { reason: 'Many users share an address', evidence: { users, seconds } };
  },
};
