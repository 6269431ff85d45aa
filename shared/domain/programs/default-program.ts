import { defaultRedirect } from '../links/target.ts';
import type { Milestone, ProgramSettings } from './program.ts';

/**
 * The settings that a program has where it says nothing itself: 10% of the first three paid orders of each referee
 * to the referrer, three milestones to claim, ten links, first touch within seven days.
 *
 * @param destination where links lead, an https URL
 */
export function defaultSettings(name: string, destination: string): ProgramSettings {
  return {
    name,
    destination,
    fallbackUrl: destination,
    destinationHosts: [],
    redirect: defaultRedirect,
    attribution: { model: 'first_touch', windowDays: 7 },
    linkLimit: 10,
    versioning: 'kept',
    qualification: [],
    rules: [
      {
        ruleId: 'order-commission',
        event: 'order.paid',
        side: 'referrer',
        kind: 'cash',
        amount: { type: 'percentage', rate: '10' },
        basis: { type: 'gross', excludedProducts: [], excludedCategories: [] },
        limitPerReferee: 3,
        months: null,
        caps: [],
        excludedPaymentMethods: ['account_balance'],
        priority: 0,
      },
    ],
    freedLimits: 'kept',
    budgets: [],
    rates: [],
    tiers: [],
    milestones: [badge('bronze', 'Bronze', 5), badge('silver', 'Silver', 10), badge('gold', 'Gold', 20)],
    payouts: { minimums: [], requires: [], limits: [] },
    hooks: {},
  };
}

function badge(milestoneId: string, name: string, value: number): Milestone {
  const threshold = { metric: 'completedReferrals', value } as const;
  return { milestoneId, name, kind: 'badge', threshold, grant: 'claim', onReversal: 'keep' };
}
