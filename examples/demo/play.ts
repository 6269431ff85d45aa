import type { Api } from './api.ts';
import { forEachWithProgress } from './progress-bar.ts';
import type { LogLine } from './read-log.ts';
import type { Order, SignUp, Story } from './story.ts';

const atOnce = 24;

/**
 * Plays a story in the order of its log: links first, then each visit, and what those who sign up by it order.
 *
 * @returns how long orders took from their 202 until their outcome could be read, in ms; a sample
 */
export async function playStory(
  api: Api,
  lines: readonly LogLine[],
  story: Story,
): Promise<readonly number[]> {
  const codes: string[] = [];
  await forEachWithProgress('links', story.referrers, 8, async ({ userId, path }, index) => {
    const destination = `https://example.com${encodeURI(path)}`;
    codes[index] = (await api.backend.generateLink({ userId, destination })).code;
  });
  const signUps = new Map(story.signUps.map((signUp, place) => [signUp.line, { ...signUp, place }]));
  const rewardDelays: number[] = [];
  await forEachWithProgress('visits', lines, atOnce, async (line, index) => {
    const clickId = await playVisit(api, line, index, codes[story.referrerOf[index] ?? 0] ?? '');
    const signUp = signUps.get(index);
    if (signUp === undefined) return;
    await api.backend.verifyReferral({ newUserId: signUp.userId, clickId });
    await playOrders(api, signUp);
    if (signUp.place % 10 === 0) await measureDelay(api, signUp, rewardDelays);
  });
  return rewardDelays;
}

/** @returns the click's id */
async function playVisit(api: Api, line: LogLine, index: number, code: string): Promise<string> {
  const answer = await api.visit(code, line.method === 'HEAD' ? 'HEAD' : 'GET', {
    'x-forwarded-for': line.ip,
    ...(line.userAgent !== undefined && { 'user-agent': line.userAgent }),
    ...(line.referrer !== undefined && { referer: line.referrer }),
  });
  if (answer.status !== 302)
    throw new Error(`The link of line ${index + 1} answered ${answer.status}: ${answer.body}`);
  return new URL(String(answer.headers['location'])).searchParams.get('plusone_click') ?? '';
}

/** Sends a person's orders and refunds in one batch; a fifth of people's refunds come before their orders. */
async function playOrders(api: Api, { userId, orders }: SignUp): Promise<void> {
  if (orders.length === 0) return;
  const paid = orders.map((order) => paidEvent(userId, order));
  const refunds = orders.flatMap((order) => refundEvents(userId, order));
  const refundsFirst = userId.endsWith('5');
  const events = refundsFirst ? [...refunds, ...paid] : [...paid, ...refunds];
  await api.backend.events.record({ events });
}

function paidEvent(userId: string, { orderId, amount, paymentMethod }: Order) {
  return {
    type: 'order.paid',
    id: `${orderId}-paid`,
    userId,
    orderId,
    amount,
    currency: 'USD',
    paymentMethod,
  };
}

function refundEvents(userId: string, { orderId, refunds }: Order) {
  return refunds.map((amountRefunded, index) => ({
    type: 'order.refunded',
    id: `${orderId}-refund-${index + 1}`,
    userId,
    orderId,
    amountRefunded,
  }));
}

async function measureDelay(api: Api, { orders }: SignUp, delays: number[]): Promise<void> {
  const first = orders[0];
  if (first === undefined) return;
  const accepted = Date.now();
  for (;;) {
    const { event } = await api.backend.events.get({
      programId: 'default',
      eventId: `${first.orderId}-paid`,
    });
    if (event.status === 'processed') break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  delays.push(Date.now() - accepted);
}
