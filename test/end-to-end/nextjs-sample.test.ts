import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { POST as takeOrder } from '../../examples/nextjs/app/hooks/orders/route.ts';
import { POST as signUp } from '../../examples/nextjs/app/sign-up/route.ts';
import { POST as takeWebhook } from '../../examples/nextjs/app/webhooks/plusone/route.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { makeLink, processed } from './support/story.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
  vi.stubEnv('PLUSONE_URL', stack.apiUrl);
  vi.stubEnv('PLUSONE_KEY', stack.apiKey);
  vi.stubEnv('PLUSONE_SECRET', secret);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await stack?.end();
});

const post = (body: string | URLSearchParams, headers: Record<string, string> = {}): Request =>
  new Request('http://shop.example.com/', { method: 'POST', body, headers });

it('signs up, reports an order once, and its referrer is rewarded', async () => {
  const { code } = await makeLink(stack, 'alice');
  const welcome = await signUp(post(new URLSearchParams({ name: 'Bob', referralCode: code, clickId: '' })));
  expect([welcome.status, welcome.headers.get('location')]).toEqual([303, '/welcome']);
  const userId = /^user=(user-[^;]+);/.exec(welcome.headers.get('set-cookie') ?? '')?.[1] ?? '';
  const { links } = await stack.plusone.links.list({ programId: 'default', userId });
  expect(links).toHaveLength(1);

  const order = { orderId: 'order-1', userId, amount: 4900, currency: 'USD' };
  for (let time = 0; time < 2; time++)
    expect((await takeOrder(post(JSON.stringify(order)))).status).toBe(204);
  await processed(stack, 'order-1');
  const { rewards } = await stack.plusone.userRewards({ userId: 'alice' });
  expect(rewards).toMatchObject([{ amount: 490, currency: 'USD', orderId: 'order-1' }]);
  const log = vi.spyOn(console, 'error').mockReturnValue();
  expect((await takeOrder(post(JSON.stringify({ ...order, amount: 1 })))).status).toBe(204);
  expect(log.mock.lastCall?.[0]).toContain('order-1 is not reported: An event of this id');
});

it('signs up who came by nothing, or by what does not count', async () => {
  for (const came of [{}, { referralCode: 'no-such-code' }]) {
    expect((await signUp(post(new URLSearchParams(came)))).status).toBe(303);
  }
});

it('tells of the person what fraud rules look at', async () => {
  const { code } = await makeLink(stack, 'max');
  await stack.plusone.participants.put({ programId: 'default', userId: 'max', ip: '203.0.113.7' });
  const form = new URLSearchParams({ name: 'Mia', email: 'mia@example.com', referralCode: code });
  await signUp(post(form, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' }));
  const { referrals } = await stack.plusone.participants.referrals({ programId: 'default', userId: 'max' });
  expect(referrals).toMatchObject([{ status: 'completed', reasons: ['same_ip'] }]);
});

it('hears a webhook once, and nobody who cannot sign', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const body = JSON.stringify({ type: 'reward.created', occurredAt: new Date().toISOString(), data: {} });
  const at = new Date();
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
  };
  for (let time = 0; time < 2; time++) expect((await takeWebhook(post(body, headers))).status).toBe(204);
  expect((await takeWebhook(post(`${body} `, headers))).status).toBe(400);
  expect(log.mock.calls).toEqual([['reward.created', 'msg_1']]);
});
