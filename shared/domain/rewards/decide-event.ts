import type { Program } from '../programs/program.ts';
import type { Referral } from '../referrals/referral.ts';
import { fieldsOf } from '../rules/conditions.ts';
import { allotRoom, freeRoom, hasCountersOf, mergeChanges, type Used, wantsRoom } from './allot-room.ts';
import { type Counter, counterKey } from './counter.ts';
import { type Earned, earn } from './earned.ts';
import { changesOrder, type Explanation, orderApproved, type ReportedEvent } from './event.ts';
import { explain } from './explain.ts';
import { byTime, type Fact, factOf, type Terms } from './fact.ts';
import {
  balanceKindOf,
  type CounterChange,
  changeOf,
  foldJournal,
  type JournalEntry,
  type JournalState,
  type PostedReward,
  type Posting,
  type ProgressChange,
  rewardKey,
} from './journal.ts';
import { countedOrders, countsOrders, measureOrders } from './measure-orders.ts';
import { countedSales, countsPoints, countsSales, differenceOf, measureSales } from './measure-sales.ts';
import { wantedNames } from './occasion-facts.ts';
import { denialKey, type EarnedReward } from './outcome.ts';
import { isQualified } from './qualification.ts';

/** What an event does: it is in the journal already, becomes its next entry, or does nothing, for these reasons. */
export type Decision =
  | { readonly do: 'nothing'; readonly explanation: readonly Explanation[] }
  | { readonly do: 'stop'; readonly because: 'recorded' }
  /** The decision needs to know what these counters have used. */
  | { readonly do: 'read'; readonly counters: readonly Counter[] }
  | { readonly do: 'append'; readonly entry: JournalEntry };

/** All that a decision depends on. */
export interface Case {
  readonly event: ReportedEvent;
  /** The referral of the event's user, if they have one. */
  readonly referral: Referral | undefined;
  /** What holds for the event: the version of the program, and how the beneficiaries stand. */
  readonly terms: Terms;
  /** The versions of the program that the terms and the journal name. */
  readonly programs: ReadonlyMap<number, Program>;
  /** The whole journal of the event's user, in order. */
  readonly journal: readonly JournalEntry[];
  /** What counters have used, by `counterKey`; those that were never used are 0. */
  readonly used: ReadonlyMap<string, number>;
  /** ISO 8601. */
  readonly now: string;
}

/** Decides what an event pays or takes back. The same case gives the same decision. */
export function decideEvent(input: Case): Decision {
  const { event, referral, terms, programs } = input;
  const state = foldJournal(input.journal);
  if (state.eventIds.has(event.eventId)) return { do: 'stop', because: 'recorded' };
  const program = programs.get(terms.programVersion);
  if (referral === undefined || program === undefined) return withoutReferral(input, state);
  const fact = factOf(event, terms, wantedNames(conditionFields(program), 'event.properties.'));
  if (isRepeatOfOrder(fact, state, program)) return nothing('order_already_rewarded');
  return decideFact({ ...input, referral, program, state, fact });
}

function nothing(reason: string): Decision {
  return { do: 'nothing', explanation: [{ outcome: 'skipped', reason }] };
}

function conditionFields(program: Program): readonly string[] {
  return program.rules.flatMap((rule) => fieldsOf(rule.conditions));
}

/** What changes an order is noted even before its user's sign-up, for the order to come. */
function withoutReferral({ event, terms, now }: Case, state: JournalState): Decision {
  if (!changesOrder(event.type)) return nothing('user_not_referred');
  const fact = factOf(event, terms, new Set());
  return { do: 'append', entry: entryOf(state, fact, now, { explanation: [notYet] }) };
}

const notYet: Explanation = { outcome: 'skipped', reason: 'no_rewarded_order_yet' };

/** The same report of a payment that is known from an earlier time, under another id. */
function isRepeatOfOrder(fact: Fact, { facts }: JournalState, program: Program): boolean {
  if (changesOrder(fact.type) || conditionFields(program).includes('event.occurredAt')) return false;
  return facts.some((known) => byTime(known, fact) < 0 && saysTheSame(known, fact));
}

function saysTheSame(known: Fact, fact: Fact): boolean {
  return known.type === fact.type && known.subject === fact.subject && contentOf(known) === contentOf(fact);
}

function contentOf({ eventId: _, at: __, batchPosition: ___, ...content }: Fact): string {
  return JSON.stringify(content);
}

/** A decision under way. */
export interface FactCase extends Case {
  readonly referral: Referral;
  readonly program: Program;
  readonly state: JournalState;
  readonly fact: Fact;
}

function decideFact(input: FactCase): Decision {
  const { state, fact, referral, program } = input;
  const facts = [...state.facts, fact];
  const isPending = referral.status === 'pending' && !state.isCompleted;
  const completes = isPending && isQualified(program.qualification, facts);
  const isHeld = referral.status === 'in_review' || referral.status === 'rejected';
  const pays = completes || (!isHeld && !isPending);
  const settled = pays ? settle(input, facts) : { ...noRewards, earned: earnFrom(input, facts, new Set()) };
  if ('do' in settled) return settled;
  const progress = progressOf(input, facts, pays, settled.postings);
  const explanation: readonly Explanation[] = [
    ...(completes ? [{ outcome: 'adjusted', reason: 'referral_completed' } as const] : []),
    ...(pays
      ? explain(fact, state, settled.earned, settled.postings)
      : [{ outcome: 'skipped', reason: `referral_${referral.status}` } as const]),
  ];
  const isKept =
    completes || settled.postings.length > 0 || progress.length > 0 || matters(input, settled.earned, pays);
  if (!isKept) return { do: 'nothing', explanation };
  return {
    do: 'append',
    entry: entryOf(state, fact, input.now, {
      postings: settled.postings,
      explanation,
      ...(settled.denied.length > 0 && { denied: settled.denied }),
      ...(settled.counters.length > 0 && { counters: settled.counters }),
      ...(progress.length > 0 && { progress }),
      ...(completes && { completes: true as const }),
    }),
  };
}

export function entryOf(
  state: JournalState,
  fact: Fact,
  createdAt: string,
  more: Partial<JournalEntry> & { explanation: readonly Explanation[] },
): JournalEntry {
  return {
    position: state.nextPosition,
    eventId: fact.eventId,
    fact,
    createdAt,
    postings: [],
    ...more,
  };
}

function earnFrom(
  { referral, programs }: FactCase,
  facts: readonly Fact[],
  denied: ReadonlySet<string>,
): Earned {
  return earn({ facts, referral, programs, denied });
}

/** Whether a fact that changes nothing now can matter to a later one. */
function matters(input: FactCase, { skips, rewards }: Earned, pays: boolean): boolean {
  const { fact, program, state } = input;
  if (changesOrder(fact.type)) return !state.facts.some((known) => saysAsMuch(known, fact));
  if (fact.type === orderApproved || releasesHold(input)) return true;
  if (!pays && program.qualification.some((one) => one.event === fact.type)) return true;
  if ((countsSales(program) || countsOrders(program)) && fact.type === 'order.paid') return true;
  const isOwn = (one: { subject: string; type: string }) =>
    one.subject === fact.subject && one.type === fact.type;
  return [...rewards.values()].some(isOwn) || skips.some((skip) => skip.isOpen && isOwn(skip));
}

function releasesHold({ fact, programs }: FactCase): boolean {
  const holds = [...programs.values()].flatMap(({ rules }) => rules.map((rule) => rule.hold));
  return holds.some((hold) => hold !== undefined && 'untilEvent' in hold && hold.untilEvent === fact.type);
}

/**
 * Whether a change of an order is known already: a refund of no more than what had been refunded by then. Where the
 * currencies differ, one of the two may be none of the order.
 */
function saysAsMuch(known: Fact, fact: Fact): boolean {
  return (
    fact.type === 'order.refunded' &&
    known.type === fact.type &&
    known.subject === fact.subject &&
    known.currency === fact.currency &&
    byTime(known, fact) < 0 &&
    (known.amountRefunded ?? 0) >= (fact.amountRefunded ?? 0)
  );
}

export interface Settled {
  readonly earned: Earned;
  readonly postings: readonly Posting[];
  readonly counters: readonly CounterChange[];
  readonly denied: readonly string[];
}

const noRewards = { postings: [], counters: [], denied: [] };

/** Takes back all that has been posted. */
export function withdrawAll(input: FactCase): Settled {
  const earned = { rewards: new Map(), skips: [] };
  return { earned, ...postDifferences(input, earned) };
}

/** Compares what is earned with what has been posted. A reward that finds no room is denied, and the walk begins anew. */
export function settle(input: FactCase, facts: readonly Fact[]): Settled | Extract<Decision, { do: 'read' }> {
  const denied = new Set(input.state.denied);
  for (;;) {
    const earned = earnFrom(input, facts, denied);
    const missing = missingCounters(earned, input);
    if (missing.length > 0) return { do: 'read', counters: missing };
    const result = postDifferences(input, earned);
    if (result.denied.length === 0) {
      const fresh = [...denied].filter((key) => !input.state.denied.has(key));
      return { earned, ...result, denied: fresh };
    }
    for (const key of result.denied) denied.add(key);
  }
}

/** Counters are read for rewards that want more of them. */
function missingCounters({ rewards }: Earned, input: FactCase): readonly Counter[] {
  const wanting = [...rewards.values()].filter((reward) => wantsMore(input, reward));
  const wanted = new Map(
    wanting.flatMap((reward) => reward.counters.map((one) => [counterKey(one), one] as const)),
  );
  return [...wanted]
    .filter(([key]) => !input.used.has(key))
    .map(([, { owner, name }]) => ({ ...(owner !== undefined && { owner }), name }));
}

function postDifferences(input: FactCase, { rewards }: Earned): Omit<Settled, 'earned'> {
  const { state } = input;
  const given = new Map<string, number>();
  const counters: CounterChange[] = [];
  const postings: Posting[] = [];
  const denied: string[] = [];
  const change = (changes: readonly CounterChange[]): void => {
    counters.push(...changes);
    for (const one of changes) given.set(counterKey(one), (given.get(counterKey(one)) ?? 0) + one.amount);
  };
  // What is given back is there for others in the same decision.
  for (const posted of state.rewards.values()) {
    if (rewards.has(posted.key)) continue;
    change(freeRoom(posted));
    postings.push(...withdraw(posted));
  }
  const used: Used = (counter) =>
    (input.used.get(counterKey(counter)) ?? 0) + (given.get(counterKey(counter)) ?? 0);
  const rooms = new Map<string, number | undefined>();
  const allot = (reward: EarnedReward): void => {
    const allotment = allotRoom(reward, state.rewards.get(reward.key), returns(input, reward), used);
    rooms.set(reward.key, allotment.room);
    change(allotment.changes);
  };
  const all = [...rewards.values()];
  for (const reward of all.filter((one) => !wantsMore(input, one))) allot(reward);
  for (const reward of all.filter((one) => wantsMore(input, one))) allot(reward);
  for (const reward of all) {
    const posted = state.rewards.get(reward.key);
    const room = rooms.get(reward.key);
    const isWanted = reward.full > 0 && (reward.net > 0 || !returns(input, reward));
    if (posted === undefined && room === 0 && isWanted) denied.push(denialKey(reward));
    else postings.push(...post(reward, posted, room));
  }
  return { postings, counters: mergeChanges(counters), denied };
}

function returns({ programs }: FactCase, { programVersion }: EarnedReward): boolean {
  return programs.get(programVersion)?.freedLimits === 'returned';
}

function wantsMore(input: FactCase, reward: EarnedReward): boolean {
  return wantsRoom(reward, input.state.rewards.get(reward.key), returns(input, reward));
}

/** A reward that is no longer earned: a limit went to an order of an earlier time, or another rule pays instead. */
function withdraw(posted: PostedReward): Posting[] {
  if (posted.amount === 0 && (posted.room ?? 0) === 0) return [];
  const { room: _, from: __, ...posting } = posted.posting;
  return [
    {
      ...posting,
      rewardAmount: 0,
      amount: balanceKindOf(posting.kind) === undefined ? 0 : -posted.amount,
      bucket: posted.bucket,
      ...(posted.room !== undefined && { room: 0 }),
      adjusts: posted.place,
    },
  ];
}

function post(reward: EarnedReward, posted: PostedReward | undefined, room: number | undefined): Posting[] {
  const amount = room === undefined ? reward.net : Math.min(reward.net, room);
  const isSame =
    posted &&
    posted.amount === amount &&
    posted.bucket === reward.bucket &&
    posted.room === room &&
    (room === undefined || hasCountersOf(posted, reward));
  if (isSame) return [];
  const isCounted = balanceKindOf(reward.kind) !== undefined;
  const before = posted?.amount ?? 0;
  const moves = posted !== undefined && posted.bucket !== reward.bucket;
  const { key: _, full: __, net: ___, type: ____, counters, bucket, ...rest } = reward;
  return [
    {
      ...rest,
      rewardAmount: amount,
      amount: isCounted ? (moves ? amount : amount - before) : 0,
      bucket,
      ...(moves && isCounted && before !== 0 && { from: { bucket: posted.bucket, amount: -before } }),
      ...(room !== undefined && { room, counters }),
      ...(posted && { adjusts: posted.place }),
    },
  ];
}

/**
 * What changes of the sums that the program measures. Sales are the referrer's, points their beneficiary's. Orders are
 * counted whatever becomes of the referral, so that holding it does not hide what its orders tell of the referrer.
 *
 * @param pays whether the referral counts: sales are measured of those that do
 */
export function progressOf(
  { state, program, referral }: FactCase,
  facts: readonly Fact[],
  pays: boolean,
  postings: readonly Posting[],
): readonly ProgressChange[] {
  const changes = new Map<string, Record<string, number>>();
  const add = (userId: string, name: string, amount: number): void => {
    const own = changes.get(userId) ?? {};
    own[name] = (own[name] ?? 0) + amount;
    changes.set(userId, own);
  };
  const addAll = (sums: Readonly<Record<string, number>>): void => {
    for (const [name, amount] of Object.entries(sums)) add(referral.referrerId, name, amount);
  };
  if (countsSales(program)) {
    const before = countedSales(state, referral.referrerId);
    addAll(differenceOf(before, measureSales(pays ? facts : [])));
  }
  if (countsOrders(program)) {
    addAll(differenceOf(countedOrders(state, referral.referrerId), measureOrders(facts)));
  }
  if (countsPoints(program)) {
    for (const posting of postings) {
      if (posting.kind !== 'points') continue;
      add(posting.beneficiaryId, 'points', changeOf(posting));
    }
  }
  // Rewards of money are counted with their account; those that have none are counted here.
  for (const posting of postings) {
    if (balanceKindOf(posting.kind) !== undefined) continue;
    const before = state.rewards.get(rewardKey(posting))?.amount ?? 0;
    add(posting.beneficiaryId, 'rewards', Number(posting.rewardAmount > 0) - Number(before > 0));
  }
  return [...changes]
    .map(([userId, own]) => ({
      userId,
      changes: Object.fromEntries(Object.entries(own).filter(([, amount]) => amount !== 0)),
    }))
    .filter((one) => Object.keys(one.changes).length > 0);
}
