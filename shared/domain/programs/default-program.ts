import type { ProgramSettings } from './program.ts';

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
    attribution: { model: 'first_touch', windowDays: 7 },
    linkLimit: 10,
    rules: [
      {
        ruleId: 'order-commission',
        event: 'order.paid',
        side: 'referrer',
        kind: 'cash',
        amount: { type: 'percentage', rate: '10' },
        limitPerReferee: 3,
        excludedPaymentMethods: ['account_balance'],
      },
    ],
    milestones: [
      { milestoneId: 'bronze', name: 'Bronze', kind: 'badge', completedReferrals: 5 },
      { milestoneId: 'silver', name: 'Silver', kind: 'badge', completedReferrals: 10 },
      { milestoneId: 'gold', name: 'Gold', kind: 'badge', completedReferrals: 20 },
    ],
  };
}
