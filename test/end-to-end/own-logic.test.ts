import { createHmac } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { EventReport, Link, Stats } from './support/documents.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

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

/** Makes a program with hooks that are called at the test's address, and a link in it. */
async function programWith(programId: string, ...kinds: string[]): Promise<Link> {
  const hooks = Object.fromEntries(kinds.map((kind) => [kind, { url, timeoutMs: 2_000 }]));
  const destination = 'https://example.com/';
  await stack.post('/v1/programs', { programId, name: programId, destination, hooks });
  return stack.post<Link>('/generate-link', { userId: 'alice', programId });
}

it('lets a program of its own decide which sign-ups count', async () => {
  const { code } = await programWith('choosy', 'validation');
  const decisions: Record<string, object> = {
    good: { decision: 'accept' },
    bad: { decision: 'reject', reason: 'unknown_customer' },
    odd: { decision: 'hold', reason: 'looks_odd' },
  };
  answer = (response) => {
    const referee = asked.at(-1)?.body['referee'] as { userId: string } | undefined;
    response.end(JSON.stringify(decisions[referee?.userId ?? '']));
  };
  expect(await signUp(stack, code, 'good')).toMatchObject({ status: 'completed' });
  expect(await signUp(stack, code, 'bad')).toMatchObject({
    status: 'rejected',
    reasons: ['unknown_customer'],
  });
  expect(await signUp(stack, code, 'odd')).toMatchObject({ status: 'in_review', reasons: ['looks_odd'] });
  const again = await stack.call('POST', '/verify-referral', { referralCode: code, newUserId: 'odd' });
  expect(again).toMatchObject({ status: 409, body: { code: 'referral_exists' } });
  const { referrals } = await stack.get<Stats>('/referral-stats/alice?programId=choosy');
  expect(referrals).toEqual({ pending: 0, completed: 1, rejected: 1, inReview: 1 });
  expect(asked.map(({ isSigned, body }) => [isSigned, body['kind']])).toEqual(
    Array(3).fill([true, 'validation']),
  );
});

it('keeps an order of a referral in review, and says why it pays nothing yet', async () => {
  await stack.post('/v1/events', { ...paidOrder('odd', 'odd-order', 1_000), programId: 'choosy' });
  const { explanation } = await waitUntil('the order is processed', async () => {
    const { event } = await stack.get<{ event: EventReport }>('/v1/events/choosy/odd-order');
    return event.status === 'processed' && event;
  });
  expect(explanation).toContainEqual(expect.objectContaining({ reason: 'referral_in_review' }));
});

it('tells a program of its own what happens in it, and no other', async () => {
  answer = (response) => response.end();
  const told = await programWith('told', 'notification');
  const { code } = await stack.post<Link>('/generate-link', { userId: 'carol' });
  await signUp(stack, told.code, 'dave');
  await signUp(stack, code, 'erin');
  await stack.post('/v1/events', { ...paidOrder('dave', 'told-order', 1_000), programId: 'told' });
  const expected = [
    'balance.changed',
    'link.created',
    'participant.created',
    'program.changed',
    'referral.completed',
    'referral.created',
    'reward.created',
  ];
  const notices = () => asked.filter(({ body }) => body['kind'] === 'notification');
  const typesOf = () => notices().map(({ body }) => (body['event'] as { type: string }).type);
  await waitUntil('all is told', () => expected.every((type) => typesOf().includes(type)));
  expect([...new Set(typesOf())].sort()).toEqual(expected);
  for (const { id, isSigned, body } of notices()) {
    expect(isSigned).toBe(true);
    expect(body).toMatchObject({ version: 1, id, event: { programId: 'told' } });
    expect(id).not.toContain('.');
  }
  expect(notices().find(({ body }) => JSON.stringify(body).includes('"reward.created"'))).toMatchObject({
    body: { event: { occurredAt: expect.any(String), data: { userId: 'alice', reward: { amount: 100 } } } },
  });
});
