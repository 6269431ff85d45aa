import { expect } from 'vitest';
import { participantKey } from '../../../shared/domain/ids.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { decideEvent } from '../../../shared/domain/rewards/decide-event.ts';
import { earn } from '../../../shared/domain/rewards/earned.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { byTime, type Fact, factOf, type Terms, timeOf } from '../../../shared/domain/rewards/fact.ts';
import { changeOf, foldJournal, type JournalEntry } from '../../../shared/domain/rewards/journal.ts';
import { countsOrders, measureOrders } from '../../../shared/domain/rewards/measure-orders.ts';
import { countsPoints, countsSales, measureSales } from '../../../shared/domain/rewards/measure-sales.ts';
import { referralCompleted } from '../../../shared/usecases/events/reward-referral.ts';
import { type Books, standingOf } from './books.ts';
import { refereeOf } from './market.ts';
import { type People, statusBy } from './people.ts';
import { isBeyondReference, referenceStanding } from './reference.ts';

type Programs = ReadonlyMap<number, Program>;

/** By referee's key and event's id: `unsure` where it was worked on while the terms changed. */
export type Stamps = Map<string, Terms | 'unsure'>;

/** What is known from outside of a history that has come to its end. */
export interface Ended {
  readonly programs: Programs;
  /** As they signed up. */
  readonly referrals: readonly Referral[];
  readonly people: People;
  readonly stamps: Stamps;
}

/** What must stand when everything has been delivered: what the clean order of the same events ends at. */
export function checkEnd(books: Books, ended: Ended): void {
  for (const { event, explanation } of books.events) {
    const refereeKey = participantKey(event.programId, event.userId);
    const recorded = books.journal.some(
      (item) => item.refereeKey === refereeKey && item.entry.eventId === event.eventId,
    );
    expect(recorded || explanation !== undefined, `rule 8: ${event.eventId} has no outcome`).toBe(true);
  }
  const known = { ...ended, terms: knownTerms(books, ended) };
  const isSlack = checkDemand(books, known);
  const programs = [...ended.programs.values()];
  for (const referral of ended.referrals) {
    const { programId, refereeId } = referral;
    const free = { ...known, programs: uncapped(known.programs) };
    const clean = playClean(books, free, referral);
    if (clean === undefined) continue;
    const status = statusBy(ended.people.cases.get(refereeId)?.state, clean.isCompleted);
    expect(books.referrals.get(refereeId)?.status, `the status of ${refereeId}`).toBe(status);
    if (!isSlack) continue;
    const standing = standingOf(books, programId, refereeId);
    const counts = status === 'completed';
    expect(standing, `rule 9: ${refereeId}, against the clean order`).toEqual(counts ? clean.standing : {});
    const all = counts ? earnedByAll(books, free, referral) : {};
    expect(standing, `rule 9: ${refereeId}, against the set of facts`).toEqual(all);
    if (programs.some(isBeyondReference)) continue;
    const reference = counts ? byReference(books, free, referral) : {};
    expect(standing, `${refereeId}, against the rules as they are documented`).toEqual(reference);
  }
  checkProgress(books, known);
}

/** With the terms of every event; undefined where nobody can know them. */
interface Known extends Ended {
  readonly terms: ReadonlyMap<string, Terms>;
}

/** Where terms changed while an event was worked on, the journal says which held; otherwise they are as they stood. */
function knownTerms(books: Books, { stamps }: Ended): ReadonlyMap<string, Terms> {
  const known = new Map<string, Terms>();
  const kept = new Map(
    books.journal
      .filter(({ entry }) => entry.isMarker !== true)
      .map(({ refereeKey, entry }) => [`${refereeKey} ${entry.eventId}`, entry.fact.terms]),
  );
  for (const [name, stamp] of stamps) {
    const stored = kept.get(name);
    const terms = stamp === 'unsure' ? stored : stamp;
    if (terms !== undefined) known.set(name, terms);
    if (stamp === 'unsure' || stored === undefined || name.includes('referral.')) continue;
    expect(stored.programVersion, `the version that counts for ${name}`).toBe(stamp.programVersion);
    for (const [userId, standing] of Object.entries(stored.standings ?? {})) {
      expect(standing, `how ${userId} stood at ${name}`).toEqual(stamp.standings?.[userId]);
    }
  }
  return known;
}

function eventsOf(books: Books, { refereeId, programId }: Referral): ReportedEvent[] {
  const { completedAt } = books.referrals.get(refereeId) ?? {};
  const own = books.events.map(({ event }) => event).filter((event) => event.userId === refereeId);
  const completed = completedAt !== undefined && {
    programId,
    eventId: referralCompleted,
    type: referralCompleted,
    userId: refereeId,
    acceptedAt: completedAt,
  };
  return completed ? [...own, completed] : own;
}

/** @returns undefined if the terms of one of them are not known */
function factsOf(books: Books, { terms }: Known, referral: Referral): Fact[] | undefined {
  const refereeKey = participantKey(referral.programId, referral.refereeId);
  const facts: Fact[] = [];
  for (const event of eventsOf(books, referral)) {
    const own = terms.get(`${refereeKey} ${event.eventId}`);
    // That a completion paid nothing leaves no trace, and so neither do its terms.
    if (own === undefined && event.eventId === referralCompleted) continue;
    if (own === undefined) return undefined;
    facts.push(factOf(event, own, new Set()));
  }
  return facts.sort(byTime);
}

function uncapped(programs: Programs): Programs {
  return new Map(
    [...programs].map(([version, program]) => [
      version,
      { ...program, budgets: [], rules: program.rules.map((rule) => ({ ...rule, caps: [] })) },
    ]),
  );
}

/** Plays the events in the order of their time, each once, without a table. */
function playClean(books: Books, known: Known, referral: Referral) {
  const facts = factsOf(books, known, referral);
  if (facts === undefined) return undefined;
  const { programs } = known;
  const events = new Map(eventsOf(books, referral).map((event) => [event.eventId, event]));
  const journal: JournalEntry[] = [];
  const play = ({ eventId, terms }: Fact): void => {
    const event = events.get(eventId) as ReportedEvent;
    const now = timeOf(event);
    const decision = decideEvent({
      event,
      referral,
      terms,
      programs,
      journal: foldJournal(journal),
      used: new Map(),
      now,
    });
    if (decision.do === 'append') journal.push(decision.entry);
  };
  const completed = facts.find(({ eventId }) => eventId === referralCompleted);
  const wasCompleted = () => referral.status === 'completed' || foldJournal(journal).isCompleted;
  for (const fact of facts) if (fact !== completed) play(fact);
  if (completed && wasCompleted()) play(completed);
  const standing = [...foldJournal(journal).rewards.values()]
    .filter(({ amount }) => amount !== 0)
    .map(
      ({ key, amount, bucket, posting }) => [key, { amount, bucket, currency: posting.currency }] as const,
    );
  return { isCompleted: wasCompleted(), standing: Object.fromEntries(standing) };
}

function byReference(books: Books, known: Known, referral: Referral): Record<string, unknown> {
  const terms = new Map((factsOf(books, known, referral) ?? []).map((fact) => [fact.eventId, fact.terms]));
  const happened = eventsOf(books, referral).flatMap((event) => {
    const own = terms.get(event.eventId);
    return own ? [{ event, terms: own }] : [];
  });
  return referenceStanding(happened, referral, known.programs);
}

function earnedByAll(books: Books, known: Known, referral: Referral): Record<string, unknown> {
  const facts = factsOf(books, known, referral) ?? [];
  const { rewards } = earn({ facts, referral, programs: known.programs, denied: new Set() });
  return Object.fromEntries(
    [...rewards.values()]
      .filter(({ net }) => net !== 0)
      .map(({ key, net, bucket, currency }) => [key, { amount: net, bucket, currency }]),
  );
}

/**
 * What caps and budgets promise where there is more to pay than they allow: nothing is left of them while there is
 * somebody to have it. @returns whether nothing was ever short, so that everybody has all that they earned
 */
function checkDemand(books: Books, known: Known): boolean {
  const given = new Map<string, { sum: number; limit: number }>();
  let isFreed = false;
  for (const { entry, part } of books.journal) {
    for (const change of (part === 0 && entry.counters) || []) {
      if (change.amount < 0) isFreed = true;
      const name = `${change.owner} ${change.name}`;
      const before = given.get(name) ?? { sum: 0, limit: Number.POSITIVE_INFINITY };
      const limit = Math.min(before.limit, change.limit ?? before.limit);
      given.set(name, { sum: before.sum + Math.max(0, change.amount), limit });
    }
  }
  const isSlack = [...given.values()].every(({ sum, limit }) => sum < limit);
  if (!isFreed) checkUsedUp(books, known, given);
  return isSlack;
}

function checkUsedUp(books: Books, known: Known, given: ReadonlyMap<string, { sum: number }>): void {
  const wanted = new Map<string, { sum: number; limit: number }>();
  const { programs } = known;
  for (const referral of known.referrals) {
    const facts = factsOf(books, known, referral);
    if (facts === undefined) return;
    if (books.referrals.get(referral.refereeId)?.status !== 'completed') continue;
    const { rewards } = earn({ facts, referral, programs, denied: new Set() });
    for (const { counters, full, net, programVersion } of rewards.values()) {
      const share = programs.get(programVersion)?.freedLimits === 'returned' ? net : full;
      // With more than one counter, or a limit as well, what one refuses is not wanted of the other.
      if (counters.length > 1) return;
      for (const { owner, name, limit, measure } of counters) {
        const before = wanted.get(`${owner} ${name}`)?.sum ?? 0;
        wanted.set(`${owner} ${name}`, {
          sum: before + (measure === 'amount' ? share : Number(share > 0)),
          limit,
        });
      }
    }
  }
  for (const [name, { sum, limit }] of wanted) {
    expect(given.get(name)?.sum ?? 0, `rule 4: ${name} is used up`).toBe(Math.min(sum, limit));
  }
}

/** What milestones and fraud rules are measured by, and that milestones stand as it says. */
function checkProgress(books: Books, known: Known): void {
  const program = known.programs.get(1);
  if (program === undefined) return;
  const expected = new Map<string, Record<string, number>>();
  const add = (userId: string, changes: Readonly<Record<string, number>>): void => {
    const own = expected.get(userId) ?? {};
    for (const [name, amount] of Object.entries(changes)) own[name] = (own[name] ?? 0) + amount;
    expected.set(userId, own);
  };
  for (const referral of known.referrals) {
    const facts = factsOf(books, known, referral);
    if (facts === undefined) return;
    if (countsOrders(program)) add(referral.referrerId, measureOrders(facts));
    if (books.referrals.get(referral.refereeId)?.status !== 'completed') continue;
    if (countsSales(program)) add(referral.referrerId, measureSales(facts));
  }
  if (countsPoints(program)) {
    for (const { posting } of books.journal) {
      if (posting?.kind === 'points') add(posting.beneficiaryId, { points: changeOf(posting) });
    }
  }
  for (const userId of ['ann', refereeOf(0)]) {
    const item = books.progress.get(userId) ?? {};
    const names = Object.keys(item).filter((name) =>
      /^(paidOrders|revenue:|points|orders|refundedOrders)/.test(name),
    );
    const stored = Object.fromEntries(
      names.map((name) => [name, item[name]]).filter(([, value]) => value !== 0),
    );
    const sums = Object.entries(expected.get(userId) ?? {}).filter(([, value]) => value !== 0);
    expect(stored, `what is counted of ${userId}`).toEqual(Object.fromEntries(sums));
    checkStanding(books, program, userId, item);
  }
}

function checkStanding(books: Books, program: Program, userId: string, item: Record<string, unknown>): void {
  for (const { milestoneId, threshold, onReversal } of program.milestones) {
    const granted = books.milestones.find(
      (one) => one.userId === userId && one.terms.milestoneId === milestoneId,
    );
    const name = threshold.metric === 'revenue' ? `revenue:${threshold.currency}` : threshold.metric;
    const isReached = Number(item[name] ?? 0) >= threshold.value;
    if (granted?.rewardStatus === 'claimed') continue;
    if (onReversal === 'keep' && granted) continue;
    expect(granted?.rewardStatus === 'available', `rule 5: ${milestoneId} of ${userId}`).toBe(isReached);
  }
}
