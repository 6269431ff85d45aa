import { createHmac } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp } from './support/story.ts';

interface Asked {
  readonly id: string;
  readonly isSigned: boolean;
  readonly body: Record<string, unknown>;
}

let stack: TestStack;
let server: Server;
let url: string;
let asked: Asked[] = [];
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  stack = await startStack({ variables: { HOOKS_ALLOW_LOOPBACK: '1' } });
  const secret =
    (await stack.running.readSecret(stack.running.deployment.outputs['HookSecretArn'] ?? '')) ?? '';
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
    const expected = createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64');
    asked.push({ id: String(id), isSigned: signature === `v1,${expected}`, body: JSON.parse(text) });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await stack?.end();
});
beforeEach(() => {
  asked = [];
});

it('lets a program of its own calculate what an order pays, by a signed question asked once', async () => {
  const hooks = { calculation: { url, timeoutMs: 2_000 } };
  const saved = await stack.call('PATCH', '/v1/programs/default', { hooks });
  expect(saved.body).toMatchObject({ warnings: [{ field: 'hooks.calculation.url' }] });
  const link = await makeLink(stack, 'alice');
  await signUp(stack, link.code, 'bob');
  const rewards = [{ side: 'referrer', kind: 'cash', amount: 777, currency: 'USD' }];
  answer = (response) => response.end(JSON.stringify({ rewards }));
  await stack.post('/v1/events', paidOrder('bob', 'order-1', 4_900));
  await processed(stack, 'order-1');
  expect(await balancesOf(stack, 'alice')).toMatchObject([{ currency: 'USD', available: 777 }]);
  expect(asked).toMatchObject([
    {
      isSigned: true,
      body: {
        kind: 'calculation',
        event: { eventId: 'order-1', amount: 4_900 },
        proposed: [{ ruleId: 'order-commission', beneficiaryId: 'alice', amount: 490 }],
      },
    },
  ]);
  expect(asked[0]?.body['id']).toBe(asked[0]?.id);
});

it('pays by the rules where the calculation fails', async () => {
  answer = (response) => response.writeHead(500).end();
  await stack.post('/v1/events', paidOrder('bob', 'order-2', 1_000));
  await processed(stack, 'order-2');
  expect(await balancesOf(stack, 'alice')).toMatchObject([{ currency: 'USD', available: 877 }]);
  expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
  expect(asked).toHaveLength(2);
});
