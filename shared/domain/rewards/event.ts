/** What the customer's backend reported, as it is stored. */
export interface ReportedEvent {
  readonly programId: string;
  readonly eventId: string;
  readonly type: string;
  readonly userId: string;
  /** ISO 8601; when it reached us. */
  readonly acceptedAt: string;
  readonly occurredAt?: string;
  /** Integer minor units, gross. */
  readonly amount?: number;
  readonly currency?: string;
  readonly paymentMethod?: string;
  readonly orderId?: string;
  /** Cumulative sum refunded of the order so far, in minor units. */
  readonly amountRefunded?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** One line of the answer to "what did this event do, and why". */
export interface Explanation {
  readonly ruleId?: string;
  readonly outcome: 'paid' | 'adjusted' | 'skipped';
  readonly reason: string;
}

/** The order that an event is about; an order event without an order's id is an order of its own. */
export function orderOf(event: Pick<ReportedEvent, 'orderId' | 'eventId'>): string {
  return event.orderId ?? event.eventId;
}
