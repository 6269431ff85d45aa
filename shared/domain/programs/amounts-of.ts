import type { RewardAmount, SimpleAmount } from './program.ts';

/** A simple amount within an amount, and where: `.steps.0.amount`, or empty for the amount itself. */
export interface AmountAt {
  readonly path: string;
  readonly amount: SimpleAmount;
}

/** The simple amounts that an amount is made of. */
export function amountsOf(amount: RewardAmount | undefined): readonly AmountAt[] {
  if (amount === undefined) return [];
  switch (amount.type) {
    case 'by_tier':
      return [...listed('tiers', amount.tiers), { path: '.otherwise', amount: amount.otherwise }];
    case 'stepped':
      return [...listed('steps', amount.steps), { path: '.after', amount: amount.after }];
    case 'by_product':
      return [...listed('products', amount.products), { path: '.otherwise', amount: amount.otherwise }];
    default:
      return [{ path: '', amount }];
  }
}

function listed(name: string, entries: readonly { readonly amount: SimpleAmount }[]): AmountAt[] {
  return entries.map((entry, index) => ({ path: `.${name}.${index}.amount`, amount: entry.amount }));
}

/** Whether an amount comes to nothing whatever the order: a flat 0, or 0 percent. */
export function isNothing(amount: SimpleAmount): boolean {
  return amount.type === 'flat' ? amount.amount === 0 : !/[1-9]/.test(amount.rate);
}
