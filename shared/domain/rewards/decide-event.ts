import type { Program } from '../programs/program.ts';
import type { Referral } from '../referrals/referral.ts';
import { fieldsOf } from '../rules/conditions.ts';
import { allotRoom, freeRoom, hasCountersOf, mergeChanges, type Used, wantsRoom } from './allot-room.ts';
import type { EarnInput } from './chance.ts';
import { type Counter, counterKey } from './counter.ts';
import { type EarlyEvent, notReferred, type Waiting, waitWith } from './early-event.ts';
import { type Earned, earn } from './earned.ts';
import { changesOrder, type Explanation, orderApproved, type ReportedEvent } from './event.ts';
import { explain } from './explain.ts';
import { byTime, type Fact, factOf, type Terms } from './fact.ts';
import {
  balanceKindOf,
  type CounterChange,
  changeOf,
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
import { factsUnder, tenureOf, tenuresOf } from './tenures.ts';

/** What an event does: it is known already, becomes the next entry of the journal, or does nothing, for these reasons. */
export type Decision =
  | { readonly do: 'nothing'; readonly explanation: readonly Explanation[] }
  | { readonly do: 'stop'; readonly because: 'recorded' }
  /** The decision needs to know what these counters have used. */
  | { readonly do: 'read'; readonly counters: readonly Counter[] }
  | { readonly do: 'append'; readonly entry: JournalEntry }
  /** It waits for a sign-up, beside others. */
  | ({ readonly do: 'wait'; readonly explanation: readonly Explanation[] } & Waiting);

/** All that a decision depends on. */
export interface Case {
  readonly event: ReportedEvent;
  /** The referral of the event's user, if they have one. */
  readonly referral: Referral | undefined;
  /** Events of the user that wait for their sign-up. */
  readonly early?: readonly EarlyEvent[];
  /** What holds for the event: the version of the program, and how the beneficiaries stand. */
  readonly terms: Terms;
  /** The versions of the program that the terms and the journal name. */
  readonly programs: ReadonlyMap<number, Program>;
  /** The whole journal of the event's user, added up. */
  readonly journal: JournalState;
  /** What counters have used, by `counterKey`; those that were never used are 0. */
  readonly used: ReadonlyMap<string, number>;
  /** How many rewards the entry moves at the most, one at least; all that there are unless given. */
  readonly most?: number | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/** Decides what an event pays or takes back. The same case gives the same decision. */
export function decideEvent(input: Case): Decision {
  const { event, referral, terms, programs, journal, most } = input;
  if (journal.eventIds.has(event.eventId)) return { do: 'stop', because: 'recorded' };
  const program = programs.get(terms.programVersion);
  if (referral === undefined || program === undefined) return withoutReferral(input);
  const fact = factOf(event, terms, wantedNames(conditionFields(program), 'event.properties.'));
  if (isRepeatOfOrder(fact, journal, program)) return nothing('order_already_rewarded');
  // Where rewards are being settled, what is left of that is not for this event to post.
  const share = { postings: most, ...(journal.isSettling && { subject: fact.subject }) };
  return decideFact({ ...input, referral, program, fact, share });
}

function nothing(reason: string): Decision {
  return { do: 'nothing', explanation: [{ outcome: 'skipped', reason }] };
}

function conditionFields(program: Program): readonly string[] {
  return program.rules.flatMap((rule) => fieldsOf(rule.conditions));
}

/** What changes an order is noted even before its user's sign-up, for the order to come. */
function withoutReferral({ event, terms, journal, early = [], now }: Case): Decision {
  if (!changesOrder(event.type)) return awaitSignUp(event, early, now);
  const fact = factOf(event, terms, new Set());
  return { do: 'append', entry: entryOf(journal, fact, now, { explanation: [notYet] }) };
}

function awaitSignUp(event: ReportedEvent, early: readonly EarlyEvent[], now: string): Decision {
  if (early.some(({ eventId }) => eventId === event.eventId)) return { do: 'stop', because: 'recorded' };
  const waiting = waitWith(early, event, now);
  const explanation = [notReferred];
  return waiting === undefined ? { do: 'nothing', explanation } : { do: 'wait', ...waiting, explanation };
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

/** What of the differences an entry posts: all of them unless narrowed. */
export interface Share {
  /** So many at the most, one at least. */
  readonly postings?: number | undefined;
  /** Those that are about one order or event. */
  readonly subject?: string;
}

/** A decision under way. */
export interface FactCase extends Case {
  readonly share: Share;
  readonly referral: Referral;
  readonly program: Program;
  readonly fact: Fact;
}

function decideFact(input: FactCase): Decision {
  const { journal, fact, referral, program } = input;
  const facts = [...journal.facts, fact];
  const isPending = referral.status === 'pending' && !journal.isCompleted;
  const completes = isPending && isQualified(program.qualification, facts);
  const isHeld = referral.status === 'in_review' || referral.status === 'rejected';
  const pays = completes || (!isHeld && !isPending);
  // What was earned before the referral was reassigned is none of its later fate.
  const isSettled = pays || tenureOf(referral, journal.facts, fact).isOver;
  const settled = isSettled
    ? settle(input, facts, pays)
    : { ...noRewards, earned: earnFrom(input, facts, { denied: new Set() }) };
  if ('do' in settled) return settled;
  const progress = progressOf(input, facts, pays, settled.postings);
  const explanation: readonly Explanation[] = [
    ...(completes ? [{ outcome: 'adjusted', reason: 'referral_completed' } as const] : []),
    ...(isSettled
      ? explain(fact, journal, settled.earned, [...settled.postings, ...ownOf(fact, settled.rest)])
      : [{ outcome: 'skipped', reason: `referral_${referral.status}` } as const]),
  ];
  const isKept =
    completes || settled.postings.length > 0 || progress.length > 0 || matters(input, settled.earned, pays);
  if (!isKept) return { do: 'nothing', explanation };
  return {
    do: 'append',
    entry: entryOf(journal, fact, input.now, {
      postings: settled.postings,
      explanation,
      ...(settled.denied.length > 0 && { denied: settled.denied }),
      ...(settled.counters.length > 0 && { counters: settled.counters }),
      ...(progress.length > 0 && { progress }),
      ...(completes && { completes: true as const }),
      ...(settled.left > 0 && !journal.isSettling && { left: settled.left }),
    }),
  };
}

/** What an event is told to have earned by itself, though a later entry posts it. */
function ownOf({ subject }: Fact, rest: readonly Posting[]): readonly Posting[] {
  return rest.filter((posting) => posting.subject === subject);
}

export function entryOf(
  journal: JournalState,
  fact: Fact,
  createdAt: string,
  more: Partial<JournalEntry> & { explanation: readonly Explanation[] },
): JournalEntry {
  return {
    position: journal.nextPosition,
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
  given: Pick<EarnInput, 'denied' | 'counts'>,
): Earned {
  return earn({ facts, referral, programs, ...given });
}

/** Whether a fact that changes nothing now can matter to a later one. */
function matters(input: FactCase, { skips, rewards }: Earned, pays: boolean): boolean {
  const { fact, program, journal } = input;
  if (changesOrder(fact.type)) return !journal.facts.some((known) => saysAsMuch(known, fact));
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
  /** Those that other entries make. */
  readonly rest: readonly Posting[];
  readonly counters: readonly CounterChange[];
  readonly denied: readonly string[];
  /** How many postings and denials are for other entries. */
  readonly left: number;
}

const noRewards = { postings: [], rest: [], counters: [], denied: [], left: 0 };

/** A denial has ids of up to some kilobytes; those of an entry lie in one item, which takes 400. */
const mostDenied = 80;

/**
 * Compares what is earned with what has been posted. A reward that finds no room is denied, and the walk begins anew.
 *
 * @param counts whether the referral does: else all is taken back but what was earned before it was reassigned
 */
export function settle(
  input: FactCase,
  facts: readonly Fact[],
  counts: boolean,
): Settled | Extract<Decision, { do: 'read' }> {
  const fresh = new Map<string, EarnedReward>();
  for (;;) {
    const denied = new Set([...input.journal.denied, ...fresh.keys()]);
    const earned = earnFrom(input, facts, { denied, counts });
    const missing = missingCounters(earned, input);
    if (missing.length > 0) return { do: 'read', counters: missing };
    const { differences, inTurn, denied: more } = differencesOf(input, earned);
    if (more.length === 0) {
      const posted = postShare(differences, inTurn, input.share);
      const noted = noteShare(fresh, input.share);
      return { earned, ...posted, denied: noted, left: posted.rest.length + fresh.size - noted.length };
    }
    for (const one of more) fresh.set(denialKey(one), one);
  }
}

/** Denials that an entry notes. An entry that does not know of one finds it denied again, or with room by then. */
function noteShare(
  fresh: ReadonlyMap<string, EarnedReward>,
  { postings = mostDenied, subject }: Share,
): readonly string[] {
  return [...fresh]
    .filter(([, reward]) => subject === undefined || reward.subject === subject)
    .slice(0, postings)
    .map(([key]) => key);
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

/** What changes for one reward: its postings, and what it takes of counters or gives back. */
interface Difference {
  readonly subject: string;
  readonly postings: readonly Posting[];
  readonly counters: readonly CounterChange[];
}

function postShare(
  differences: readonly Difference[],
  inTurn: readonly Difference[],
  share: Share,
): Pick<Settled, 'postings' | 'rest' | 'counters'> {
  const chosen = chooseShare(inTurn, share);
  const isChosen = (one: Difference) => chosen.has(one);
  return {
    postings: differences.filter(isChosen).flatMap(({ postings }) => postings),
    rest: differences.filter((one) => !isChosen(one)).flatMap(({ postings }) => postings),
    counters: mergeChanges([...chosen].flatMap(({ counters }) => counters)),
  };
}

/** The differences, and in turn: each finds of counters what those before it leave. */
function differencesOf(input: FactCase, { rewards }: Earned) {
  const { journal } = input;
  const given = new Map<string, number>();
  const note = (changes: readonly CounterChange[]): void => {
    for (const one of changes) given.set(counterKey(one), (given.get(counterKey(one)) ?? 0) + one.amount);
  };
  const used: Used = (counter) =>
    (input.used.get(counterKey(counter)) ?? 0) + (given.get(counterKey(counter)) ?? 0);
  // What is given back is there for others in the same decision.
  const withdrawn = [...journal.rewards.values()]
    .filter(({ key }) => !rewards.has(key))
    .map((posted): Difference => {
      const counters = freeRoom(posted);
      note(counters);
      return { subject: posted.posting.subject, postings: withdraw(posted), counters };
    });
  const denied: EarnedReward[] = [];
  const compare = (reward: EarnedReward): Difference => {
    const { subject } = reward;
    const posted = journal.rewards.get(reward.key);
    const { room, changes: counters } = allotRoom(reward, posted, returns(input, reward), used);
    note(counters);
    const isWanted = reward.full > 0 && (reward.net > 0 || !returns(input, reward));
    const isDenied = posted === undefined && room === 0 && isWanted;
    if (isDenied) denied.push(reward);
    return { subject, postings: isDenied ? [] : post(reward, posted, room), counters };
  };
  const all = [...rewards.values()];
  const wanting = new Set(all.filter((one) => wantsMore(input, one)));
  const content = all.filter((one) => !wanting.has(one));
  const compared = new Map([...content, ...wanting].map((one) => [one, compare(one)] as const));
  const inTurn = [...withdrawn, ...compared.values()];
  return { differences: [...withdrawn, ...all.flatMap((one) => compared.get(one) ?? [])], inTurn, denied };
}

/** Those that an entry posts: in turn, so that none takes room that only a later entry gives back. */
function chooseShare(inTurn: readonly Difference[], share: Share): ReadonlySet<Difference> {
  const { postings: most = Number.POSITIVE_INFINITY, subject } = share;
  const chosen = new Set<Difference>();
  let postings = 0;
  for (const one of inTurn) {
    if (subject !== undefined && one.subject !== subject) continue;
    postings += one.postings.length;
    if (postings > most) break;
    chosen.add(one);
  }
  return chosen;
}

function returns({ programs }: FactCase, { programVersion }: EarnedReward): boolean {
  return programs.get(programVersion)?.freedLimits === 'returned';
}

function wantsMore(input: FactCase, reward: EarnedReward): boolean {
  return wantsRoom(reward, input.journal.rewards.get(reward.key), returns(input, reward));
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
 * What changes of the sums that the program measures. Sales are those of whoever was the referrer, points their beneficiary's. Orders are
 * counted whatever becomes of the referral, so that holding it does not hide what its orders tell of the referrer.
 *
 * @param pays whether the referral counts: sales are measured of those that do
 */
export function progressOf(
  { journal, program, referral }: FactCase,
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
  const addAll = (userId: string, sums: Readonly<Record<string, number>>): void => {
    for (const [name, amount] of Object.entries(sums)) add(userId, name, amount);
  };
  const tenures = tenuresOf(referral, facts);
  const earning = tenures.filter(({ isOver, referral: then }) => (isOver ? !then.isForfeited : pays));
  for (const userId of new Set(tenures.map(({ referral: then }) => then.referrerId))) {
    if (countsSales(program)) {
      const sales = measureSales(factsUnder(earning, userId));
      addAll(userId, differenceOf(countedSales(journal, userId), sales));
    }
    if (countsOrders(program)) {
      const orders = measureOrders(factsUnder(tenures, userId));
      addAll(userId, differenceOf(countedOrders(journal, userId), orders));
    }
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
    const before = journal.rewards.get(rewardKey(posting))?.amount ?? 0;
    add(posting.beneficiaryId, 'rewards', Number(posting.rewardAmount > 0) - Number(before > 0));
  }
  return [...changes]
    .map(([userId, own]) => ({
      userId,
      changes: Object.fromEntries(Object.entries(own).filter(([, amount]) => amount !== 0)),
    }))
    .filter((one) => Object.keys(one.changes).length > 0);
}
