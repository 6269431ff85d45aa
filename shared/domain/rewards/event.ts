/** One line of an order. */
export interface OrderLine {
  readonly productId?: string;
  readonly category?: string;
  /** Minor units, for all pieces of the line. */
  readonly amount: number;
  /** Pieces; 1 unless set. */
  readonly quantity?: number;
}

/** What an event says of itself and of the order that it is about. */
export interface EventDetails {
  /** Its place among the events that were reported with it. */
  readonly batchPosition?: number;
  /** Integer minor units, gross: of the order, of the payment (`paymentId`), or of the disputed part. */
  readonly amount?: number;
  readonly currency?: string;
  /** Minor units within `amount`. */
  readonly tax?: number;
  readonly shipping?: number;
  readonly fees?: number;
  readonly lines?: readonly OrderLine[];
  readonly coupon?: string;
  readonly paymentMethod?: string;
  /** One of several payments of an order: their amounts add up. */
  readonly paymentId?: string;
  /** One of several charge-backs of an order. */
  readonly disputeId?: string;
  /** Cumulative sum refunded of the order so far, in minor units. */
  readonly amountRefunded?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** What the customer's backend reported, as it is stored. */
export interface ReportedEvent extends EventDetails {
  readonly programId: string;
  readonly eventId: string;
  readonly type: string;
  readonly userId: string;
  /** ISO 8601; when it reached us. */
  readonly acceptedAt: string;
  readonly occurredAt?: string;
  readonly orderId?: string;
}

/** One line of the answer to "what did this event do, and why". */
export interface Explanation {
  readonly ruleId?: string;
  readonly beneficiaryId?: string;
  readonly outcome: 'paid' | 'adjusted' | 'skipped' | 'flagged' | 'held' | 'rejected';
  readonly reason: string;
  /** What the reward is worth now, in minor units. */
  readonly amount?: number;
  readonly currency?: string;
  readonly programVersion?: number;
}

/** Events that say something of an order placed before or after. */
export const orderChanges = [
  'order.refunded',
  'order.updated',
  'order.cancelled',
  'order.charged_back',
  'order.charge_back_reversed',
] as const;

/** Ends the waiting of an order whose rewards the customer's own calculation should have given, and did not. */
export const orderApproved = 'order.approved';

/** Whether an event changes an order rather than being an occasion of its own. */
export function changesOrder(type: string): boolean {
  return (orderChanges as readonly string[]).includes(type);
}

/** The order that an event is about; an order event without an order's id is an order of its own. */
export function orderOf(event: Pick<ReportedEvent, 'orderId' | 'eventId'>): string {
  return event.orderId ?? event.eventId;
}
