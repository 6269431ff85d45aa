import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { domainEvents } from '../../../shared/contract/domain-events.ts';
import { webhookMessage } from '../../../shared/queue/messages.ts';
import { type Loopback, startLoopback } from '../../support/loopback.ts';
import { type Backend, call, startBackend } from '../backend.ts';
import { itemsOf } from '../stream/stream-event.ts';

const sqs = mockClient(SQSClient);
let backend: Backend;
let receiver: Loopback;
let api: Parameters<typeof call>[0];
let deliver: typeof import('../../../functions/queue/deliver-webhook/handler.ts').handler;
let written = '';

beforeAll(async () => {
  [backend, receiver] = await Promise.all([startBackend(), startLoopback()]);
  process.env['HOOKS_ALLOW_LOOPBACK'] = '1';
  process.env['DELIVERIES'] = '5';
  api = (await import('../../../functions/api/webhooks/handler.ts')).handler as typeof api;
  deliver = (await import('../../../functions/queue/deliver-webhook/handler.ts')).handler;
});
afterAll(() => {
  receiver.stop();
  delete process.env['HOOKS_ALLOW_LOOPBACK'];
  delete process.env['DELIVERIES'];
  return backend.stop();
});
beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
  receiver.received.length = 0;
  receiver.reply = () => ({ status: 204 });
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const path = '/v1/webhook-endpoints';
const ask = (method: string, rest: string, over: object = {}) =>
  call(api, { routeKey: `${method} ${path}${rest}`, ...over });
const at = (endpointId: string, more: Record<string, string> = {}) => ({
  pathParameters: { endpointId, ...more },
});
const sent = () =>
  sqs.commandCalls(SendMessageBatchCommand).flatMap(({ args }) => args[0].input.Entries ?? []);

async function make(body: object = {}) {
  const { body: made } = await ask('POST', '', { body: { url: `${receiver.url}/in`, ...body } });
  return made as { endpoint: { endpointId: string }; secret: string };
}

/** Hands what was sent to the function that delivers, and forgets it. */
async function work(): Promise<string[]> {
  const entries = sent();
  sqs.resetHistory();
  const Records = entries.map(({ MessageBody }, index) => ({
    messageId: `message-${index}`,
    body: MessageBody ?? '',
    attributes: { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1' },
  }));
  const { batchItemFailures } = await deliver({ Records: Records as unknown as SQSRecord[] } as SQSEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

const newTest = (endpointId: string, body?: object) =>
  ask('POST', '/{endpointId}/test', { ...at(endpointId), ...(body && { body }) });

describe('an endpoint', () => {
  it('is made with a secret that is shown once, and that the table does not tell', async () => {
    const { endpoint, secret } = await make({ types: ['reward.*'], description: 'Ours' });
    expect(endpoint).toEqual({
      endpointId: expect.stringMatching(/^whe_[0-9a-z]{26}$/),
      url: `${receiver.url}/in`,
      types: ['reward.*'],
      programIds: [],
      description: 'Ours',
      enabled: true,
      failures: 0,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await ask('GET', '/{endpointId}', at(endpoint.endpointId));
    expect(shown).toMatchObject({ status: 200, body: { endpoint } });
    expect((await ask('GET', '')).body.endpoints).toContainEqual(endpoint);
    const kept = JSON.stringify([await itemsOf(backend.table), shown.body, written]);
    expect(kept).not.toContain(secret.slice('whsec_'.length));
  });

  it.each([
    [{}, 'url'],
    [{ url: 'ftp://example.com/' }, 'url'],
    [{ url: 'https://user:pass@example.com/' }, 'url'],
    [{ url: 'https://example.com/', types: ['reward'] }, 'types.0'],
    [{ url: 'https://example.com/', types: ['*'] }, 'types.0'],
    [{ url: 'https://example.com/', secret: 'whsec_x' }, 'secret'],
  ])('is refused as %j', async (body, field) => {
    const answer = await ask('POST', '', { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ field }] } });
  });

  it.each(['https://169.254.169.254/', 'https://10.0.0.1/', 'https://2852039166/', 'https://db.internal/'])(
    'is refused at %s',
    async (url) => {
      const { endpoint } = await make();
      const refused = { status: 422, body: { code: 'webhook_url_not_allowed' } };
      expect(await ask('POST', '', { body: { url } })).toMatchObject(refused);
      const changed = await ask('PATCH', '/{endpointId}', { ...at(endpoint.endpointId), body: { url } });
      expect(changed).toMatchObject(refused);
      await ask('DELETE', '/{endpointId}', at(endpoint.endpointId));
    },
  );

  it('is told of programs that there are, and lets its maker know why a URL is none', async () => {
    const { endpoint } = await make({ programIds: ['default'] });
    const wrong = { programIds: ['default', 'nobodys'] };
    const unknown = { status: 404, body: { code: 'program_not_found', detail: 'nobodys' } };
    expect(await ask('POST', '', { body: { url: `${receiver.url}/in`, ...wrong } })).toMatchObject(unknown);
    const change = { ...at(endpoint.endpointId), body: wrong };
    expect(await ask('PATCH', '/{endpointId}', change)).toMatchObject(unknown);
    expect((await ask('GET', '/{endpointId}', at(endpoint.endpointId))).body).toEqual({ endpoint });
    for (const url of ['https://localhost/x', 'https://[::1]/']) {
      const { status, body } = await ask('POST', '', { body: { url } });
      expect([status, body.errors]).toEqual([
        400,
        [{ field: 'url', message: expect.stringContaining('https URL of a public host') }],
      ]);
    }
    const inside = await ask('POST', '', { body: { url: 'https://api.internal/x' } });
    expect(inside).toMatchObject({
      status: 422,
      body: { code: 'webhook_url_not_allowed', detail: expect.stringContaining('HOOKS_ALLOW_LOOPBACK=1') },
    });
  });

  it('changes, rests and goes', async () => {
    const { endpointId } = (await make()).endpoint;
    const change = (body: object) => ask('PATCH', '/{endpointId}', { ...at(endpointId), body });
    expect((await change({ enabled: false })).body.endpoint).toMatchObject({
      enabled: false,
      disabledAt: expect.any(String),
    });
    expect(await newTest(endpointId)).toMatchObject({
      status: 409,
      body: { code: 'webhook_endpoint_disabled' },
    });
    expect((await change({ enabled: true })).body.endpoint).not.toHaveProperty('disabledAt');
    expect((await ask('DELETE', '/{endpointId}', at(endpointId))).status).toBe(200);
    expect(await ask('GET', '/{endpointId}', at(endpointId))).toMatchObject({
      status: 404,
      body: { code: 'webhook_endpoint_not_found' },
    });
  });
});

describe('a delivery', () => {
  it('is a POST that the public library takes, under the id of its event, and is in the log', async () => {
    const { endpoint, secret } = await make();
    const { endpointId } = endpoint;
    const { status, body } = await newTest(endpointId, { type: 'payout.paid' });
    expect(status).toBe(202);
    expect(sent().every(({ MessageGroupId }) => MessageGroupId === endpointId)).toBe(true);
    expect(await work()).toEqual([]);
    const [got] = receiver.received;
    const event = new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>);
    expect(domainEvents.get('payout.paid')?.parse(event)).toEqual(event);
    expect(event).toMatchObject({ id: got?.headers['webhook-id'], type: 'payout.paid', test: true });
    const { deliveryId } = body;
    const log = await ask('GET', '/{endpointId}/deliveries/{deliveryId}', at(endpointId, { deliveryId }));
    expect(log.body.delivery).toEqual({
      ...{ deliveryId, endpointId, event, status: 'delivered' },
      tries: [
        { at: expect.any(String), url: `${receiver.url}/in`, durationMs: expect.any(Number), status: 204 },
      ],
    });
    const list = await ask('GET', '/{endpointId}/deliveries', at(endpointId));
    expect(list.body).toEqual({ deliveries: [log.body.delivery] });
    const failed = { ...at(endpointId), query: { status: 'failed' } };
    expect((await ask('GET', '/{endpointId}/deliveries', failed)).body).toEqual({ deliveries: [] });
    expect(JSON.stringify(log.body)).not.toContain('signature');
  });

  it('has two signatures while one secret takes the place of another', async () => {
    const { endpoint, secret } = await make();
    const { endpointId } = endpoint;
    const rotated = await ask('POST', '/{endpointId}/rotate-secret', { ...at(endpointId), body: {} });
    const day = Date.parse(rotated.body.oldSecretUntil) - Date.now();
    expect(Math.round(day / 3_600_000)).toBe(24);
    expect(rotated.body.endpoint.oldSecretUntil).toBe(rotated.body.oldSecretUntil);
    await newTest(endpointId);
    await work();
    const [got] = receiver.received;
    for (const one of [secret, rotated.body.secret as string]) {
      expect(new Webhook(one).verify(got?.body ?? '', got?.headers as Record<string, string>)).toBeDefined();
    }
  });

  it('that fails is sent on, signed anew, under the same id; nothing of it is in the log of the function', async () => {
    const { endpointId } = (await make()).endpoint;
    receiver.reply = () => ({ status: 500, body: 'who-knows' });
    await newTest(endpointId);
    expect(await work()).toEqual([]);
    const [next] = sent();
    const message = webhookMessage.parse(JSON.parse(next?.MessageBody ?? ''));
    expect(message).toMatchObject({ kind: 'delivery', endpointId, attempt: 1, round: 0 });
    expect(next?.DelaySeconds).toBeGreaterThanOrEqual(5);
    expect(next?.DelaySeconds).toBeLessThanOrEqual(6);
    const { deliveries } = (await ask('GET', '/{endpointId}/deliveries', at(endpointId))).body;
    expect(deliveries).toMatchObject([
      { status: 'pending', tries: [{ status: 500, failure: 'refused', answer: 'who-knows' }] },
    ]);
    expect(written).toBe('');
  });

  it('to an endpoint that is gone disables it, and tells by log and metric, once', async () => {
    const { endpointId } = (await make()).endpoint;
    receiver.reply = () => ({ status: 410 });
    await newTest(endpointId);
    await newTest(endpointId);
    await work();
    expect((await ask('GET', '/{endpointId}', at(endpointId))).body.endpoint).toMatchObject({
      enabled: false,
      disabledBecause: 'gone',
    });
    expect(written.match(/"webhook endpoint disabled"/g)).toHaveLength(1);
    expect(written.match(/"WebhookEndpointsDisabled":1/g)).toHaveLength(1);
    expect(written).not.toContain(receiver.url);
  });

  it('can be asked for again, alone and with all of a time', async () => {
    const { endpointId } = (await make()).endpoint;
    const before = new Date(Date.now() - 1_000).toISOString();
    const { deliveryId } = (await newTest(endpointId)).body;
    await work();
    const one = await ask(
      'POST',
      '/{endpointId}/deliveries/{deliveryId}/replay',
      at(endpointId, { deliveryId }),
    );
    expect(one).toMatchObject({ status: 202, body: { delivery: { deliveryId } } });
    await work();
    const range = { ...at(endpointId), body: { from: before } };
    expect(await ask('POST', '/{endpointId}/replay', range)).toMatchObject({ status: 202 });
    await work();
    await work();
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(sent()).toEqual([]);
  });
});

it('leaves what it could not do to the queue, and only that', async () => {
  const { endpointId } = (await make()).endpoint;
  await newTest(endpointId);
  await newTest(endpointId);
  const entries = sent();
  sqs.resetHistory();
  sqs.on(SendMessageBatchCommand).rejects(new Error('The queue is away'));
  let calls = 0;
  receiver.reply = () => ({ status: calls++ === 0 ? 500 : 200 });
  const Records = [...entries, { MessageBody: 'no JSON' }].map(({ MessageBody = '' }, index) => ({
    messageId: `message-${index}`,
    body: MessageBody,
    attributes: { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1' },
  }));
  const answer = await deliver({ Records: Records as unknown as SQSRecord[] } as SQSEvent);
  const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  expect(failed).toHaveLength(2);
  expect(failed).toContain('message-2');
});
