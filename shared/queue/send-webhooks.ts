import { isForThoseWhoAsk } from '../domain/webhooks/endpoint.ts';
import { requireEnvironment } from '../runtime/environment.ts';
import type { SendWebhooksPort, WebhookMessage } from '../usecases/webhooks/queue-port.ts';
import { type Entry, sendMessages } from './send-messages.ts';

/** The longest that the queue holds a message back. */
const longestDelaySeconds = 900;

/**
 * Hands messages to the queues of webhooks. What is to wait for longer than the queue can is looked at in between, and sent
 * on. Groups of a standard queue are served in turn, so that an endpoint with many messages delays no other.
 */
export const sendWebhooks: SendWebhooksPort['sendWebhooks'] = async (messages) => {
  for (const line of ['WEBHOOK_QUEUE_URL', 'SLOW_WEBHOOK_QUEUE_URL'] as const) {
    const entries = messages.filter(({ message }) => lineOf(message) === line).map(toEntry);
    if (entries.length > 0) await sendMessages(requireEnvironment(line), entries);
  }
};

/** Which queue takes a message: endpoints that are slow to answer have one of their own. */
function lineOf(message: WebhookMessage): 'WEBHOOK_QUEUE_URL' | 'SLOW_WEBHOOK_QUEUE_URL' {
  return message.kind === 'delivery' && message.slow ? 'SLOW_WEBHOOK_QUEUE_URL' : 'WEBHOOK_QUEUE_URL';
}

function toEntry({ message, delayMs = 0 }: Parameters<SendWebhooksPort['sendWebhooks']>[0][number]): Entry {
  return {
    MessageBody: JSON.stringify(message),
    MessageGroupId: groupOf(message),
    DelaySeconds: Math.min(longestDelaySeconds, Math.max(0, Math.ceil(delayMs / 1_000))),
  };
}

/** Whose turn a message takes. Clicks come in crowds: an endpoint's other events don't stand in line behind them. */
export function groupOf(message: WebhookMessage): string {
  const { kind, endpointId = 'bus' } = message;
  const isOfClicks = kind === 'clicks' || (kind === 'delivery' && isForThoseWhoAsk(message.event.type));
  return isOfClicks ? `clicks-${endpointId}` : endpointId;
}
