import type { FraudRule } from '../rule.ts';

/** The referee invited the referrer, directly or through others: the circle would pay itself. */
export const cycle: FraudRule = {
  ruleId: 'cycle',
  needs: [],
  score: 100,
  action: 'reject',
  measures: {},
  isFixed: true,
  observe({ uplineIds, referee }) {
    const level = uplineIds.indexOf(referee.userId);
    if (level === -1) return undefined;
    return { reason: 'The referee stands above the referrer', evidence: { levelsAbove: level + 1 } };
  },
};
