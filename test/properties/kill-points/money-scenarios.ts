import { journalRewardId, milestoneRewardId, participantKey } from '../../../shared/domain/ids.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Milestone, ProgramSettings, Rule } from '../../../shared/domain/programs/program.ts';
import { assignCoupon } from '../../../shared/usecases/coupons/assign-coupon.ts';
import { loadCoupons } from '../../../shared/usecases/coupons/load-coupons.ts';
import { claimReward } from '../../../shared/usecases/rewards/claim-reward.ts';
import { takingAtMost } from '../../support/ports.ts';
import { handle } from '../histories/play.ts';
import { serve } from '../histories/requests.ts';
import { type Ports, programId, type World } from '../histories/world.ts';
import type { Scenario } from './scenarios.ts';

const rule = (more: Partial<Rule>): Rule => ({
  ruleId: 'commission',
  event: 'order.paid',
  side: 'referrer',
  kind: 'cash',
  amount: { type: 'percentage', rate: '10' },
  basis: { type: 'gross', excludedProducts: [], excludedCategories: [] },
  limitPerReferee: null,
  months: null,
  caps: [],
  excludedPaymentMethods: [],
  priority: 0,
  ...more,
});

const seller = (more: Partial<Milestone>): Milestone => ({
  milestoneId: 'seller',
  name: 'Seller',
  kind: 'cash',
  threshold: { metric: 'paidOrders', value: 1 },
  amount: { amount: 700, currency: 'EUR' },
  grant: 'automatic',
  onReversal: 'take_back',
  ...more,
});

interface Reported {
  readonly id: string;
  readonly type?: string;
  readonly amount?: number;
  readonly orderId?: string;
  readonly amountRefunded?: number;
  readonly occurredAt?: string;
}

/** A program of its own, under which Ann brings Bob, and events of Bob's that are reported. */
async function open(
  world: World,
  settings: Partial<ProgramSettings>,
  ...events: readonly Reported[]
): Promise<void> {
  const { ports } = world;
  const now = new Date(ports.now()).toISOString();
  const all = { ...defaultSettings('Default', 'https://example.com/'), milestones: [], ...settings };
  await ports.saveProgram({ programId, ...all, version: 1, createdAt: now, updatedAt: now });
  await serve(ports, { kind: 'link', userId: 'ann', code: 'ann-link' });
  await serve(ports, { kind: 'signUp', newUserId: 'bob', referralCode: 'ann-link' });
  const inputs = events.map(({ type = 'order.paid', ...event }) => ({
    ...{ type, userId: 'bob', programId, orderId: `order of ${event.id}` },
    ...(type === 'order.paid' && { amount: 1000, currency: 'EUR' }),
    ...event,
  }));
  if (inputs.length > 0) await serve(ports, { kind: 'events', inputs });
}

const process = (ports: Ports, eventId: string): Promise<void> =>
  handle(ports, { kind: 'events', programId, userId: 'bob', eventIds: [eventId] });
/** Two orders wait for an address to be verified, which completes the referral. */
const openWaiting = async (world: World): Promise<void> => {
  const settings = { rules: [rule({})], qualification: [{ event: 'email.verified', times: 1 }] };
  const verified = { id: 'verified', type: 'email.verified' };
  await open(world, settings, { id: 'one' }, { id: 'two' }, { id: 'three' }, verified);
  for (const id of ['one', 'two']) await process(world.ports, id);
};
const processOfMany = (ports: Ports, eventId: string): Promise<void> =>
  process(takingAtMost(ports, 1), eventId);
const progress = (ports: Ports): Promise<void> =>
  handle(ports, { kind: 'progress', programId, userId: 'ann' });

const processing =
  (eventId: string): Scenario['act'] =>
  ({ ports }) =>
    process(ports, eventId).then(() => ({}));

const firstReward = journalRewardId(participantKey(programId, 'bob'), 1, 0);
const claiming =
  (rewardId: string): Scenario['act'] =>
  ({ ports }) =>
    claimReward(ports, rewardId, 'ann');

const coupon = rule({ kind: 'coupon', name: '10% off', pool: 'spring' });
/** A rule for a coupon pays no amount. */
const { amount: _, ...couponRule } = coupon;
const withPool = (ports: Ports) => ({ ...ports, poolIsEmpty: () => undefined });
const load = (ports: Ports) => loadCoupons(ports, programId, 'spring', ['SPRING-1']);

const own = { hasOwnProgram: true } as const;

const appends: readonly Scenario[] = [
  {
    ...own,
    name: 'processEvents, an order that counts towards two caps and a budget',
    prepare: (world) =>
      open(
        world,
        {
          rules: [
            rule({
              side: 'both',
              caps: [
                { period: 'month', amount: 500, currency: 'EUR' },
                { period: 'ever', rewards: 2 },
              ],
            }),
          ],
          budgets: [{ currency: 'EUR', amount: 150, period: 'ever' }],
        },
        { id: 'one' },
      ),
    act: processing('one'),
  },
  {
    ...own,
    name: 'processEvents, an order that gets what is left of a budget',
    async prepare(world) {
      const budgets = [{ currency: 'EUR', amount: 150, period: 'day' }] as const;
      await open(world, { rules: [rule({})], budgets }, { id: 'one' }, { id: 'two' });
      await process(world.ports, 'one');
    },
    act: processing('two'),
  },
  {
    ...own,
    name: 'processEvents, a refund that gives its room back',
    async prepare(world) {
      const settings: Partial<ProgramSettings> = {
        rules: [rule({ caps: [{ period: 'ever', amount: 150, currency: 'EUR' }] })],
        freedLimits: 'returned',
      };
      const back = { id: 'back', type: 'order.refunded', orderId: 'order of one', amountRefunded: 600 };
      await open(world, settings, { id: 'one' }, back);
      await process(world.ports, 'one');
    },
    act: processing('back'),
  },
  {
    ...own,
    name: 'processEvents, the order that completes a referral and pays for those before',
    async prepare(world) {
      const settings: Partial<ProgramSettings> = {
        qualification: [{ event: 'order.paid', times: 2 }],
        rules: [
          rule({}),
          rule({
            ruleId: 'bonus',
            event: 'referral.completed',
            amount: { type: 'flat', amount: 300, currency: 'EUR' },
          }),
        ],
        milestones: [seller({ threshold: { metric: 'completedReferrals', value: 1 } })],
      };
      await open(world, settings, { id: 'one' }, { id: 'two' });
      await process(world.ports, 'one');
    },
    act: processing('two'),
  },
  {
    ...own,
    name: 'processEvents, an event that completes a referral, in stages',
    prepare: openWaiting,
    act: ({ ports }) => processOfMany(ports, 'verified').then(() => ({})),
  },
  {
    ...own,
    name: 'processEvents, an order while others are settled',
    async prepare(world) {
      await openWaiting(world);
      await processOfMany(world.ports, 'verified');
    },
    act: processing('three'),
  },
  {
    ...own,
    name: 'processEvents, an order of an earlier time that takes the limit of two rules',
    async prepare(world) {
      const rules = [
        rule({ limitPerReferee: 1 }),
        rule({ ruleId: 'points', kind: 'points', side: 'both', limitPerReferee: 1 }),
      ];
      await open(world, { rules }, { id: 'late' }, { id: 'early', occurredAt: '2026-03-01T00:00:00.000Z' });
      await process(world.ports, 'late');
    },
    act: processing('early'),
  },
  {
    ...own,
    name: 'processEvents, an event that ends a hold',
    async prepare(world) {
      const rules = [rule({ side: 'both', hold: { untilEvent: 'order.delivered' } })];
      const delivered = { id: 'delivered', type: 'order.delivered', orderId: 'order of one' };
      await open(world, { rules }, { id: 'one' }, delivered);
      await process(world.ports, 'one');
    },
    act: processing('delivered'),
  },
  {
    ...own,
    name: 'processEvents, an order that reaches a milestone with money',
    prepare: (world) =>
      open(
        world,
        { rules: [rule({}), rule({ ruleId: 'points', kind: 'points' })], milestones: [seller({})] },
        { id: 'one' },
      ),
    act: processing('one'),
  },
  {
    ...own,
    name: 'rewardReferral',
    prepare: (world) => open(world, { rules: [rule({ event: 'referral.completed', amount: flat(250) })] }),
    act: ({ ports }) => handle(ports, { kind: 'referral', programId, userId: 'bob' }).then(() => ({})),
  },
];

function flat(amount: number) {
  return { type: 'flat', amount, currency: 'EUR' } as const;
}

const givings: readonly Scenario[] = [
  {
    ...own,
    name: 'grantMilestones, money that is given at once',
    async prepare(world) {
      await open(world, { rules: [rule({})], milestones: [seller({})] }, { id: 'one' });
      await process(world.ports, 'one');
    },
    act: ({ ports }) => progress(ports).then(() => ({})),
  },
  {
    ...own,
    name: 'grantMilestones, money that is taken back',
    async prepare(world) {
      const back = { id: 'back', type: 'order.refunded', orderId: 'order of one', amountRefunded: 1000 };
      await open(world, { rules: [rule({})], milestones: [seller({})] }, { id: 'one' }, back);
      await process(world.ports, 'one');
      await progress(world.ports);
      await process(world.ports, 'back');
    },
    act: ({ ports }) => progress(ports).then(() => ({})),
  },
  {
    ...own,
    name: 'claimReward, credit out of the balance',
    async prepare(world) {
      await open(world, { rules: [rule({ kind: 'credit', hold: { days: 1 } })] }, { id: 'one' });
      await process(world.ports, 'one');
      world.clock.now += 3 * 86_400_000;
    },
    act: claiming(firstReward),
  },
  {
    ...own,
    name: 'claimReward, a milestone whose money comes with the claim',
    async prepare(world) {
      const settings = { rules: [rule({})], milestones: [seller({ grant: 'claim', kind: 'credit' })] };
      await open(world, settings, { id: 'one' });
      await process(world.ports, 'one');
      await progress(world.ports);
    },
    act: claiming(milestoneRewardId(participantKey(programId, 'ann'), 'seller')),
  },
  {
    ...own,
    name: 'assignCoupon',
    async prepare(world) {
      await open(world, { rules: [couponRule] }, { id: 'one' });
      await load(world.ports);
      await process(world.ports, 'one');
    },
    act: ({ ports }) => assignCoupon(withPool(ports), firstReward).then(() => ({})),
  },
  {
    ...own,
    name: 'assignCoupon out of an empty pool',
    async prepare(world) {
      await open(world, { rules: [couponRule] }, { id: 'one' });
      await process(world.ports, 'one');
    },
    act: ({ ports }) => assignCoupon(withPool(ports), firstReward).then(() => ({})),
  },
  {
    ...own,
    name: 'loadCoupons for one who waits',
    async prepare(world) {
      await open(world, { rules: [couponRule] }, { id: 'one' });
      await process(world.ports, 'one');
      await assignCoupon(withPool(world.ports), firstReward);
    },
    act: ({ ports }) => load(ports),
  },
  {
    ...own,
    name: 'createPayout of what was held, within limits',
    async prepare(world) {
      const limits = [
        { period: 'month', rewards: 1 },
        { period: 'ever', amount: 300, currency: 'EUR' },
      ] as const;
      await open(
        world,
        { rules: [rule({ hold: { days: 1 } })], payouts: { minimums: [], requires: [], limits } },
        { id: 'one' },
        { id: 'two', occurredAt: '2026-03-01T12:00:00.000Z' },
      );
      await process(world.ports, 'one');
      await process(world.ports, 'two');
      world.clock.now += 3 * 86_400_000;
    },
    act: ({ ports }) => serve(ports, { kind: 'payout', userId: 'ann', amount: 150, currency: 'EUR' }),
  },
];

/** Use cases that move money, each under a program made for it. */
export const moneyScenarios: readonly Scenario[] = [...appends, ...givings];
