import { createHash } from 'node:crypto';
import type { LogLine } from './read-log.ts';

/** An order of the story, with what is refunded of it. */
export interface Order {
  readonly orderId: string;
  /** Minor units. */
  readonly amount: number;
  readonly paymentMethod: 'card' | 'account_balance';
  /** Cumulative sums as they are reported, in this order; repeats and late ones included. */
  readonly refunds: readonly number[];
}

/** Somebody who signs up after a visit. */
export interface SignUp {
  readonly userId: string;
  /** The visit that brings them, as its place in the log. */
  readonly line: number;
  readonly orders: readonly Order[];
}

/** What is played: who shares links to which pages, and who of the visitors signs up and buys. */
export interface Story {
  readonly run: string;
  readonly referrers: readonly { readonly userId: string; readonly path: string }[];
  /** The referrer whose link a line of the log opens. */
  readonly referrerOf: readonly number[];
  readonly signUps: readonly SignUp[];
}

const mostReferrers = 40;

/** Works a story out of a log. The same log and run give the same story. */
export function writeStory(lines: readonly LogLine[], run: string): Story {
  const paths = busiestSections(lines);
  const place = new Map(paths.map((path, index) => [path, index]));
  const signUps: SignUp[] = [];
  const seen = new Set<string>();
  lines.forEach((line, index) => {
    const visitor = `${line.ip} ${line.userAgent}`;
    if (seen.has(visitor)) return;
    seen.add(visitor);
    if (!looksLikePerson(line) || draw(visitor, 'sign-up') % 5 !== 0) return;
    const userId = `visitor-${run}-${signUps.length + 1}`;
    signUps.push({ userId, line: index, orders: drawOrders(userId) });
  });
  return {
    run,
    referrers: paths.map((path, index) => ({ userId: `referrer-${run}-${index + 1}`, path })),
    referrerOf: lines.map((line) => place.get(sectionOf(line)) ?? paths.length - 1),
    signUps,
  };
}

function sectionOf(line: LogLine): string {
  return `/${line.path.split('/')[1] ?? ''}`;
}

function busiestSections(lines: readonly LogLine[]): string[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(sectionOf(line), (counts.get(sectionOf(line)) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, mostReferrers)
    .map(([path]) => path);
}

function looksLikePerson(line: LogLine): boolean {
  return (
    line.method === 'GET' &&
    /^Mozilla\/.*(Chrome|Firefox|Safari|MSIE)/.test(line.userAgent ?? '') &&
    !/bot|crawl|spider/i.test(line.userAgent ?? '')
  );
}

/** Up to six orders a person, a few paid from their balance, some refunded: in part, in full, repeated, out of order. */
function drawOrders(userId: string): Order[] {
  return Array.from({ length: draw(userId, 'orders') % 7 }, (_, index): Order => {
    const orderId = `${userId}-order-${index + 1}`;
    const amount = 500 + (draw(orderId, 'amount') % 20_000);
    const part = 1 + (draw(orderId, 'refund') % (amount - 1));
    const kinds = [[], [], [], [], [], [part], [amount], [part, amount], [amount, part], [part, part]];
    return {
      orderId,
      amount,
      paymentMethod: draw(orderId, 'method') % 8 === 0 ? 'account_balance' : 'card',
      refunds: kinds[draw(orderId, 'kind') % kinds.length] ?? [],
    };
  });
}

function draw(subject: string, purpose: string): number {
  return createHash('sha256').update(`${purpose}\n${subject}`).digest().readUInt32BE();
}
