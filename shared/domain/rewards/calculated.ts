import { rounded, times, whole } from '../money/ratio.ts';
import { beneficiaryOf, mayEarn } from './admission.ts';
import type { Chance } from './chance.ts';
import { budgetCounters, hasPeriod } from './counter.ts';
import type { CalculatedReward, Fact } from './fact.ts';
import { rewardKey } from './journal.ts';
import { foldOrder } from './order.ts';
import { denialKey, type Outcome } from './outcome.ts';

/**
 * What the customer's own calculation gave in place of the rules: what it answered for each payment adds up, and a
 * refund of the order takes its share of the sum.
 */
export function calculatedOutcomes({ input, occasion, program, calculated }: Chance): Outcome[] {
  const { referral } = input;
  const order = foldOrder(occasion);
  return givenBy(calculated).map(({ ruleId, given, by }) => {
    const isReferrer = given.side === 'referrer';
    const { subject, type } = occasion;
    const { kind, currency } = given;
    const base = { ruleId, beneficiaryId: beneficiaryOf(given, referral), subject, type };
    const key = rewardKey({ ...base, kind, currency, calculatedFor: type });
    const skip = { ...base, isOpen: false, programVersion: program.version };
    const earning = by.filter(({ payment }) => mayEarn(payment, given, referral));
    if (earning.length === 0) return { ...skip, reason: 'beneficiary_inactive' };
    const counters = budgetCounters(program.budgets, currency, order.placed.at);
    if (input.denied.has(denialKey({ key, counters }))) {
      return { ...skip, reason: 'cap_reached', isOpen: counters.some(hasPeriod) };
    }
    const full = earning.reduce((sum, { amount }) => sum + amount, 0);
    return {
      reward: {
        key,
        ...base,
        calculatedFor: type,
        ...(isReferrer && { level: 1 }),
        kind,
        currency,
        full,
        net: rounded(times(whole(full), order.left.part, order.left.all)),
        bucket: 'available' as const,
        programVersion: program.version,
        counters,
      },
      order,
    };
  });
}

interface Given {
  readonly ruleId: string;
  readonly given: CalculatedReward;
  readonly by: readonly { readonly payment: Fact; readonly amount: number }[];
}

/** What was given for several payments of an order at the same place of the answer, to the same side, is one reward. */
function givenBy(payments: readonly Fact[]): Given[] {
  const found = new Map<string, Given>();
  for (const payment of payments) {
    for (const [index, given] of (payment.terms.calculated ?? []).entries()) {
      const ruleId = `calculation-${index + 1}`;
      const name = `${ruleId} ${given.side} ${given.kind} ${given.currency}`;
      const by = [...(found.get(name)?.by ?? []), { payment, amount: given.amount }];
      found.set(name, { ruleId, given, by });
    }
  }
  return [...found.values()];
}
