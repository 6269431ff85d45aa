import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { exampleOf } from '../../../shared/contract/domain-events.ts';
import { webhookMessage } from '../../../shared/queue/messages.ts';
import { type Backend, startBackend } from '../backend.ts';

const sqs = mockClient(SQSClient);
const eventBridge = mockClient(EventBridgeClient);
let backend: Backend;
let handler: typeof import('../../../functions/queue/deliver-webhook/handler.ts').handler;

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/queue/deliver-webhook/handler.ts'));
});
afterAll(() => backend.stop());
beforeEach(() => {
  sqs.reset();
  eventBridge.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

const clicks = Array.from({ length: 12 }, (_, i) => ({
  ...{ id: `clk_${i}`, type: 'click.recorded', version: 1, programId: 'default', userId: 'alice' },
  ...{ occurredAt: '2026-11-21T10:00:00.000Z', ...exampleOf('click.recorded') },
}));

async function deliver(body: unknown): Promise<number> {
  const attributes = { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1763719200000' };
  const Records = [{ messageId: 'm-1', attributes, body: JSON.stringify(body) }];
  const { batchItemFailures } = await handler({ Records: Records as unknown as SQSRecord[] } as SQSEvent);
  return batchItemFailures.length;
}

it('begins a delivery for each click, in a line of their own', async () => {
  expect(await deliver({ kind: 'clicks', endpointId: 'whe_1', events: clicks })).toBe(0);
  const sent = sqs.commandCalls(SendMessageBatchCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
  expect(new Set(sent.map(({ MessageGroupId }) => MessageGroupId))).toEqual(new Set(['clicks-whe_1']));
  expect(sent.map(({ MessageBody = '' }) => webhookMessage.parse(JSON.parse(MessageBody)))).toEqual(
    clicks.map((event) => ({ kind: 'delivery', endpointId: 'whe_1', event, round: 0, attempt: 0 })),
  );
  expect(eventBridge.calls()).toHaveLength(0);
});

it('hands what is for an endpoint that is slow to the queue of the slow, and leaves it there', async () => {
  const { webhookEndpointItems } = await import('../../../shared/table/webhook-endpoint-items.ts');
  const { webhookHealthItems } = await import('../../../shared/table/webhook-health-items.ts');
  const endpointId = 'whe_slow';
  const at = '2026-11-21T10:00:00.000Z';
  await webhookEndpointItems(backend.table).createWebhookEndpoint({
    endpoint: {
      ...{ endpointId, url: 'https://192.0.2.1/', types: [], programIds: [], enabled: true },
      ...{ createdAt: at, updatedAt: at },
    },
    ...{ secrets: [], health: { failures: 0 }, revision: 1 },
  });
  await webhookHealthItems(backend.table).noteWebhookSlow({ endpointId, revision: 1 }, Date.now() + 60_000);
  const message = { kind: 'delivery', endpointId, event: clicks[0], round: 0, attempt: 0 };
  expect(await deliver(message)).toBe(0);
  // Its address may not be called: it is tried again, by the same queue.
  expect(await deliver({ ...message, slow: true })).toBe(0);
  const sent = sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input);
  expect(sent.map(({ QueueUrl = '' }) => QueueUrl.split('/').at(-1))).toEqual(Array(2).fill('slow-webhooks'));
  const bodies = sent.flatMap(({ Entries = [] }) =>
    Entries.map(({ MessageBody = '' }) => JSON.parse(MessageBody)),
  );
  expect(bodies).toMatchObject([
    { endpointId, attempt: 0, slow: true },
    { endpointId, attempt: 1, slow: true },
  ]);
});

it('publishes clicks that are for the bus', async () => {
  expect(await deliver({ kind: 'clicks', events: clicks })).toBe(0);
  const put = eventBridge.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
  expect(put.map(({ Detail = '' }) => JSON.parse(Detail))).toEqual(clicks);
  expect(put[0]).toMatchObject({ EventBusName: 'plusone', Source: 'plusone', DetailType: 'click.recorded' });
  expect(sqs.calls()).toHaveLength(0);
});

it('leaves a message to the queue whose clicks were not all taken', async () => {
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
  sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '0', SenderFault: false, Code: 'Busy' }] });
  expect(await deliver({ kind: 'clicks', events: clicks })).toBe(1);
  expect(await deliver({ kind: 'clicks', endpointId: 'whe_1', events: clicks })).toBe(1);
});
