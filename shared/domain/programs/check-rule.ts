import { changesOrder } from '../rewards/event.ts';
import { fieldsOf } from '../rules/conditions.ts';
import { amountsOf, isNothing } from './amounts-of.ts';
import { contradictionsOf } from './can-hold.ts';
import { isWithoutAmount } from './check-standings.ts';
import type { Finding, Findings } from './finding.ts';
import type { Program, Rule } from './program.ts';

/** Checks what can be said of a rule by itself: whether it can ever fire, and pay. */
export function checkRule(rule: Rule, program: Program, index: number): Findings {
  const at = `rules.${index}`;
  return {
    errors: [
      ...eventFaults(rule, at),
      ...conditionFaults(rule, at),
      ...tierFaults(rule, program, at),
      ...emptyAmounts(rule, at),
    ],
    warnings: [
      ...unknownFields(rule, at),
      ...emptyRates(rule, program, at),
      ...unreachedSteps(rule, at),
      ...amountDoubts(rule, at),
      ...coveredProducts(rule, at),
    ],
  };
}

function eventFaults({ event, hold }: Rule, at: string): Finding[] {
  const faults: Finding[] = [];
  if (changesOrder(event)) {
    faults.push({ field: `${at}.event`, message: 'changes what other rules pay, and pays nothing itself' });
  }
  if (hold !== undefined && 'untilEvent' in hold && hold.untilEvent === event) {
    faults.push({ field: `${at}.hold.untilEvent`, message: "must not be the rule's own event" });
  }
  return faults;
}

function conditionFaults({ conditions }: Rule, at: string): Finding[] {
  const fields = contradictionsOf(conditions);
  if (fields === undefined) return [];
  return [
    {
      field: `${at}.conditions`,
      message: `can never hold: nothing satisfies what they ask of ${fields.join(', ')}`,
    },
  ];
}

/** What conditions can look at. */
const known =
  /^(event\.(type|amount|currency|paymentMethod|coupon|orderId|occurredAt|products|categories|properties\.[^.]+)|referral\.(code|clickId|createdAt)|(referrer|referee)\.(userId|tier|fields\.[^.]+))$/;

function unknownFields({ conditions }: Rule, at: string): Finding[] {
  const unknown = [...new Set(fieldsOf(conditions))].filter((field) => !known.test(field));
  return unknown.map((field) => ({
    field: `${at}.conditions`,
    message: `look at ${field}, which is never there; fields of your own are event.properties.NAME and referrer.fields.NAME`,
  }));
}

function tierFaults({ amount }: Rule, { tiers }: Program, at: string): Finding[] {
  if (amount?.type !== 'by_tier') return [];
  const known = new Set(tiers.map(({ tierId }) => tierId));
  return amount.tiers.flatMap(({ tierId }, index) => {
    const field = `${at}.amount.tiers.${index}.tierId`;
    if (!known.has(tierId)) return [{ field, message: 'is not a tier of the program' }];
    const isRepeated = amount.tiers.findIndex((other) => other.tierId === tierId) < index;
    return isRepeated ? [{ field, message: 'is named above already' }] : [];
  });
}

/** What is flat and 0 throughout can never pay. */
function emptyAmounts({ amount }: Rule, at: string): Finding[] {
  const simple = amountsOf(amount);
  if (simple.length === 0 || !simple.every(({ amount: one }) => one.type === 'flat' && isNothing(one)))
    return [];
  const field = amount?.type === 'flat' ? `${at}.amount.amount` : `${at}.amount`;
  return [{ field, message: 'must be more than 0: the rule would never pay' }];
}

/** 0 percent pays where a participant, a coupon or a link has a rate of its own. */
function emptyRates({ amount }: Rule, { rates }: Program, at: string): Finding[] {
  const simple = amountsOf(amount);
  const isEmpty = simple.length > 0 && simple.every(({ amount: one }) => isNothing(one));
  const hasRate = simple.some(({ amount: one }) => one.type === 'percentage');
  if (!isEmpty || !hasRate || rates.some(({ rate }) => /[1-9]/.test(rate))) return [];
  const field = amount?.type === 'percentage' ? `${at}.amount.rate` : `${at}.amount`;
  return [{ field, message: 'is 0: the rule pays only participants that have a rate of their own' }];
}

function unreachedSteps({ amount, limitPerReferee }: Rule, at: string): Finding[] {
  if (amount?.type !== 'stepped' || limitPerReferee === null) return [];
  let before = 0;
  return amount.steps.flatMap(({ times }, index) => {
    const isReached = before < limitPerReferee;
    before += times;
    if (isReached) return [];
    return [
      {
        field: `${at}.amount.steps.${index}`,
        message: `is never reached: limitPerReferee is ${limitPerReferee}`,
      },
    ];
  });
}

function amountDoubts({ amount, basis, event }: Rule, at: string): Finding[] {
  if (!isWithoutAmount(event)) return [];
  const isOurs = event === 'referral.completed';
  const doubt = (field: string, needs: string): Finding => ({
    field: `${at}.${field}`,
    message: `needs ${needs}, and ${event} comes without${isOurs ? '' : ' unless your backend adds them'}`,
  });
  if (amount?.type === 'by_product') return [doubt('amount', 'lines of an order')];
  if (basis.minimum !== undefined) return [doubt('basis.minimum', 'an amount and a currency')];
  const simple = amountsOf(amount);
  const isShare = simple.length > 0 && simple.every(({ amount: one }) => one.type === 'percentage');
  return isShare ? [doubt('amount', 'an amount and a currency')] : [];
}

/** The first entry that names a product or category counts, so one whose names stand above says nothing. */
function coveredProducts({ amount }: Rule, at: string): Finding[] {
  if (amount?.type !== 'by_product') return [];
  const products = new Set<string>();
  const categories = new Set<string>();
  return amount.products.flatMap((entry, index) => {
    const isCovered =
      (entry.productIds ?? []).every((one) => products.has(one)) &&
      (entry.categories ?? []).every((one) => categories.has(one));
    for (const one of entry.productIds ?? []) products.add(one);
    for (const one of entry.categories ?? []) categories.add(one);
    if (!isCovered) return [];
    return [
      { field: `${at}.amount.products.${index}`, message: 'is never used: entries above name all of it' },
    ];
  });
}
