import type { ArrivedVisit } from '../../domain/clicks/additions.ts';
import { clickEventOf } from '../../domain/webhooks/click-event.ts';
import type { WebhookEvent } from '../../domain/webhooks/delivery.ts';
import { type StoredEndpoint, wants } from '../../domain/webhooks/endpoint.ts';
import type { ClicksMessage, SendWebhooksPort } from './queue-port.ts';

export interface AnnounceClicksPorts extends SendWebhooksPort {
  /** Whether the bus is told of clicks as well. */
  readonly publishesClicks: boolean;
  listWebhookEndpoints(): Promise<readonly StoredEndpoint[]>;
}

/** At its largest an event has four kilobytes, and a call of the queue takes two hundred. */
const clicksAMessage = 50;

/**
 * Hands the queue what is to be told of clicks, many in a message: whoever counts clicks does not wait until each has
 * been addressed. Where nobody asked for clicks nothing is sent.
 */
export async function announceClicks(
  ports: AnnounceClicksPorts,
  arrived: readonly ArrivedVisit[],
): Promise<void> {
  const events = arrived.flatMap((one) => clickEventOf(one) ?? []);
  if (events.length === 0) return;
  const endpoints = (await ports.listWebhookEndpoints()).map(({ endpoint }) => endpoint);
  const messages = endpoints.flatMap((endpoint) =>
    messagesOf(
      events.filter((event) => wants(endpoint, event)),
      endpoint.endpointId,
    ),
  );
  const published = ports.publishesClicks ? messagesOf(events) : [];
  await ports.sendWebhooks([...messages, ...published].map((message) => ({ message })));
}

function messagesOf(events: readonly WebhookEvent[], endpointId?: string): ClicksMessage[] {
  const parts = Math.ceil(events.length / clicksAMessage);
  return Array.from({ length: parts }, (_, part) => ({
    kind: 'clicks',
    ...(endpointId !== undefined && { endpointId }),
    events: events.slice(part * clicksAMessage, (part + 1) * clicksAMessage),
  }));
}
