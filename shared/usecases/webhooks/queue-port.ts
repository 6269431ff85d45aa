import type { DeliveryStatus, Due, WebhookEvent } from '../../domain/webhooks/delivery.ts';

/** A try of a delivery that is to be made. */
export interface DeliveryMessage extends Due {
  readonly kind: 'delivery';
  readonly endpointId: string;
  readonly event: WebhookEvent;
  /** Milliseconds since 1970: not to be tried before. */
  readonly dueAt?: number;
  /** Whether it goes by the line of endpoints that are slow to answer. */
  readonly slow?: true;
}

/** What begins the delivery of an event. */
export function firstDelivery(endpointId: string, event: WebhookEvent): DeliveryMessage {
  return { kind: 'delivery', endpointId, event, round: 0, attempt: 0 };
}

/** Deliveries of a time that are to be begun anew, those after a cursor. */
export interface ReplayMessage {
  readonly kind: 'replay';
  readonly endpointId: string;
  /** Milliseconds since 1970, of the events: from then on, and before then. */
  readonly from: number;
  readonly to: number;
  readonly status?: DeliveryStatus;
  readonly cursor?: string;
}

/** Clicks that an endpoint is to be told of, each by a delivery of its own. */
export interface ClicksMessage {
  readonly kind: 'clicks';
  /** Absent: the bus. */
  readonly endpointId?: string;
  readonly events: readonly WebhookEvent[];
}

export type WebhookMessage = DeliveryMessage | ReplayMessage | ClicksMessage;

export interface SendWebhooksPort {
  /** Hands messages to the webhooks queue, each after its delay in milliseconds. Throws unless it took all. */
  sendWebhooks(
    messages: readonly { readonly message: WebhookMessage; readonly delayMs?: number }[],
  ): Promise<void>;
}
