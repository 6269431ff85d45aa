import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { usualRetrySeconds } from '../../../shared/domain/webhooks/schedule.ts';
import { workAtOnce } from '../../../shared/queue/answer-batch.ts';
import { webhookMessage } from '../../../shared/queue/messages.ts';
import { publishEvents } from '../../../shared/queue/publish-events.ts';
import { sendWebhooks } from '../../../shared/queue/send-webhooks.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { log, recordMetrics } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { callWebhook } from '../../../shared/runtime/webhooks/call-webhook.ts';
import { webhookSecrets } from '../../../shared/runtime/webhooks/webhook-secrets.ts';
import { openTable } from '../../../shared/table/client.ts';
import { deadLetterItems } from '../../../shared/table/dead-letter-items.ts';
import { deliveryItems } from '../../../shared/table/delivery-items.ts';
import { webhookEndpointItems } from '../../../shared/table/webhook-endpoint-items.ts';
import { webhookHealthItems } from '../../../shared/table/webhook-health-items.ts';
import {
  type Delivered,
  deliverEvent,
  type WebhookCall,
} from '../../../shared/usecases/webhooks/deliver-event.ts';
import type { DeliveryMessage } from '../../../shared/usecases/webhooks/queue-port.ts';
import { replayPage } from '../../../shared/usecases/webhooks/replay-range.ts';
import { tellClicks } from '../../../shared/usecases/webhooks/tell-clicks.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const allowLoopback = process.env['HOOKS_ALLOW_LOOPBACK'] === '1';
const ports = {
  ...system,
  ...deliveryItems(table),
  ...webhookEndpointItems(table),
  ...webhookHealthItems(table),
  sendWebhooks,
  publishEvents,
  retrySeconds: readRetrySeconds(),
  chance: Math.random,
  callWebhook: (call: WebhookCall, whenSlow: () => void) =>
    callWebhook(call, whenSlow, { allowLoopback, now: system.now, openSecret: webhookSecrets.openSecret }),
};
const letters = { ...system, ...deadLetterItems(table) };

/** The setting of the deployment, or the usual schedule. */
function readRetrySeconds(): readonly number[] {
  const given = process.env['WEBHOOK_RETRY_SECONDS'] ?? '';
  return given === '' ? usualRetrySeconds : given.split(',').map(Number);
}

/**
 * Works on the queues of webhooks, which hand it one message a call, so that no endpoint waits for another. A receiver
 * that fails is no failure here: its delivery is sent on, to be tried again. What is left for the queue is what we could
 * not do.
 */
export function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return workAtOnce(letters, event.Records, work);
}

async function work({ body }: SQSRecord): Promise<undefined> {
  const message = webhookMessage.parse(JSON.parse(body));
  if (message.kind === 'replay') await replayPage(ports, message);
  else if (message.kind === 'clicks') await tellClicks(ports, message);
  else report(message, await deliverEvent(ports, message));
}

/** Tells what a person may have to look at. */
function report({ endpointId, event }: DeliveryMessage, delivered: Delivered): void {
  // What comes for an endpoint that is disabled is in its log, and there may be much of it.
  if (delivered.outcome !== 'given_up' || delivered.because === 'endpoint_disabled') return;
  const { because, disabled } = delivered;
  log('warn', 'delivery given up', { endpointId, eventId: event.id, because });
  if (disabled === undefined) return;
  log('error', 'webhook endpoint disabled', { endpointId, because });
  recordMetrics({ WebhookEndpointsDisabled: 1 });
}
