import type { WebhookEvent } from '../../domain/webhooks/delivery.ts';
import { type ClicksMessage, firstDelivery, type SendWebhooksPort } from './queue-port.ts';

export interface TellClicksPorts extends SendWebhooksPort {
  /** Puts events on the bus. Throws unless it took all. */
  publishEvents(events: readonly WebhookEvent[]): Promise<void>;
}

/** Begins a delivery for each click of a message, or publishes them. Who does it again tells again, under the same ids. */
export async function tellClicks(
  ports: TellClicksPorts,
  { endpointId, events }: ClicksMessage,
): Promise<void> {
  if (endpointId === undefined) return ports.publishEvents(events);
  await ports.sendWebhooks(events.map((event) => ({ message: firstDelivery(endpointId, event) })));
}
