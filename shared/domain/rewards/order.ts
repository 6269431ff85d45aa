import { changesOrder, type OrderLine } from './event.ts';
import { byTime, type Fact } from './fact.ts';

/** What an order came to at some point. Minor units. */
export interface Amounts {
  readonly gross: number;
  /** Tax, shipping and fees within the gross. */
  readonly extras: number;
  readonly lines: readonly OrderLine[];
}

/** A part of a whole. Minor units; 1 or 0 of 1 for events that carry no amount. */
export interface Left {
  readonly part: number;
  readonly all: number;
}

/** All that the facts say of one order, or of an event that is about none. */
export interface Order {
  readonly subject: string;
  /** The payment that placed it. */
  readonly placed: Fact;
  readonly currency: string | undefined;
  /** As it was placed and paid; undefined for events that carry no amount. */
  readonly original: Amounts | undefined;
  /** As it stands after edits, before refunds. */
  readonly current: Amounts | undefined;
  /** What is left of it after refunds, charge-backs and cancellation, of what it came to. */
  readonly left: Left;
  /** When nothing was left of it any more: ISO 8601. */
  readonly voidedAt: string | undefined;
}

/** The occasions to earn, in the order of their time: orders, and events that are about none. */
export function ordersOf(facts: readonly Fact[], isOccasion: (fact: Fact) => boolean): Order[] {
  const bySubject = new Map<string, Fact[]>();
  for (const fact of [...facts].sort(byTime)) {
    bySubject.set(fact.subject, [...(bySubject.get(fact.subject) ?? []), fact]);
  }
  return [...bySubject.values()]
    .flatMap((ofSubject) => splitOccasions(ofSubject, isOccasion))
    .sort((a, b) => byTime(a.placed, b.placed));
}

/** Each type of event that an order brings is an occasion of its own; what changes the order changes all of them. */
function splitOccasions(facts: readonly Fact[], isOccasion: (fact: Fact) => boolean): Order[] {
  const types = new Set(facts.filter(isOccasion).map((fact) => fact.type));
  return [...types].map((type) =>
    foldOrder(
      facts.filter((fact) => fact.type === type),
      facts.filter((fact) => changesOrder(fact.type)),
    ),
  );
}

function foldOrder(placings: readonly Fact[], allChanges: readonly Fact[]): Order {
  const payments = paymentsOf(placings);
  const placed = placings[0] as Fact;
  const changes = allChanges.filter(({ currency }) => currency === undefined || currency === placed.currency);
  const original = sumOf(payments);
  const current = amountsAt(original, changes);
  return {
    subject: placed.subject,
    placed,
    currency: placed.currency,
    original,
    current,
    left: leftOf(current, changes),
    voidedAt: voidedAt(original, changes),
  };
}

/** One for each payment id; a repeat is none. What came in another currency is no part of the order. */
function paymentsOf(placings: readonly Fact[]): Fact[] {
  const byPayment = new Map<string, Fact>();
  for (const fact of placings) {
    const name = fact.paymentId ?? '';
    if (!byPayment.has(name) && fact.currency === placings[0]?.currency) byPayment.set(name, fact);
  }
  return [...byPayment.values()];
}

function amountsOf(fact: Fact): Amounts | undefined {
  if (fact.amount === undefined) return undefined;
  const extras = (fact.tax ?? 0) + (fact.shipping ?? 0) + (fact.fees ?? 0);
  return { gross: fact.amount, extras: Math.min(extras, fact.amount), lines: fact.lines ?? [] };
}

function sumOf(payments: readonly Fact[]): Amounts | undefined {
  const [first, ...more] = payments.flatMap((fact) => amountsOf(fact) ?? []);
  if (first === undefined) return undefined;
  return more.reduce(
    (sum, one) => ({
      gross: sum.gross + one.gross,
      extras: sum.extras + one.extras,
      lines: [...sum.lines, ...one.lines],
    }),
    first,
  );
}

/** The last edit says anew what the order comes to: what it leaves out is none. */
function amountsAt(original: Amounts | undefined, changes: readonly Fact[]): Amounts | undefined {
  const edit = changes.filter((fact) => fact.type === 'order.updated').at(-1);
  return edit === undefined ? original : (amountsOf(edit) ?? original);
}

function leftOf(amounts: Amounts | undefined, changes: readonly Fact[]): Left {
  const all = amounts?.gross ?? 1;
  if (changes.some((fact) => fact.type === 'order.cancelled')) return { part: 0, all };
  if (amounts === undefined) return { part: 1, all };
  const refunded = Math.max(0, ...changes.map((fact) => fact.amountRefunded ?? 0));
  return { part: Math.max(0, all - refunded - disputedOf(all, changes)), all };
}

/** A dispute is over when it is reversed, whichever of the two is heard of first. */
function disputedOf(gross: number, changes: readonly Fact[]): number {
  const disputes = new Map<string, number>();
  for (const fact of changes) {
    if (fact.type === 'order.charged_back') disputes.set(fact.disputeId ?? '', fact.amount ?? gross);
  }
  for (const fact of changes) {
    if (fact.type === 'order.charge_back_reversed') disputes.delete(fact.disputeId ?? '');
  }
  return [...disputes.values()].reduce((sum, amount) => sum + amount, 0);
}

function voidedAt(original: Amounts | undefined, changes: readonly Fact[]): string | undefined {
  if (leftOf(amountsAt(original, changes), changes).part > 0) return undefined;
  const first = changes.findIndex((_, index) => {
    const known = changes.slice(0, index + 1);
    return leftOf(amountsAt(original, known), known).part === 0;
  });
  return changes[first]?.at;
}
