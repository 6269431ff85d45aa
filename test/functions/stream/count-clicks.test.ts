import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { noClicks } from '../../../shared/domain/clicks/totals.ts';
import { webhookMessage } from '../../../shared/queue/messages.ts';
import { webhookEndpointItems } from '../../../shared/table/webhook-endpoint-items.ts';
import { recordVisit, type Visitor } from '../../../shared/usecases/clicks/record-visit.ts';
import { linkOf } from '../../table/use-table.ts';
import { type Backend, startBackend } from '../backend.ts';
import { changeOf, itemsOf, streamOf } from './stream-event.ts';

const sqs = mockClient(SQSClient);
let backend: Backend;
let handler: typeof import('../../../functions/stream/count-clicks/handler.ts').handler;

const person: Visitor = { kind: 'human', ip: '203.0.113.7', userAgent: 'Firefox', referrer: undefined };

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/stream/count-clicks/handler.ts'));
});
afterAll(() => backend.stop());
beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
});

it('counts the visits of a stream once, whatever else the stream brings and however often', async () => {
  const link = await linkOf(backend.ports, 'alice');
  const at = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const ports = { ...backend.ports, now: () => at };
  await recordVisit(ports, link, person);
  await recordVisit(ports, link, person);
  await recordVisit(ports, link, { ...person, ip: '203.0.113.8' });
  await recordVisit(ports, link, { ...person, kind: 'bot' });
  const items = await itemsOf(backend.table);
  expect(items.some((item) => item['type'] !== 'visit')).toBe(true);
  const inserted = items.map((item) => changeOf(item));
  const visit = items.find((item) => item['type'] === 'visit');
  await handler(
    streamOf(...inserted, changeOf(visit, visit), changeOf(undefined, visit), { eventName: 'INSERT' }),
  );
  await handler(streamOf(...inserted.slice(1)));
  const found = await backend.ports.findLinkWithClicks(link.code);
  expect(found?.clicks).toEqual({ ...noClicks, clicks: 3, uniqueClicks: 2, botClicks: 1 });
  expect(sqs.calls()).toHaveLength(0);
});

it('announces a click to who asked for it; if it can not, it has counted, and does both again', async () => {
  const at = '2026-11-21T10:00:00.000Z';
  const endpoint = { endpointId: 'whe_1', url: 'https://example.com/', types: ['click.*'], programIds: [] };
  await webhookEndpointItems(backend.table).createWebhookEndpoint({
    endpoint: { ...endpoint, enabled: true, createdAt: at, updatedAt: at },
    ...{ secrets: [], health: { failures: 0 }, revision: 1 },
  });
  vi.resetModules();
  const fresh = await import('../../../functions/stream/count-clicks/handler.ts');
  const link = await linkOf(backend.ports, 'bob');
  const { clickId } = await recordVisit(backend.ports, link, person);
  const visits = (await itemsOf(backend.table)).filter((item) => item['type'] === 'visit');
  const stream = streamOf(
    ...visits.filter(({ pk }) => pk === `CLICK#${clickId}`).map((item) => changeOf(item)),
  );
  const clicks = async () => (await backend.ports.findLinkWithClicks(link.code))?.clicks;
  sqs.on(SendMessageBatchCommand).rejects(new Error('The queue is away'));
  await expect(fresh.handler(stream)).rejects.toThrow('The queue is away');
  expect(await clicks()).toEqual({ ...noClicks, clicks: 1, uniqueClicks: 1 });
  sqs.resetHistory();
  sqs.on(SendMessageBatchCommand).resolves({});
  await fresh.handler(stream);
  expect(await clicks()).toEqual({ ...noClicks, clicks: 1, uniqueClicks: 1 });
  const [sent, ...others] = sqs
    .commandCalls(SendMessageBatchCommand)
    .flatMap(({ args }) => args[0].input.Entries ?? []);
  expect(others).toEqual([]);
  expect(sent?.MessageGroupId).toBe('clicks-whe_1');
  expect(webhookMessage.parse(JSON.parse(sent?.MessageBody ?? ''))).toMatchObject({
    ...{ kind: 'clicks', endpointId: 'whe_1' },
    events: [{ id: clickId, type: 'click.recorded', userId: 'bob' }],
  });
});

it('has nothing to do for an empty stream', async () => {
  await expect(handler(streamOf())).resolves.toBeUndefined();
});
