import { expect } from 'vitest';
import { participantKey } from '../../../shared/domain/ids.ts';
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
    const completed = referral?.status === 'completed';
    const paid = completed ? checkReferee(model, state, userId) : [];
    const made = rewardsOf(state, userId);
    expect(made.length, `rule 4: orders paid for ${userId}`).toBe(paid.length);
    for (const { currency, amount } of paid) {
      const name = `${referral?.referrerId} ${currency}`;
      expected.set(name, (expected.get(name) ?? 0) + amount);
    }
  }
  checkEarned(state, expected);
}

interface PaidOrder {
  readonly currency: string;
  readonly amount: number;
}

function checkReferee(model: Model, state: State, userId: string): PaidOrder[] {
  const events = [...state.events.values()].filter(({ event }) => event.userId === userId);
  for (const one of events) {
    const { eventId } = one.event;
    const knew = model.events.get(eventId)?.afterReferral === true;
    if (cameEarly(one)) expect(knew, `rule 8: ${eventId} came after the referral`).toBe(false);
  }
  const eligible = events.filter(isEligible).map(({ event }) => event);
  const orders = new Set(eligible.map(orderOf));
  const made = rewardsOf(state, userId);
  expect(made.length, `rule 4: orders paid for ${userId}`).toBe(Math.min(3, orders.size));
  expect(new Set(made.map(({ entry }) => entry.orderId)).size, 'an order was paid twice').toBe(made.length);
  return made.map(({ entry, rewardAmount }) => {
    const event = eligible.find(({ eventId }) => eventId === entry.eventId);
    expect(event, `${entry.eventId} was paid and must not be`).toBeDefined();
    const sums = events
      .map((one) => one.event)
      .filter((one) => one.type === 'order.refunded' && one.orderId === entry.orderId)
      .map((one) => one.amountRefunded ?? 0);
    const amount = tenPercentOf(event?.amount ?? 0, Math.max(0, ...sums));
    expect(rewardAmount, `rule 9: the reward for ${entry.orderId}`).toBe(amount);
    return { currency: event?.currency ?? '', amount };
  });
}

/** Whether an event must pay, but for the limit. One that came before its user was referred pays nothing. */
function isEligible(stored: StoredEventItem): boolean {
  const { event } = stored;
  if (event.type !== 'order.paid' || event.paymentMethod === 'account_balance') return false;
  if (cameEarly(stored)) return false;
  return tenPercentOf(event.amount ?? 0, 0) > 0;
}

/** Whether an event was put aside because its user was not referred. */
function cameEarly({ explanation }: StoredEventItem): boolean {
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
