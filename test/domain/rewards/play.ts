import { tierOf } from '../../../shared/domain/milestones/tiers.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Program, ProgramSettings, Rule } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { counterKey } from '../../../shared/domain/rewards/counter.ts';
import { type Decision, decideEvent } from '../../../shared/domain/rewards/decide-event.ts';
import { changesOrder, type ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import type { Standing, Terms } from '../../../shared/domain/rewards/fact.ts';
import { foldJournal, type JournalEntry, type PostedReward } from '../../../shared/domain/rewards/journal.ts';

/** When referrals begin and orders come, unless a test says otherwise. */
export const now = '2026-05-01T10:00:00.000Z';

/** What a participant stands like at an event; tiers are worked out. */
export type StandingOf = (userId: string, event: ReportedEvent) => Standing | undefined;

/** Journals, counters and terms, as the table keeps them, for the pure engine to be played with. */
export interface World {
  readonly program: Program;
  readonly referrals: Map<string, Referral>;
  readonly standingOf: StandingOf;
  readonly journals: Map<string, readonly JournalEntry[]>;
  readonly counters: Map<string, number>;
}

/** 10% of every paid order to the referrer; what a test gives stands in its place. */
export function ruleOf(given: Partial<Rule> = {}): Rule {
  return {
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
    ...given,
  };
}

export function programOf(given: Partial<ProgramSettings> = {}): Program {
  return {
    ...defaultSettings('Default', 'https://example.com/'),
    milestones: [],
    rules: [ruleOf()],
    programId: 'default',
    version: 4,
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}

export function referralOf(given: Partial<Referral> = {}): Referral {
  const { referrerId = 'alice', refereeId = 'bob' } = given;
  return {
    referralId: `ref_${refereeId}`,
    programId: 'default',
    referrerId,
    refereeId,
    code: 'abc234de',
    upline: [referrerId],
    status: 'completed',
    programVersion: 4,
    createdAt: now,
    ...given,
  };
}

/** A world of one referral, alice of bob, unless others are given. */
export function worldOf(
  settings: Partial<ProgramSettings> = {},
  referrals: readonly Referral[] = [referralOf()],
  standingOf: StandingOf = () => undefined,
): World {
  return {
    program: programOf(settings),
    referrals: new Map(referrals.map((one) => [one.refereeId, one])),
    standingOf,
    journals: new Map(),
    counters: new Map(),
  };
}

/** As the default program has it. */
export const commission = ruleOf({ limitPerReferee: 3, excludedPaymentMethods: ['account_balance'] });

/** A world by these rules, or by the commission alone. */
export const worldBy = (...rules: readonly Rule[]): World =>
  worldOf({ rules: rules.length > 0 ? rules : [commission] });

/** A world in which a referee's first order alone earns. */
export const onceWorld = (): World => worldBy(ruleOf({ limitPerReferee: 1 }));

export const journalOf = (world: World, userId = 'bob'): readonly JournalEntry[] =>
  world.journals.get(userId) ?? [];

/** Processes one event: reads the counters that are asked for, and appends what is to be appended. */
export function happen(world: World, event: ReportedEvent): Decision {
  const journal = foldJournal(journalOf(world, event.userId));
  const referral = world.referrals.get(event.userId);
  const used = new Map<string, number>();
  const terms = referral === undefined ? { programVersion: 0 } : termsOf(world, event, referral);
  const programs = new Map([[world.program.version, world.program]]);
  for (;;) {
    const decision = decideEvent({ event, referral, terms, programs, journal, used, now });
    if (decision.do === 'read') {
      for (const one of decision.counters)
        used.set(counterKey(one), world.counters.get(counterKey(one)) ?? 0);
      continue;
    }
    if (decision.do === 'append') commit(world, event.userId, decision.entry);
    return decision;
  }
}

/** As the table's condition does, refuses what would pass a limit. */
function commit(world: World, userId: string, entry: JournalEntry): void {
  for (const change of entry.counters ?? []) {
    const after = (world.counters.get(counterKey(change)) ?? 0) + change.amount;
    if (change.limit !== undefined && after > change.limit) {
      throw new Error(`${counterKey(change)} passes its limit of ${change.limit}: ${after}`);
    }
    if (after < 0) throw new Error(`${counterKey(change)} falls below nothing`);
    world.counters.set(counterKey(change), after);
  }
  world.journals.set(userId, [...journalOf(world, userId), entry]);
}

function termsOf(world: World, event: ReportedEvent, referral: Referral): Terms {
  const programVersion = world.program.version;
  if (changesOrder(event.type)) return { programVersion };
  const people = new Set([referral.referrerId, referral.refereeId, ...referral.upline]);
  const standings = [...people].flatMap((userId) => {
    const tierId = tierOfUser(world, userId);
    const standing = { ...(tierId !== undefined && { tierId }), ...world.standingOf(userId, event) };
    return Object.keys(standing).length > 0 ? [[userId, standing] as const] : [];
  });
  return { programVersion, ...(standings.length > 0 && { standings: Object.fromEntries(standings) }) };
}

function tierOfUser(world: World, userId: string): string | undefined {
  const sums: Record<string, number> = {};
  for (const change of entriesOf(world).flatMap((entry) => entry.progress ?? [])) {
    if (change.userId !== userId) continue;
    for (const [name, amount] of Object.entries(change.changes)) sums[name] = (sums[name] ?? 0) + amount;
  }
  const revenue = Object.entries(sums).filter(([name]) => name.startsWith('revenue:'));
  const referrals = [...world.referrals.values()].filter((one) => one.referrerId === userId);
  const completed = referrals.filter(
    (one) =>
      one.status === 'completed' || journalOf(world, one.refereeId).some((entry) => entry.completes === true),
  );
  return tierOf(world.program.tiers, {
    pending: 0,
    completed: completed.length,
    rejected: 0,
    inReview: 0,
    paidOrders: sums['paidOrders'] ?? 0,
    revenue: Object.fromEntries(revenue.map(([name, amount]) => [name.slice('revenue:'.length), amount])),
    points: sums['points'] ?? 0,
  })?.tierId;
}

export const entriesOf = (world: World): readonly JournalEntry[] => [...world.journals.values()].flat();

export const rewardsOf = (world: World): readonly PostedReward[] =>
  [...world.journals.values()].flatMap((journal) => [...foldJournal(journal).rewards.values()]);

/** What everybody has, by user, kind, currency and bucket: the sum of all postings. Nothing is left out. */
export function balancesOf(world: World): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  const add = (name: string, amount: number): void => {
    sums[name] = (sums[name] ?? 0) + amount;
  };
  for (const posting of entriesOf(world).flatMap((entry) => entry.postings)) {
    const { beneficiaryId, kind, currency, bucket, amount, from } = posting;
    if (currency === undefined) continue;
    add(`${beneficiaryId} ${kind} ${currency} ${bucket}`, amount);
    if (from) add(`${beneficiaryId} ${kind} ${currency} ${from.bucket}`, from.amount);
  }
  return withoutNothing(sums);
}

export function withoutNothing(sums: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

/** All that somebody has of a currency. */
export function earnedBy(world: World, userId = 'alice', currency = 'USD'): number {
  return Object.entries(balancesOf(world)).reduce((sum, [name, amount]) => {
    const [user, , unit] = name.split(' ');
    return user === userId && unit === currency ? sum + amount : sum;
  }, 0);
}

export type Given = Partial<ReportedEvent> & { readonly eventId: string };

export function eventOf(given: Given): ReportedEvent {
  return { programId: 'default', type: 'order.paid', userId: 'bob', acceptedAt: now, ...given };
}

/** An order in USD, known as `o-` and the event's id. */
export function order(eventId: string, amount = 1_000, more: Partial<ReportedEvent> = {}): ReportedEvent {
  return eventOf({ eventId, amount, currency: 'USD', orderId: `o-${eventId}`, ...more });
}

/** A refund of an order that was made by `order`. */
export function refund(
  eventId: string,
  orderEventId: string,
  amountRefunded: number,
  more: Partial<ReportedEvent> = {},
): ReportedEvent {
  const orderId = `o-${orderEventId}`;
  return eventOf({ eventId, type: 'order.refunded', orderId, amountRefunded, ...more });
}

/** A change of an order that was made by `order`. */
export function change(
  eventId: string,
  type: 'updated' | 'cancelled' | 'charged_back' | 'charge_back_reversed',
  orderEventId: string,
  more: Partial<ReportedEvent> = {},
): ReportedEvent {
  return eventOf({ eventId, type: `order.${type}`, orderId: `o-${orderEventId}`, ...more });
}

/** A time so many minutes after `now`. */
export const minute = (minutes: number): string => new Date(Date.parse(now) + minutes * 60_000).toISOString();

export function entryOf(decision: Decision): JournalEntry {
  if (decision.do !== 'append') throw new Error(`It did not append: ${JSON.stringify(decision)}`);
  return decision.entry;
}

export function reasonsOf(decision: Decision): readonly string[] {
  if (decision.do === 'stop') return [decision.because];
  if (decision.do === 'read') return ['read'];
  return (decision.do === 'append' ? decision.entry : decision).explanation.map((line) => line.reason);
}
