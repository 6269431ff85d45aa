import { split } from '../money/split.ts';
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

/** The facts of one order and one type of event, or of an event that is about no order, in the order of their time. */
export interface Occasion {
  readonly subject: string;
  readonly type: string;
  /** Payments, and reports of them that were repeated. At least one. */
  readonly placings: readonly Fact[];
  /** Refunds, edits and the like. */
  readonly changes: readonly Fact[];
}

/** All that the facts say of one order, or of an event that is about none. */
export interface Order {
  readonly subject: string;
  /** The payment that placed it. */
  readonly placed: Fact;
  readonly currency: string | undefined;
  /** As it stands after edits, before refunds; undefined for events that carry no amount. */
  readonly current: Amounts | undefined;
  /** What it has come to at any time: by each payment, by all of them, by each edit. */
  readonly states: readonly Amounts[];
  /** What is left of it after refunds, charge-backs and cancellation, of what it came to. */
  readonly left: Left;
  /** When nothing was left of it any more: ISO 8601. */
  readonly voidedAt: string | undefined;
}

/** Each type of event that an order brings is an occasion of its own; what changes the order changes all of them. */
export function occasionsOf(facts: readonly Fact[]): Occasion[] {
  const bySubject = new Map<string, Fact[]>();
  for (const fact of [...facts].sort(byTime)) {
    const known = bySubject.get(fact.subject);
    if (known === undefined) bySubject.set(fact.subject, [fact]);
    else known.push(fact);
  }
  return [...bySubject].flatMap(([subject, ofSubject]) => {
    const changes = ofSubject.filter((fact) => changesOrder(fact.type));
    const types = new Set(ofSubject.map((fact) => fact.type).filter((type) => !changesOrder(type)));
    return [...types].map((type) => {
      const placings = ofSubject.filter((fact) => fact.type === type);
      return { subject, type, placings, changes };
    });
  });
}

/** The orders that the facts tell of. */
export function ordersOf(facts: readonly Fact[]): Order[] {
  return occasionsOf(facts).map((occasion) => foldOrder(occasion));
}

/**
 * Adds up what an order's facts say. What is in another currency than the order is no part of it.
 *
 * @param apart minor units: further payments of the order that are dealt with by themselves, and bear their share of
 *   what is refunded
 */
export function foldOrder({ subject, placings, changes: all }: Omit<Occasion, 'type'>, apart = 0): Order {
  const placed = placedBy(placings);
  const alone = paymentsOf(placings).flatMap((fact) => amountsOf(fact) ?? []);
  const changes = all
    .filter(({ currency }) => currency === undefined || currency === placed.currency)
    .map((fact) => withoutApart(fact, apart));
  const original = sumOf(alone);
  const current = amountsAt(original, changes);
  const edits = original === undefined ? [] : editsOf(changes).flatMap((fact) => amountsOf(fact) ?? []);
  return {
    subject,
    placed,
    currency: placed.currency,
    current,
    states: [...(original === undefined ? [] : [original]), ...alone, ...edits],
    left: leftOf(current, changes, apart),
    voidedAt: voidedAt(original, changes, apart),
  };
}

/** The payment that placed an order: the first that says an amount. */
function placedBy(placings: readonly Fact[]): Fact {
  return placings.find(isWorth) ?? (placings[0] as Fact);
}

/** An edit says what the whole order comes to. */
function withoutApart(fact: Fact, apart: number): Fact {
  if (fact.type !== 'order.updated' || fact.amount === undefined) return fact;
  return { ...fact, amount: Math.max(0, fact.amount - apart) };
}

function isWorth({ amount }: Fact): boolean {
  return amount !== undefined && amount > 0;
}

/** One for each payment in the currency of the order: its first report that says an amount. */
export function paymentsOf(placings: readonly Fact[]): Fact[] {
  const { currency } = placedBy(placings);
  const byPayment = new Map<string, Fact>();
  for (const fact of placings) {
    if (fact.currency !== currency) continue;
    const name = fact.paymentId ?? '';
    const known = byPayment.get(name);
    if (known === undefined || (!isWorth(known) && isWorth(fact))) byPayment.set(name, fact);
  }
  return [...byPayment.values()];
}

function amountsOf(fact: Fact): Amounts | undefined {
  if (fact.amount === undefined) return undefined;
  const extras = (fact.tax ?? 0) + (fact.shipping ?? 0) + (fact.fees ?? 0);
  return { gross: fact.amount, extras: Math.min(extras, fact.amount), lines: fact.lines ?? [] };
}

function sumOf([first, ...more]: readonly Amounts[]): Amounts | undefined {
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

function editsOf(changes: readonly Fact[]): Fact[] {
  return changes.filter((fact) => fact.type === 'order.updated' && fact.amount !== undefined);
}

/**
 * The last edit says anew what the order comes to: what it leaves out is none. What was placed without an amount is
 * given none by an edit.
 */
function amountsAt(original: Amounts | undefined, changes: readonly Fact[]): Amounts | undefined {
  const edit = editsOf(changes).at(-1);
  return edit === undefined || original === undefined ? original : (amountsOf(edit) ?? original);
}

function leftOf(amounts: Amounts | undefined, changes: readonly Fact[], apart: number): Left {
  const all = amounts?.gross ?? 1;
  if (changes.some((fact) => fact.type === 'order.cancelled')) return { part: 0, all };
  if (amounts === undefined) return { part: 1, all };
  const refunded = Math.max(0, ...changes.map((fact) => fact.amountRefunded ?? 0));
  const taken = refunded + disputedOf(all + apart, changes);
  const [share = taken] = split(taken, [all, apart]);
  return { part: Math.max(0, all - share), all };
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

function voidedAt(
  original: Amounts | undefined,
  changes: readonly Fact[],
  apart: number,
): string | undefined {
  if (leftOf(amountsAt(original, changes), changes, apart).part > 0) return undefined;
  const first = changes.findIndex((_, index) => {
    const known = changes.slice(0, index + 1);
    return leftOf(amountsAt(original, known), known, apart).part === 0;
  });
  return changes[first]?.at;
}
