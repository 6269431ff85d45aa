import { type EventDetails, orderOf, type ReportedEvent } from './event.ts';

/** How a participant stood when an event came. What is as usual is left out. */
export interface Standing {
  /** Deactivated: earns nothing. */
  readonly inactive?: true;
  readonly tierId?: string;
  /** Percent in place of a rule's own. */
  readonly rate?: string;
  /** In place of a rule's limit per referee; null: none. */
  readonly triggerLimit?: number | null;
  /** Fields of the participant that conditions look at. */
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}

/** What held when an event came. */
export interface Terms {
  readonly programVersion: number;
  /** By user id: the referee and those above. */
  readonly standings?: Readonly<Record<string, Standing>>;
  /** What the customer's own calculation answered, in place of the rules. */
  readonly calculated?: readonly CalculatedReward[];
  /** Set where the customer's own calculation did not answer and is not to be passed over: what is paid waits. */
  readonly onHold?: true;
}

/** A reward that the customer's own calculation gives. */
export interface CalculatedReward {
  readonly side: 'referrer' | 'referee';
  readonly kind: 'cash' | 'credit' | 'points';
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** An event as the journal keeps it: what can matter to what its referee has earned. */
export interface Fact extends EventDetails {
  readonly eventId: string;
  readonly type: string;
  /** The order, or the event itself where it is about none. */
  readonly subject: string;
  /** When it happened: ISO 8601. */
  readonly at: string;
  readonly terms: Terms;
}

/**
 * Makes the fact of an event.
 *
 * @param properties names of the properties that conditions look at; the others are not kept
 */
export function factOf(event: ReportedEvent, terms: Terms, properties: ReadonlySet<string>): Fact {
  const { eventId, type, batchPosition, paymentId, disputeId, amount, currency, tax, shipping, fees } = event;
  const { lines, coupon, paymentMethod, amountRefunded } = event;
  const kept = Object.entries(event.properties ?? {}).filter(([name]) => properties.has(name));
  const optional = {
    batchPosition,
    paymentId,
    disputeId,
    amount,
    currency,
    tax,
    shipping,
    fees,
    lines,
    coupon,
    paymentMethod,
    amountRefunded,
    properties: kept.length > 0 ? Object.fromEntries(kept) : undefined,
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    eventId,
    type,
    subject: orderOf(event),
    at: timeOf(event),
    terms,
    ...(Object.fromEntries(given) as Partial<Fact>),
  };
}

/** When an event happened: what its sender says, else when it was accepted. In UTC, so that texts sort as times. */
export function timeOf(event: Pick<ReportedEvent, 'occurredAt' | 'acceptedAt'>): string {
  return new Date(event.occurredAt ?? event.acceptedAt).toISOString();
}

/** The order of facts: by time, then as they were listed in the report, then by event. */
export function byTime(a: Fact, b: Fact): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  const listed = (a.batchPosition ?? 0) - (b.batchPosition ?? 0);
  if (listed !== 0) return listed;
  return a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0;
}
