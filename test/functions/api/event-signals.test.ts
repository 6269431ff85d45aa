import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { join, linkOf } from '../../table/use-table.ts';
import { type Backend, call, startBackend } from '../backend.ts';
import { changeOf, itemsOf, streamOf } from '../stream/stream-event.ts';

type Handler = Parameters<typeof call>[0];

const sqs = mockClient(SQSClient);
const eventBridge = mockClient(EventBridgeClient);
let backend: Backend;
let events: Handler;
let relay: typeof import('../../../functions/stream/relay-changes/handler.ts').handler;
let work: typeof import('../../../functions/queue/process-event/handler.ts').handler;

beforeAll(async () => {
  backend = await startBackend();
  events = (await import('../../../functions/api/events/handler.ts')).handler as Handler;
  relay = (await import('../../../functions/stream/relay-changes/handler.ts')).handler;
  work = (await import('../../../functions/queue/process-event/handler.ts')).handler;
  sqs.on(SendMessageBatchCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  await join(backend.ports, 'bob', await linkOf(backend.ports, 'alice'));
});
afterAll(() => backend.stop());

const signals = {
  email: 'bob.secret+tag@gmail.com',
  ip: '203.0.113.99',
  deviceId: 'device-of-bob',
  paymentFingerprint: 'card-of-bob',
  userAgent: 'Mozilla/5.0 (a browser of Bob)',
};
const order = { id: 'e1', type: 'order.paid', userId: 'bob', orderId: 'o1', amount: 4900, currency: 'USD' };
const post = (body: object) => call(events, { routeKey: 'POST /v1/events', body });

/** Raw values, and what is left of an address without its tag. */
const raw = [...Object.values(signals), 'bobsecret', 'bob.secret'];

function expectNothingRaw(text: string): void {
  for (const value of raw) expect(text.toLowerCase()).not.toContain(value.toLowerCase());
}

describe('what an event tells of a person', () => {
  it('is in no item, log, message or answer as it is', async () => {
    const written: string[] = [];
    const spies = (['log', 'info', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...all) => void written.push(JSON.stringify(all))),
    );
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    const answer = await post({ ...order, ...signals });
    const refused = await post({ ...order, ...signals, amount: -1 });
    const conflict = await post({ ...order, ...signals, ip: '203.0.113.98' });
    const accepted = await itemsOf(backend.table);
    await relay(streamOf(...accepted.map((item) => changeOf(item))));
    const messages = sqs.commandCalls(SendMessageBatchCommand).map((sent) => sent.args[0].input);
    const attributes = { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1763719200000' };
    const Records = messages
      .flatMap(({ Entries = [] }) => Entries)
      .map(({ Id, MessageBody }) => ({ messageId: Id, body: MessageBody, attributes }));
    await work({ Records } as unknown as SQSEvent);
    for (const one of [...spies, spy]) one.mockRestore();

    expect(answer.status).toBe(202);
    expect([refused.status, conflict.body.code]).toEqual([400, 'event_conflict']);
    expect(Records.some(({ body }) => body?.includes('e1'))).toBe(true);
    const shown = await call(events, {
      routeKey: 'GET /v1/events/{programId}/{eventId}',
      pathParameters: { programId: 'default', eventId: 'e1' },
    });
    expect(shown.body.event.status).toBe('processed');
    expect(JSON.stringify(shown.body)).not.toMatch(/hash|identity/i);
    expectNothingRaw(JSON.stringify([shown.body, answer.body, refused.body, conflict.body]));
    expectNothingRaw(JSON.stringify(await itemsOf(backend.table)));
    expectNothingRaw(JSON.stringify(messages));
    expectNothingRaw(
      JSON.stringify(eventBridge.commandCalls(PutEventsCommand).map((sent) => sent.args[0].input)),
    );
    expectNothingRaw(written.join('\n'));
  });

  it('is kept as the hashes by which people are compared', async () => {
    const stored = await backend.ports.findEvent('default', 'e1');
    expect(stored?.identity).toMatchObject({
      ipHash: backend.ports.lasting('ip', signals.ip),
      deviceHash: backend.ports.lasting('device', signals.deviceId),
      paymentHash: backend.ports.lasting('payment', signals.paymentFingerprint),
      emailHash: backend.ports.lasting('email', 'bobsecret@gmail.com'),
    });
  });

  it('is content: the same again is the same event, other content is not', async () => {
    expect((await post({ ...order, ...signals })).status).toBe(202);
    for (const other of [
      { ...order },
      { ...order, ...signals, deviceId: 'another' },
      { ...order, ip: signals.ip },
    ]) {
      expect((await post(other)).body.code).toBe('event_conflict');
    }
  });

  it('needs no secret where nothing is told', async () => {
    const { recordEvents } = await import('../../../shared/usecases/events/record-events.ts');
    const loadHasher = vi.fn(backend.ports.loadHasher);
    const input = { ...order, id: 'e2', orderId: 'o2', programId: 'default' };
    await recordEvents({ ...backend.ports, loadHasher }, [input]);
    expect(loadHasher).not.toHaveBeenCalled();
    await recordEvents({ ...backend.ports, loadHasher }, [{ ...input, id: 'e3', ip: signals.ip }]);
    expect(loadHasher).toHaveBeenCalledOnce();
  });

  it('is checked as at a sign-up', async () => {
    const { body } = await post({ ...order, id: 'e4', ip: 'nowhere' });
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'ip' }] });
  });
});
