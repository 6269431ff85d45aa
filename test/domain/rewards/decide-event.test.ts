import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentageOf } from '../../../shared/domain/money/percentage.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Program, Rule } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { type Decision, decideEvent } from '../../../shared/domain/rewards/decide-event.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { foldJournal, type JournalEntry } from '../../../shared/domain/rewards/journal.ts';

const now = '2026-05-01T10:00:00.000Z';
const commission: Rule = {
  ruleId: 'order-commission',
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount: { type: 'percentage', rate: '10' },
  limitPerReferee: 3,
  excludedPaymentMethods: ['account_balance'],
};
const programWith = (...rules: readonly Rule[]): Program => ({
  ...defaultSettings('Default', 'https://example.com/'),
  programId: 'default',
  version: 4,
  createdAt: now,
  updatedAt: now,
  rules,
});
const referral: Referral = {
  referralId: 'ref_x',
  programId: 'default',
  referrerId: 'alice',
  refereeId: 'bob',
  code: 'abc234de',
  status: 'completed',
  programVersion: 4,
  createdAt: now,
};

type Given = Partial<ReportedEvent> & { eventId: string };
const event = (given: Given): ReportedEvent => ({
  programId: 'default',
  type: 'order.paid',
  userId: 'bob',
  acceptedAt: now,
  ...given,
});
const order = (eventId: string, amount = 1_000, more: Partial<ReportedEvent> = {}): ReportedEvent =>
  event({ eventId, amount, currency: 'USD', orderId: `order-of-${eventId}`, ...more });
const refund = (eventId: string, orderEventId: string, amountRefunded: number): ReportedEvent =>
  event({ eventId, type: 'order.refunded', orderId: `order-of-${orderEventId}`, amountRefunded });

interface World {
  readonly program: Program | undefined;
  readonly referral: Referral | undefined;
  journal: JournalEntry[];
}
const world = (...rules: readonly Rule[]): World => ({
  program: programWith(...(rules.length > 0 ? rules : [commission])),
  referral,
  journal: [],
});

/** Decides, and appends what is to be appended, as the use case does. */
function happen(at: World, reported: ReportedEvent): Decision {
  const decision = decideEvent({
    event: reported,
    referral: at.referral,
    program: at.program,
    journal: at.journal,
    now,
  });
  if (decision.do === 'append') at.journal = [...at.journal, decision.entry];
  return decision;
}
const entryOf = (decision: Decision): JournalEntry => {
  if (decision.do !== 'append') throw new Error(`It did not append: ${JSON.stringify(decision)}`);
  return decision.entry;
};
const reasonsOf = (decision: Decision): readonly string[] => {
  if (decision.do === 'stop') return [decision.because];
  return (decision.do === 'append' ? decision.entry : decision).explanation.map((line) => line.reason);
};
const earned = (at: World, userId = 'alice'): number =>
  at.journal
    .flatMap((entry) => entry.postings)
    .reduce((sum, p) => sum + (p.beneficiaryId === userId ? p.amount : 0), 0);

describe('an order', () => {
  it('pays the referrer its share, and becomes the first entry', () => {
    const at = world();
    expect(entryOf(happen(at, order('e1', 3_333)))).toEqual({
      position: 1,
      eventId: 'e1',
      eventType: 'order.paid',
      orderId: 'order-of-e1',
      gross: 3_333,
      currency: 'USD',
      programVersion: 4,
      createdAt: now,
      postings: [
        {
          ruleId: 'order-commission',
          beneficiaryId: 'alice',
          kind: 'cash',
          currency: 'USD',
          amount: 333,
          rewardAmount: 333,
        },
      ],
      explanation: [{ ruleId: 'order-commission', outcome: 'paid', reason: 'rule_matched' }],
    });
  });

  it('is known by its event where it has no id of its own', () => {
    const at = world();
    expect(entryOf(happen(at, event({ eventId: 'e1', amount: 1_000, currency: 'USD' }))).orderId).toBe('e1');
    const taken = happen(
      at,
      event({ eventId: 'r1', type: 'order.refunded', orderId: 'e1', amountRefunded: 1_000 }),
    );
    expect(entryOf(taken).postings[0]?.amount).toBe(-100);
  });

  it('that is delivered again is in the journal already', () => {
    const at = world();
    happen(at, order('e1'));
    expect(happen(at, order('e1'))).toEqual({ do: 'stop', because: 'recorded' });
  });

  it('pays for the first three of a referee, and says so of the fourth', () => {
    const at = world();
    for (const id of ['e1', 'e2', 'e3']) expect(happen(at, order(id)).do).toBe('append');
    expect(happen(at, order('e4'))).toEqual({
      do: 'nothing',
      explanation: [{ ruleId: 'order-commission', outcome: 'skipped', reason: 'limit_per_referee_reached' }],
    });
  });

  it('pays always where the rule has no limit', () => {
    const at = world({ ...commission, limitPerReferee: null });
    for (let i = 0; i < 20; i++) expect(happen(at, order(`e${i}`)).do).toBe('append');
  });

  it('does not get its place in the limit back by being refunded', () => {
    const at = world({ ...commission, limitPerReferee: 1 });
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 1_000));
    expect(reasonsOf(happen(at, order('e2')))).toEqual(['limit_per_referee_reached']);
  });

  it.each<[string, ReportedEvent, string]>([
    [
      'paid from the balance',
      order('e', 1_000, { paymentMethod: 'account_balance' }),
      'payment_method_excluded',
    ],
    ['of nothing', order('e', 0), 'reward_rounds_to_zero'],
    ['too small for a cent', order('e', 4), 'reward_rounds_to_zero'],
    ['without an amount', event({ eventId: 'e' }), 'event_has_no_amount'],
    ['without a currency', event({ eventId: 'e', amount: 1_000 }), 'event_has_no_amount'],
    ['of another kind', order('e', 1_000, { type: 'order.shipped' }), 'no_rule_for_event'],
  ])('%s pays nothing, and takes no place in the limit', (_, reported, reason) => {
    const at = world({ ...commission, limitPerReferee: 1 });
    const decision = happen(at, reported);
    expect(decision.do).toBe('nothing');
    expect(reasonsOf(decision)).toEqual([reason]);
    expect(happen(at, order('next')).do).toBe('append');
  });

  it('paid in another way than the excluded one pays', () => {
    expect(happen(world(), order('e1', 1_000, { paymentMethod: 'card' })).do).toBe('append');
  });

  it('that two events report pays once, by the first', () => {
    const at = world();
    happen(at, order('e1', 1_000, { orderId: 'o' }));
    const second = happen(at, order('e2', 5_000, { orderId: 'o' }));
    expect(reasonsOf(second)).toEqual(['order_already_rewarded']);
    expect(earned(at)).toBe(100);
  });

  it('that cost nothing by one event and something by another pays by the other', () => {
    const at = world();
    happen(at, order('e1', 0, { orderId: 'o' }));
    happen(at, order('e2', 5_000, { orderId: 'o' }));
    expect(earned(at)).toBe(500);
  });
});

describe('somebody', () => {
  it.each<[string, Referral | undefined, string]>([
    ['nobody referred', undefined, 'user_not_referred'],
    ['whose referral was rejected', { ...referral, status: 'rejected' }, 'referral_rejected'],
    ['whose referral is in review', { ...referral, status: 'in_review' }, 'referral_in_review'],
    ['whose referral is pending', { ...referral, status: 'pending' }, 'referral_pending'],
  ])('%s makes nobody earn', (_, standing, reason) => {
    expect(happen({ ...world(), referral: standing }, order('e1'))).toEqual({
      do: 'nothing',
      explanation: [{ outcome: 'skipped', reason }],
    });
  });

  it('nobody referred yet has refunds noted, for an order that comes after the sign-up', () => {
    const stranger = { ...world(), referral: undefined, program: undefined };
    const noted = happen(stranger, refund('r1', 'e1', 400));
    expect(noted).toMatchObject({ do: 'append', entry: { position: 1, postings: [], programVersion: 0 } });
    const member = { ...world(), journal: noted.do === 'append' ? [noted.entry] : [] };
    expect(reasonsOf(happen(member, order('e1', 1_000)))).toEqual(['rule_matched_less_refund']);
    expect(earned(member)).toBe(60);
  });
});

const forReferee: Rule = {
  ...commission,
  ruleId: 'welcome',
  side: 'referee',
  amount: { type: 'flat', amount: 500, currency: 'EUR' },
  limitPerReferee: 1,
};

describe('a program of two sides', () => {
  it('pays both in one entry, each in its currency', () => {
    const { postings } = entryOf(happen(world(commission, forReferee), order('e1')));
    expect(postings.map((p) => [p.ruleId, p.beneficiaryId, p.amount, p.currency])).toEqual([
      ['order-commission', 'alice', 100, 'USD'],
      ['welcome', 'bob', 500, 'EUR'],
    ]);
  });

  it('holds the limit of each rule apart, and explains each', () => {
    const at = world(commission, forReferee);
    happen(at, order('e1'));
    const second = entryOf(happen(at, order('e2')));
    expect(second.postings.map((p) => p.ruleId)).toEqual(['order-commission']);
    expect(second.explanation).toEqual([
      { ruleId: 'order-commission', outcome: 'paid', reason: 'rule_matched' },
      { ruleId: 'welcome', outcome: 'skipped', reason: 'limit_per_referee_reached' },
    ]);
  });

  it('takes back from each by their own rule', () => {
    const at = world(commission, forReferee);
    happen(at, order('e1'));
    expect(entryOf(happen(at, refund('r1', 'e1', 400))).postings).toEqual([
      expect.objectContaining({
        beneficiaryId: 'alice',
        amount: -40,
        rewardAmount: 60,
        adjusts: { position: 1, part: 0 },
      }),
    ]);
    expect(entryOf(happen(at, refund('r2', 'e1', 1_000))).postings).toEqual([
      expect.objectContaining({
        beneficiaryId: 'alice',
        amount: -60,
        rewardAmount: 0,
        adjusts: { position: 1, part: 0 },
      }),
      expect.objectContaining({
        beneficiaryId: 'bob',
        amount: -500,
        rewardAmount: 0,
        adjusts: { position: 1, part: 1 },
      }),
    ]);
  });
});

describe('a flat reward', () => {
  const flat: Rule = {
    ...commission,
    event: 'user.registered',
    amount: { type: 'flat', amount: 250, currency: 'EUR' },
  };
  it('needs no amount in the event', () => {
    const { postings } = entryOf(happen(world(flat), event({ eventId: 'e', type: 'user.registered' })));
    expect(postings).toEqual([expect.objectContaining({ amount: 250, currency: 'EUR' })]);
  });
  it('stays whole until nothing is left of the order', () => {
    const at = world({ ...flat, event: 'order.paid' });
    happen(at, order('e1'));
    expect(reasonsOf(happen(at, refund('r1', 'e1', 999)))).toEqual(['reward_unchanged']);
    expect(earned(at)).toBe(250);
    happen(at, refund('r2', 'e1', 1_000));
    expect(earned(at)).toBe(0);
  });
});

describe('a refund', () => {
  it('takes the share back of what was refunded so far', () => {
    const at = world();
    happen(at, order('e1', 999));
    expect(earned(at)).toBe(100);
    const entry = entryOf(happen(at, refund('r1', 'e1', 333)));
    expect(entry).toMatchObject({ position: 2, orderId: 'order-of-e1', refunded: 333 });
    expect(entry).not.toHaveProperty('gross');
    expect(entry.explanation).toEqual([
      { ruleId: 'order-commission', outcome: 'adjusted', reason: 'order_refunded' },
    ]);
    expect(earned(at)).toBe(67);
  });

  it('of more than the order takes no more than was paid', () => {
    const at = world();
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 5_000));
    expect(earned(at)).toBe(0);
  });

  it('of no more than is known does nothing', () => {
    const at = world();
    happen(at, order('e1'));
    happen(at, refund('r1', 'e1', 500));
    for (const again of [refund('r1', 'e1', 500), refund('r2', 'e1', 500), refund('r3', 'e1', 200)]) {
      const before = at.journal.length;
      happen(at, again);
      expect(at.journal).toHaveLength(before);
    }
    expect(earned(at)).toBe(50);
  });

  it('of an order that took no place in the journal changes nothing', () => {
    const at = world();
    happen(at, order('e1', 1));
    expect(reasonsOf(happen(at, refund('r1', 'e1', 1)))).toEqual(['no_rewarded_order_yet']);
    expect(earned(at)).toBe(0);
  });

  it('before its order is kept, and taken off when the order comes', () => {
    const at = world();
    expect(reasonsOf(happen(at, refund('r1', 'e1', 400)))).toEqual(['no_rewarded_order_yet']);
    const late = entryOf(happen(at, order('e1')));
    expect(late.postings[0]).toMatchObject({ amount: 60, rewardAmount: 60 });
    expect(late.explanation[0]?.reason).toBe('rule_matched_less_refund');
  });

  it('of the whole before its order leaves a reward of nothing, which takes its place in the limit', () => {
    const at = world({ ...commission, limitPerReferee: 1 });
    happen(at, refund('r1', 'e1', 1_000));
    expect(entryOf(happen(at, order('e1'))).postings[0]).toMatchObject({ amount: 0, rewardAmount: 0 });
    expect(reasonsOf(happen(at, order('e2')))).toEqual(['limit_per_referee_reached']);
  });

  it('of one order leaves the others alone', () => {
    const at = world();
    happen(at, order('e1'));
    happen(at, order('e2'));
    happen(at, refund('r1', 'e2', 1_000));
    expect([...foldJournal(at.journal).orders.values()].map((o) => o.rewards[0]?.amount)).toEqual([100, 0]);
  });
});

describe('an order and its refunds', () => {
  const rates = fc.constantFrom('10', '2.5', '33.333333', '0.1', '100');
  const histories = fc
    .record({
      gross: fc.integer({ min: 0, max: 100_000 }),
      rate: rates,
      parts: fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 6 }),
      seed: fc.infiniteStream(fc.nat()),
      repeats: fc.array(fc.nat({ max: 6 }), { maxLength: 4 }),
    })
    .map(({ gross, rate, parts, seed, repeats }) => {
      let sum = 0;
      const refunds = parts.map((part, i) => {
        sum += part;
        return refund(`r${i}`, 'e1', sum);
      });
      const once = [order('e1', gross), ...refunds];
      const all = [...once, ...repeats.map((i) => once[i % once.length] as ReportedEvent)];
      const shuffled = all
        .map((reported) => ({ reported, place: seed.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ reported }) => reported);
      return { gross, rate, refunded: sum, shuffled };
    });

  it('end at what the net order would have earned, however they are repeated, reordered and grouped', () => {
    fc.assert(
      fc.property(histories, ({ gross, rate, refunded, shuffled }) => {
        const at = world({ ...commission, amount: { type: 'percentage', rate } });
        for (const reported of shuffled) happen(at, reported);
        expect(earned(at)).toBe(percentageOf(Math.max(0, gross - refunded), rate));
      }),
      { numRuns: 500 },
    );
  });

  it('never make a reward negative on the way, and number their entries without gaps', () => {
    fc.assert(
      fc.property(histories, ({ rate, shuffled }) => {
        const at = world({ ...commission, amount: { type: 'percentage', rate } });
        for (const reported of shuffled) {
          happen(at, reported);
          expect(earned(at)).toBeGreaterThanOrEqual(0);
        }
        expect(at.journal.map((entry) => entry.position)).toEqual(at.journal.map((_, i) => i + 1));
        expect(new Set(at.journal.map((entry) => entry.eventId)).size).toBe(at.journal.length);
      }),
    );
  });

  it('keep every limit, whatever comes in whatever order', () => {
    const mixed = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('order'),
          n: fc.nat({ max: 8 }),
          amount: fc.integer({ min: 0, max: 5_000 }),
        }),
        fc.record({
          kind: fc.constant('refund'),
          n: fc.nat({ max: 8 }),
          amount: fc.integer({ min: 0, max: 5_000 }),
        }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(mixed, fc.integer({ min: 1, max: 4 }), (steps, limitPerReferee) => {
        const at = world({ ...commission, limitPerReferee });
        steps.forEach(({ kind, n, amount }, i) => {
          happen(at, kind === 'order' ? order(`e${n}`, amount) : refund(`r${i}`, `e${n}`, amount));
        });
        const made = at.journal.flatMap((entry) => entry.postings).filter((posting) => !posting.adjusts);
        expect(made.length).toBeLessThanOrEqual(limitPerReferee);
        const standing = [...foldJournal(at.journal).orders.values()].flatMap((o) => o.rewards);
        expect(standing.reduce((sum, reward) => sum + reward.amount, 0)).toBe(earned(at));
      }),
    );
  });
});
