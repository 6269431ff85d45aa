import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DomainEventType, domainEvents } from '../../shared/contract/domain-events.ts';
import { readLogs, startStack, type TestStack } from './support/start-stack.ts';
import { crawler, makeLink, paidOrder, processed, signUp, visit } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

interface Got {
  readonly id: string;
  readonly at: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Receiver {
  readonly url: string;
  readonly got: Got[];
  status: number;
  /** Milliseconds before it answers. */
  answersAfter: number;
  readonly server: Server;
}

interface Made {
  readonly endpoint: { readonly endpointId: string };
  readonly secret: string;
}

interface Deliveries {
  readonly deliveries: readonly {
    readonly deliveryId: string;
    readonly status: string;
    readonly event: { readonly id: string; readonly type: string };
    readonly tries: readonly { readonly status: number }[];
  }[];
}

let stack: TestStack;
const receivers: Receiver[] = [];
const path = '/v1/webhook-endpoints';

beforeAll(async () => {
  const variables = {
    HOOKS_ALLOW_LOOPBACK: '1',
    // Tries follow each other in seconds here: the setting `webhookRetrySeconds`.
    WEBHOOK_RETRY_SECONDS: Array(20).fill(20).join(','),
    // The bus is told of clicks: the setting `publishClicks`.
    PUBLISH_CLICKS: '1',
  };
  stack = await startStack({ variables });
});
afterAll(async () => {
  for (const { server } of receivers) {
    server.close();
    server.closeAllConnections();
  }
  await stack?.end();
});

async function receiver(): Promise<Receiver> {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const headers = request.headers as Record<string, string>;
    got.push({ id: String(headers['webhook-id']), at: Date.now(), headers, body });
    setTimeout(() => response.writeHead(made.status).end(), made.answersAfter);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`,
    got,
    status: 204,
    answersAfter: 0,
    server,
  };
  receivers.push(made);
  return made;
}

/** Whoever relays knows of new endpoints within ten seconds. */
const untilKnown = () => new Promise((resolve) => setTimeout(resolve, 10_500));

const bodyOf = ({ body }: Got) => JSON.parse(body) as { type: string; id: string; occurredAt: string };

it('tells an endpoint of what it wants, as documented, signed and in the log', async () => {
  const listener = await receiver();
  const { endpoint, secret } = await stack.post<Made>(path, {
    url: listener.url,
    types: ['referral.*', 'reward.*', 'balance.changed'],
  });
  await untilKnown();
  const link = await makeLink(stack, 'alice');
  await signUp(stack, link.code, 'bob');
  await stack.post('/v1/events', paidOrder('bob', 'order-1', 4_900));
  await processed(stack, 'order-1');
  const expected = ['balance.changed', 'referral.completed', 'referral.created', 'reward.created'];
  await waitUntil('all arrived', () => new Set(listener.got.map(({ id }) => id)).size === expected.length);
  const events = listener.got.map((got) => {
    const event = new Webhook(secret).verify(got.body, got.headers);
    const { type } = bodyOf(got);
    expect(domainEvents.get(type as DomainEventType)?.parse(event)).toEqual(event);
    return event as { type: string; userId: string; sequence: number };
  });
  expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(expected);
  expect(new Set(events.map(({ userId }) => userId))).toEqual(new Set(['alice']));
  expect([...new Set(events.map(({ sequence }) => sequence))].sort()).toEqual([1, 2, 3, 4]);
  const { deliveries } = await waitUntil('all are in the log', async () => {
    const log = await stack.get<Deliveries>(`${path}/${endpoint.endpointId}/deliveries?status=delivered`);
    return log.deliveries.length === expected.length && log;
  });
  expect(deliveries.every(({ tries }) => tries.at(-1)?.status === 204)).toBe(true);
});

it('tells of a click whoever asked for clicks, once, and nobody else', async () => {
  const [asked, other] = [await receiver(), await receiver()];
  const { endpoint, secret } = await stack.post<Made>(path, { url: asked.url, types: ['click.recorded'] });
  await stack.post<Made>(path, { url: other.url });
  await untilKnown();
  const link = await makeLink(stack, 'carol');
  const { clickId, cookie } = await visit(stack, link.code, { referer: 'https://blog.example.com/post' });
  await visit(stack, link.code, { cookie: cookie?.split(';')[0] ?? '' });
  await visit(stack, link.code, { 'user-agent': crawler });
  await waitUntil('the click arrived', () => asked.got.length > 0);
  const [got] = asked.got as [Got];
  const event = new Webhook(secret).verify(got.body, got.headers);
  expect(domainEvents.get('click.recorded')?.parse(event)).toEqual(event);
  expect(event).toMatchObject({
    ...{ id: clickId, programId: 'default', userId: 'carol' },
    data: { click: { clickId, code: link.code, referrerHost: 'blog.example.com' } },
  });
  expect(event).not.toHaveProperty('sequence');
  await waitUntil('all three visits are counted', async () => {
    const { clicks } = await stack.get<{ clicks: { clicks: number; botClicks: number } }>(
      `/v1/links/${link.code}`,
    );
    return clicks.clicks === 2 && clicks.botClicks === 1;
  });
  await waitUntil('the log says so', async () => {
    const log = await stack.get<Deliveries>(`${path}/${endpoint.endpointId}/deliveries?status=delivered`);
    return log.deliveries.length === 1 && log.deliveries[0]?.event.id === clickId;
  });
  await waitUntil('the bus was told', () => {
    const lines = [...readLogs(stack.dataDir).values()].join('\n').split('\n');
    return lines.some((line) => line.includes('click.recorded') && line.includes(String(clickId)));
  });
  await waitUntil('the other heard of the link', () => other.got.length > 0);
  expect(new Set(asked.got.map(({ id }) => id))).toEqual(new Set([clickId]));
  expect(other.got.map((one) => bodyOf(one).type)).not.toContain('click.recorded');
});

it('delivers all events to a receiver that failed meanwhile, and makes no other late', async () => {
  const [failing, well] = [await receiver(), await receiver()];
  failing.status = 503;
  const types = ['link.created', 'participant.created'];
  for (const { url } of [failing, well]) await stack.post<Made>(path, { url, types });
  await untilKnown();
  const users = Array.from({ length: 60 }, (_, i) => `user-${i}`);
  while (users.length > 0) {
    const pause = new Promise((resolve) => setTimeout(resolve, 1_000));
    await Promise.all(users.splice(0, 10).map((userId) => makeLink(stack, userId)));
    await pause;
  }
  const idsOf = ({ got }: Receiver) => new Set(got.map(({ id }) => id));
  await waitUntil('the well one has all', () => idsOf(well).size === 120, 60_000);
  const lateness = well.got.map((got) => got.at - Date.parse(bodyOf(got).occurredAt));
  expect(lateness.sort((a, b) => a - b)[114]).toBeLessThan(20_000);
  const tried = failing.got.length;
  expect(tried).toBeLessThan(60);
  failing.status = 204;
  const arrived = () => new Set(failing.got.slice(tried).map(({ id }) => id));
  await waitUntil('the other has all', () => arrived().size === 120, 120_000);
  expect(arrived()).toEqual(idsOf(well));
}, 300_000);

it('tells others in time while one takes long for each of its answers, which all count', async () => {
  const [slow, well] = [await receiver(), await receiver()];
  slow.answersAfter = 5_000;
  const types = ['link.created'];
  const { endpoint } = await stack.post<Made>(path, { url: slow.url, types });
  await stack.post<Made>(path, { url: well.url, types });
  await stack.post(`${path}/${endpoint.endpointId}/test`, { type: 'link.created' });
  await waitUntil('it is known to be slow', async () => {
    const read = await stack.get<{ endpoint: object }>(`${path}/${endpoint.endpointId}`);
    return 'slowUntil' in read.endpoint;
  });
  await untilKnown();
  for (let i = 0; i < 12; i++) {
    await makeLink(stack, `slowly-${i}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await waitUntil('the well one has all', () => well.got.length >= 12, 20_000);
  const lateness = well.got.map((got) => got.at - Date.parse(bodyOf(got).occurredAt));
  expect(Math.max(...lateness)).toBeLessThan(slow.answersAfter);
  // Two at once, five seconds each: it has by far not heard of all of them yet.
  expect(slow.got.length).toBeLessThan(8);
  const { deliveries } = await waitUntil(
    'the slow one has all',
    async () => {
      const log = await stack.get<Deliveries>(`${path}/${endpoint.endpointId}/deliveries?status=delivered`);
      return log.deliveries.length === 13 && log;
    },
    90_000,
  );
  expect(deliveries.every(({ tries }) => tries.length === 1)).toBe(true);
}, 200_000);

it('disables who is gone, tells others of it, and replays what was missed', async () => {
  const [leaving, other] = [await receiver(), await receiver()];
  const { endpoint } = await stack.post<Made>(path, { url: leaving.url, types: ['payout.*'] });
  await stack.post<Made>(path, { url: other.url, types: ['webhook_endpoint.*'] });
  const own = `${path}/${endpoint.endpointId}`;
  await untilKnown();
  leaving.status = 410;
  const begin = new Date(Date.now() - 60_000).toISOString();
  await stack.post(`${own}/test`, { type: 'payout.paid' });
  await waitUntil('it is disabled', async () => {
    const { endpoint: now } = await stack.get<{ endpoint: { disabledBecause?: string } }>(own);
    return now.disabledBecause === 'gone';
  });
  await waitUntil('the other is told', () => other.got.length > 0, 20_000);
  expect(bodyOf(other.got[0] as Got).type).toBe('webhook_endpoint.disabled');
  leaving.status = 200;
  expect((await stack.call('PATCH', own, { enabled: true })).status).toBe(200);
  await stack.post(`${own}/replay`, { from: begin, status: 'failed' });
  await waitUntil('it arrived after all', () => leaving.got.length === 2);
  expect(leaving.got[0]?.id).toBe(leaving.got[1]?.id);
  const entries = await stack.get<{ entries: { action: string }[] }>(
    `/v1/audit-log?programId=*&target=${endpoint.endpointId}`,
  );
  expect(entries.entries.map(({ action }) => action)).toEqual([
    'webhook_endpoint.replayed',
    'webhook_endpoint.enabled',
    'webhook_endpoint.tested',
    'webhook_endpoint.created',
  ]);
});

it('keeps secrets and addresses out of the logs', async () => {
  const listener = await receiver();
  const { endpoint, secret } = await stack.post<Made>(path, { url: `${listener.url}?token=very-secret` });
  await stack.post(`${path}/${endpoint.endpointId}/test`, {});
  await waitUntil('it arrived', () => listener.got.length > 0);
  const signature = listener.got[0]?.headers['webhook-signature'] ?? '';
  const logs = [...readLogs(stack.dataDir).values()].join('\n');
  for (const hidden of [secret, signature, 'very-secret']) expect(logs).not.toContain(hidden);
});
