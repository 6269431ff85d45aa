import { expect } from 'vitest';
import { participantKey } from '../../../shared/domain/ids.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { type Model, tenPercentOf } from './model.ts';
import type { State, StoredEventItem } from './state.ts';
import { programId } from './world.ts';

const orderOf = ({ orderId, eventId }: ReportedEvent): string => orderId ?? eventId;

/** Rules 4 and 9: which orders were paid, and that each came to a tenth of what is left of it. */
export function checkRewards(model: Model, state: State): void {
  const expected = new Map<string, number>();
  const users = new Set([...state.events.values()].map(({ event }) => event.userId));
  for (const userId of users) {
    const referral = state.referrals.get(userId);
    const paid = referral?.status === 'completed' ? paidOrders(model, state, userId) : [];
    checkMade(state, userId, paid);
    for (const { currency, amount } of paid) {
      const name = `${referral?.referrerId} ${currency}`;
      expected.set(name, (expected.get(name) ?? 0) + amount);
    }
  }
  checkEarned(state, expected);
}

interface PaidOrder {
  readonly orderId: string;
  readonly currency: string;
  readonly amount: number;
}

/** The first three orders by their time that come to anything, whatever the order in which they became known. */
function paidOrders(model: Model, state: State, userId: string): PaidOrder[] {
  const events = [...state.events.values()].filter(({ event }) => event.userId === userId);
  const referral = state.referrals.get(userId);
  for (const one of events) {
    const knew = model.events.get(one.event.eventId)?.afterReferral === true;
    if (wasPutAside(one)) expect(knew, `rule 8: ${one.event.eventId} came after the referral`).toBe(false);
  }
  const orders = new Map<string, ReportedEvent>();
  for (const event of events
    .filter((one) => isOrder(one) && !cameTooEarly(one, referral))
    .map((one) => one.event)
    .sort(byTime)) {
    if (!orders.has(orderOf(event))) orders.set(orderOf(event), event);
  }
  const due = [...orders.values()].filter((event) => tenPercentOf(event.amount ?? 0, 0) > 0).slice(0, 3);
  return due.map((event) => {
    const sums = events
      .map((one) => one.event)
      .filter((one) => one.type === 'order.refunded' && one.orderId === orderOf(event))
      .map((one) => one.amountRefunded ?? 0);
    const amount = tenPercentOf(event.amount ?? 0, Math.max(0, ...sums));
    return { orderId: orderOf(event), currency: event.currency ?? '', amount };
  });
}

function byTime(a: ReportedEvent, b: ReportedEvent): number {
  const place = (event: ReportedEvent) =>
    `${event.acceptedAt} ${String(event.batchPosition ?? 0).padStart(3, '0')} ${event.eventId}`;
  return place(a) < place(b) ? -1 : 1;
}

/** One reward for each order that is paid; those that gave way to an earlier one came to nothing. */
function checkMade(state: State, userId: string, paid: readonly PaidOrder[]): void {
  const made = rewardsOf(state, userId);
  const subjects = made.map(({ posting }) => posting?.subject ?? '');
  expect(new Set(subjects).size, `rule 2: an order of ${userId} was paid twice`).toBe(made.length);
  const amounts = new Map(made.map(({ posting, rewardAmount = 0 }) => [posting?.subject, rewardAmount]));
  for (const { orderId, amount } of paid) {
    expect(amounts.get(orderId), `rule 9: the reward of ${userId} for ${orderId}`).toBe(amount);
    amounts.delete(orderId);
  }
  for (const [orderId, amount] of amounts) {
    expect(amount, `rule 4: ${orderId} of ${userId} was paid and must not be`).toBe(0);
  }
}

/** Whether an event is an order that can pay. */
function isOrder({ event: { type, paymentMethod } }: StoredEventItem): boolean {
  return type === 'order.paid' && paymentMethod !== 'account_balance';
}

/** An order that came more than a day before its user's sign-up pays nothing, whenever it was worked on; all others do. */
function cameTooEarly({ event }: StoredEventItem, referral: Referral | undefined): boolean {
  return referral !== undefined && Date.parse(event.acceptedAt) < Date.parse(referral.createdAt) - 86_400_000;
}

/** Whether an event was put aside for good because its user was not referred. */
function wasPutAside({ explanation }: StoredEventItem): boolean {
  return explanation?.some(({ reason }) => reason === 'user_not_referred') === true;
}

function rewardsOf({ journal }: State, userId: string) {
  const refereeKey = participantKey(programId, userId);
  return journal.filter((item) => item.refereeKey === refereeKey && item.posting && !item.posting.adjusts);
}

/** What is available and what is being paid out is together what was earned. */
function checkEarned({ balances }: State, expected: ReadonlyMap<string, number>): void {
  const stored = new Map(
    balances.map((item) => [
      `${item['userId']} ${item['currency']}`,
      Number(item['available'] ?? 0) + Number(item['inPayout'] ?? 0),
    ]),
  );
  for (const name of new Set([...stored.keys(), ...expected.keys()])) {
    expect(stored.get(name) ?? 0, `rule 9: what ${name} came to`).toBe(expected.get(name) ?? 0);
  }
}
