import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalculationRequest } from '../../../shared/domain/hooks/hook.ts';
import { counterKey } from '../../../shared/domain/rewards/counter.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import type { CalculatedReward, Standing } from '../../../shared/domain/rewards/fact.ts';
import { foldJournal, type JournalEntry } from '../../../shared/domain/rewards/journal.ts';
import { readHookAnswer } from '../../../shared/runtime/hooks/read-hook-answer.ts';
import { type ProcessEventsPorts, processInTurn } from '../../../shared/usecases/events/process-events.ts';
import type { KeptOutcome } from '../../../shared/usecases/hooks/ask-hook.ts';
import { minute, now, programOf, referralOf, ruleOf } from '../../domain/rewards/play.ts';

const hook = { url: 'https://example.com/hook', timeoutMs: 1_000, fallback: 'default' } as const;
type Answer = readonly CalculatedReward[] | 'useRules';
const cash = (amount: number, side: 'referrer' | 'referee' = 'referrer'): CalculatedReward => ({
  side,
  kind: 'cash',
  amount,
  currency: 'USD',
});

/** A referee whose events are calculated by what is answered for each, in memory. */
function account(answers: Readonly<Record<string, Answer>>, more: Parameters<typeof programOf>[0] = {}) {
  const rules = [ruleOf(), ruleOf({ ruleId: 'delivered', event: 'order.delivered' })];
  const program = programOf({ hooks: { calculation: hook }, rules, ...more });
  const asked: (CalculationRequest & { id: string })[] = [];
  const kept = new Map<string, KeptOutcome>();
  const journal: JournalEntry[] = [];
  const standings: Record<string, Standing> = {};
  const lookedAt: string[] = [];
  const used = new Map<string, number>();
  const ports: ProcessEventsPorts = {
    now: () => Date.parse(now),
    ulid: () => '',
    random: (bytes) => new Uint8Array(bytes),
    findProgram: async () => program,
    findProgramVersion: async () => program,
    findStandings: async (_, userIds) => {
      lookedAt.push(...userIds);
      return Object.fromEntries(
        userIds.flatMap((userId) => (standings[userId] ? [[userId, standings[userId]]] : [])),
      );
    },
    loadRefereeAccount: async () => ({ referral: referralOf(), early: [], journal: [...journal] }),
    readCounters: async (_, counters) =>
      new Map(counters.map((one) => [counterKey(one), used.get(counterKey(one)) ?? 0])),
    findEvents: async () => [],
    explainEvent: async () => undefined,
    keepWaiting: async () => ({ kept: true }),
    findParticipant: async () => undefined,
    findOrderCounts: async () => ({ orders: 0, refundedOrders: 0 }),
    findReview: async () => undefined,
    storeReview: async () => 'stored',
    appendEntry: async (_, entry) => {
      journal.push(entry);
      for (const one of entry.counters ?? [])
        used.set(counterKey(one), (used.get(counterKey(one)) ?? 0) + one.amount);
      return { appended: true };
    },
    hooks: {
      now: () => Date.parse(now),
      defaultHooks: {},
      findHookOutcome: async (id) => kept.get(id),
      keepHookOutcome: async (one) => {
        kept.set(one.id, kept.get(one.id) ?? one);
        return kept.get(one.id) ?? one;
      },
      readHookAnswer,
      callHook: async (_, { id, body }) => {
        const request = JSON.parse(body) as CalculationRequest & { id: string };
        asked.push({ ...request, id });
        const answer = answers[request.event.eventId] ?? [];
        return { body: JSON.stringify(answer === 'useRules' ? { useRules: true } : { rewards: answer }) };
      },
    },
  };
  return {
    asked,
    standings,
    lookedAt,
    journal,
    async happens(...events: readonly ReportedEvent[]) {
      for (const event of events)
        expect(await processInTurn(ports, 'default', 'bob', [{ event }])).toEqual([]);
    },
    /** What stands, by beneficiary, rule and currency. */
    rewards: () =>
      [...foldJournal(journal).rewards.values()]
        .filter(({ amount }) => amount > 0)
        .map(({ posting, amount }) => `${posting.beneficiaryId} ${posting.ruleId} ${amount}`)
        .sort(),
    total: () => journal.flatMap(({ postings }) => postings).reduce((sum, one) => sum + one.amount, 0),
  };
}

const event = (eventId: string, more: Partial<ReportedEvent>): ReportedEvent => ({
  programId: 'default',
  eventId,
  type: 'order.paid',
  userId: 'bob',
  orderId: 'o1',
  currency: 'USD',
  acceptedAt: now,
  ...more,
});
const payment = (name: string, amount: number, at: string = now): ReportedEvent =>
  event(name, { paymentId: name, amount, occurredAt: at });
const refunded = (amountRefunded: number): ReportedEvent =>
  event('refund', { type: 'order.refunded', amountRefunded, occurredAt: minute(60) });

describe('events of one order', () => {
  it('keep what was calculated for each type of them', async () => {
    const one = account({ paid: [cash(100)], delivered: [cash(40)] });
    await one.happens(
      event('paid', { amount: 1_000 }),
      event('delivered', { type: 'order.delivered', amount: 1_000 }),
    );
    expect(one.asked.map(({ id }) => id)).toHaveLength(new Set(one.asked.map(({ id }) => id)).size);
    expect(one.rewards()).toEqual(['alice calculation-1 100', 'alice calculation-1 40']);
    expect(one.total()).toBe(140);
    await one.happens(refunded(500));
    expect(one.total()).toBe(70);
  });

  it('are asked about once each, however often they come', async () => {
    const one = account({ p1: [cash(60)], p2: [cash(40)] });
    const events = [payment('p1', 600), payment('p2', 400)];
    await one.happens(...events, ...events, ...events);
    expect(one.asked.map(({ event: { eventId } }) => eventId)).toEqual(['p1', 'p2']);
    expect(one.total()).toBe(100);
  });
});

describe('an order paid in parts', () => {
  it('earns what was calculated for each payment, as one reward a place of the answer', async () => {
    const one = account({ p1: [cash(60), cash(6, 'referee')], p2: [cash(45), cash(3, 'referee')] });
    await one.happens(payment('p1', 600), payment('p2', 400));
    expect(one.rewards()).toEqual(['alice calculation-1 105', 'bob calculation-2 9']);
  });

  it('keeps what differs in side, kind or currency apart', async () => {
    const credit: CalculatedReward = { side: 'referrer', kind: 'credit', amount: 7, currency: 'USD' };
    const one = account({ p1: [cash(60)], p2: [credit], p3: [{ ...cash(5), currency: 'EUR' }] });
    await one.happens(payment('p1', 600), payment('p2', 400), payment('p3', 100));
    expect(one.rewards()).toEqual([
      'alice calculation-1 5',
      'alice calculation-1 60',
      'alice calculation-1 7',
    ]);
  });

  it('pays payments that are left to the rules by the rules, and takes a refund from all alike', async () => {
    const one = account({ p1: [cash(90)], p2: 'useRules' });
    await one.happens(payment('p1', 600), payment('p2', 400));
    expect(one.rewards()).toEqual(['alice calculation-1 90', 'alice commission 40']);
    await one.happens(refunded(500));
    expect(one.rewards()).toEqual(['alice calculation-1 45', 'alice commission 20']);
  });

  it('leaves what an edit adds to the rules where they have a payment of it', async () => {
    const one = account({ p1: [cash(90)], p2: 'useRules' });
    await one.happens(payment('p1', 600), payment('p2', 400));
    await one.happens(event('edit', { type: 'order.updated', amount: 1_100, occurredAt: minute(5) }));
    expect(one.rewards()).toEqual(['alice calculation-1 90', 'alice commission 50']);
  });

  it('proposes what the rules would add for a payment', async () => {
    const one = account({ p1: 'useRules', p2: 'useRules' });
    await one.happens(payment('p1', 600), payment('p2', 400));
    expect(one.asked.map(({ proposed }) => proposed.map(({ amount }) => amount))).toEqual([[60], [40]]);
  });

  it('takes no part in what came after somebody was deactivated', async () => {
    const one = account({ p1: [cash(60)], p2: [cash(40)] });
    await one.happens(payment('p1', 600));
    one.standings['alice'] = { inactive: true };
    await one.happens(payment('p2', 400, minute(1)));
    expect(one.total()).toBe(60);
    await one.happens(refunded(300));
    expect(one.total()).toBe(30);
  });

  it.each([
    ['without a rule for the event', { rules: [] }, 'referrer', 'alice'],
    ['without a rule for the event', { rules: [] }, 'referee', 'bob'],
    ['whose rules look at somebody else', {}, 'referee', 'bob'],
  ] as const)('pays nobody who was deactivated, in a program %s: %s %s', async (_, more, side, userId) => {
    const one = account({ paid: [cash(60, side)] }, more);
    one.standings[userId] = { inactive: true };
    await one.happens(event('paid', { amount: 600 }));
    expect([one.asked.length, one.total()]).toEqual([1, 0]);
  });

  it('looks once at each whom the rules or the calculation can pay', async () => {
    const one = account({ paid: [cash(60), cash(30, 'referee'), cash(9, 'referee')] });
    await one.happens(event('paid', { amount: 600 }));
    expect(one.lookedAt).toEqual(['alice', 'bob']);
    expect(one.total()).toBe(99);
  });

  it('stays within a budget', async () => {
    const budgets = [{ currency: 'USD', amount: 80, period: 'ever' as const }];
    const one = account({ p1: [cash(60)], p2: [cash(40)] }, { budgets });
    await one.happens(payment('p1', 600), payment('p2', 400));
    expect(one.total()).toBe(80);
  });

  it('ends at the same rewards, in whatever order its payments, reports and refunds come', async () => {
    const answers = { p1: [cash(61)], p2: [cash(45)], p3: 'useRules', again: [cash(1)] } as const;
    const events = [
      payment('p1', 600, minute(1)),
      payment('p2', 400, minute(2)),
      payment('p3', 300, minute(3)),
      { ...payment('again', 410, minute(4)), paymentId: 'p2' },
      refunded(333),
    ];
    const straight = account(answers);
    await straight.happens(...events);
    expect(straight.total()).toBe(79 + 22);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(events, { minLength: events.length }), async (shuffled) => {
        const other = account(answers);
        await other.happens(...shuffled);
        expect(other.rewards()).toEqual(straight.rewards());
      }),
      { numRuns: 60 },
    );
  });
});
