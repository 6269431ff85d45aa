import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Plusone } from '../../client/index.ts';
import type { DomainEvent } from '../../client/webhooks.ts';
import { createApp } from '../../examples/express/app.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { makeLink, processed, visit } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

const heard: DomainEvent[] = [];
let stack: TestStack;
let server: Server;
let url: string;
let webhookSecret: string;
let unreachable = false;

beforeAll(async () => {
  stack = await startStack({ variables: { HOOKS_ALLOW_LOOPBACK: '1' } });
  server = createServer((request, response) => app(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = { url: `${url}/webhooks/plusone`, types: ['reward.created' as const] };
  webhookSecret = (await stack.plusone.webhookEndpoints.create(endpoint)).secret;
  const app = createApp({
    plusone: new Plusone({
      baseUrl: stack.apiUrl,
      apiKey: stack.apiKey,
      retries: 0,
      fetch: (...call) => (unreachable ? Promise.reject(new TypeError('fetch failed')) : fetch(...call)),
    }),
    snippetUrl: `${stack.apiUrl}/plusone.js`,
    webhookSecret,
    onEvent: (event) => heard.push(event),
  });
  // Who relays knows of new endpoints within ten seconds.
  await new Promise((resolve) => setTimeout(resolve, 10_500));
});
afterAll(async () => {
  server?.close();
  server?.closeAllConnections();
  await stack?.end();
});

const post = (path: string, body: string | URLSearchParams, headers: Record<string, string> = {}) =>
  fetch(url + path, { method: 'POST', body, headers });

async function signUp(fields: Record<string, string>): Promise<string> {
  const response = await post('/sign-up', new URLSearchParams({ name: 'Bob <b>', ...fields }));
  expect(response.status).toBe(201);
  const html = await response.text();
  expect(html).toContain('Welcome, Bob &lt;b&gt;');
  return /id="user">([^<]+)</.exec(html)?.[1] ?? '';
}

it('signs up, reports an order once, and hears of the reward', async () => {
  const form = await (await fetch(url)).text();
  expect(form).toContain(`<script async src="${stack.apiUrl}/plusone.js">`);
  const { code } = await makeLink(stack, 'alice');
  const { clickId } = await visit(stack, code);
  const userId = await signUp({ clickId: clickId ?? '', referralCode: code, token: '' });

  const order = JSON.stringify({ orderId: 'order-1', userId, amount: 4900, currency: 'USD' });
  const json = { 'content-type': 'application/json' };
  for (let time = 0; time < 2; time++) expect((await post('/hooks/orders', order, json)).status).toBe(204);
  await processed(stack, 'order-1');
  const { rewards } = await stack.plusone.userRewards({ userId: 'alice' });
  expect(rewards).toMatchObject([{ amount: 490, currency: 'USD', orderId: 'order-1' }]);
  const [event] = await waitUntil('the reward is heard of', () => heard.length > 0 && heard, 60_000);
  expect(event).toMatchObject({ type: 'reward.created', data: { userId: 'alice', reward: { amount: 490 } } });
});

it('signs up who came by nothing, or by what does not count', async () => {
  expect(await signUp({})).toMatch(/^user-/);
  expect(await signUp({ referralCode: 'no-such-code' })).toMatch(/^user-/);
});

it('tells of the person what fraud rules look at', async () => {
  const { code } = await makeLink(stack, 'max');
  await stack.plusone.participants.put({ programId: 'default', userId: 'max', email: 'max@gmail.com' });
  const userId = await signUp({ referralCode: code, email: 'm.a.x@gmail.com' });
  const { referrals } = await stack.plusone.participants.referrals({ programId: 'default', userId: 'max' });
  expect(referrals).toMatchObject([
    { refereeId: userId, status: 'rejected', reasons: ['same_email', 'bot_sign_up'] },
  ]);
});

it('asks for an order again only where a repeat can help, and logs why', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue();
  const json = { 'content-type': 'application/json' };
  const order = JSON.stringify({ orderId: 'order-2', userId: 'bob', amount: -1, currency: 'USD' });
  expect((await post('/hooks/orders', order, json)).status).toBe(204);
  expect(log.mock.lastCall?.[0]).toMatch(/order-2 is not reported: .*amount/);
  unreachable = true;
  expect((await post('/hooks/orders', order, json)).status).toBe(503);
  unreachable = false;
});

it('hears a webhook once, and nobody who cannot sign', async () => {
  heard.length = 0;
  const body = JSON.stringify({ type: 'reward.created', occurredAt: new Date().toISOString(), data: {} });
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(webhookSecret).sign('msg_1', at, body),
  };
  for (let time = 0; time < 2; time++)
    expect((await post('/webhooks/plusone', body, headers)).status).toBe(204);
  expect(heard).toMatchObject([{ type: 'reward.created' }]);
  const forged = await post('/webhooks/plusone', `${body} `, headers);
  expect([forged.status, await forged.text()]).toEqual([400, 'wrong_signature']);
  expect(heard).toHaveLength(1);
});
