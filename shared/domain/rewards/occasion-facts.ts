import type { Referral } from '../referrals/referral.ts';
import type { Facts } from '../rules/conditions.ts';
import type { Fact } from './fact.ts';
import type { Amounts } from './order.ts';

/** Fields of an event that an edit of its order can change. */
const amountFields = new Set(['event.amount', 'event.products', 'event.categories']);

/** Whether a later fact can change what a condition on this field says. */
export function isChangeable(field: string): boolean {
  return amountFields.has(field);
}

/** Names of the properties and participants' fields that conditions look at. */
export function wantedNames(fields: readonly string[], prefix: string): ReadonlySet<string> {
  return new Set(
    fields.filter((field) => field.startsWith(prefix)).map((field) => field.slice(prefix.length)),
  );
}

/**
 * What conditions see of an occasion.
 *
 * @param placed the payment that placed the order, or the event
 * @param amounts the state of the order that is asked about
 * @param amount minor units; what `event.amount` says in that state
 */
export function occasionFacts(
  placed: Fact,
  referral: Referral,
  amounts: Amounts | undefined,
  amount: number | undefined,
): Facts {
  const standings = placed.terms.standings ?? {};
  const person = (userId: string): Record<string, unknown> => ({
    userId,
    tier: standings[userId]?.tierId,
    fields: standings[userId]?.fields ?? {},
  });
  const facts: Record<string, unknown> = {
    event: {
      type: placed.type,
      amount,
      currency: placed.currency,
      paymentMethod: placed.paymentMethod,
      coupon: placed.coupon,
      orderId: placed.subject,
      occurredAt: placed.at,
      products: amounts?.lines.flatMap((line) => line.productId ?? []),
      categories: amounts?.lines.flatMap((line) => line.category ?? []),
      properties: placed.properties ?? {},
    },
    referral: { code: referral.code, clickId: referral.clickId, createdAt: referral.createdAt },
    referrer: person(referral.referrerId),
    referee: person(referral.refereeId),
  };
  return (field) => field.split('.').reduce(readField, facts as unknown);
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
