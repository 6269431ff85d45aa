import type { Referral } from '../referrals/referral.ts';
import type { JournalEntry } from '../rewards/journal.ts';
import { type FraudVerdict, judgeSignUp } from './judge-sign-up.ts';
import { type KeptSignals, signalsOf, unreadFor } from './kept-signals.ts';
import { orderRules } from './order-rules.ts';
import { type PastOrder, pastOrdersOf, replayOrders } from './replay-orders.ts';
import { fraudRules } from './rules.ts';
import type { FraudSettings } from './settings.ts';

/** A referral with what the rules saw of its sign-up; absent where nothing was kept. */
export interface SeenSignUp {
  readonly referral: Referral;
  readonly seen?: KeptSignals | undefined;
}

/** … and with what its referee has done since. */
export interface SeenReferee extends SeenSignUp {
  readonly journal: readonly JournalEntry[];
}

/** Those whom a participant brought. */
export interface Brought {
  readonly referees: readonly SeenReferee[];
  /** Whether there are more, of whom these are the newest. */
  readonly isCut: boolean;
}

type Action = FraudVerdict['action'];

/** What two settings make of one thing. */
interface Compared {
  readonly before: FraudVerdict;
  readonly after: FraudVerdict;
}

/** What two settings make of many. */
export interface Comparison<One extends Compared> {
  readonly judged: number;
  readonly before: Readonly<Record<Action, number>>;
  readonly after: Readonly<Record<Action, number>>;
  /** How many each rule finds, where it finds any. */
  readonly rules: readonly { readonly ruleId: string; readonly before: number; readonly after: number }[];
  readonly changed: number;
  /** The first of those that changed, at most {@link mostExamples}. */
  readonly examples: readonly One[];
}

/** A sign-up as two settings judge it. */
export interface ComparedSignUp extends Compared {
  readonly referral: Referral;
}

/** An order, or what changes one, as two settings judge it. */
export interface ComparedOrder extends ComparedSignUp {
  readonly eventId: string;
}

/** What other settings would have made of sign-ups, and of what came after them. */
export interface DryRun extends Comparison<ComparedSignUp> {
  /** Of whose sign-ups nothing was kept: by hand, or from before it was. */
  readonly unknown: number;
  /** Judged without what rules would have looked at that were off by then. */
  readonly incomplete: number;
  readonly orders: Comparison<ComparedOrder>;
}

export const mostExamples = 20;

/** The settings that are compared, and from when on. */
export interface Trial {
  readonly now: FraudSettings | undefined;
  readonly wanted: FraudSettings;
  /** Milliseconds since 1970: sign-ups and orders before it are not judged; orders are looked at with those after. */
  readonly since: number;
}

/**
 * Judges sign-ups and orders by two settings, as of when each came, and says where they differ.
 *
 * @param referees all whom their referrers brought, as far as these are to be judged by what all of them do
 */
export function dryRun(referees: readonly SeenReferee[], trial: Trial): DryRun {
  const signUps = referees.filter(({ referral }) => Date.parse(referral.createdAt) >= trial.since);
  return { ...trySignUps(signUps, trial), orders: tryOrders(referees, trial) };
}

function trySignUps(signUps: readonly SeenSignUp[], { now, wanted }: Trial): Omit<DryRun, 'orders'> {
  const known = signUps.flatMap(({ referral, seen }) => (seen === undefined ? [] : [{ referral, seen }]));
  const compared = known.map(({ referral, seen }) => {
    const signals = signalsOf(seen);
    return { referral, before: judgeSignUp(signals, now), after: judgeSignUp(signals, wanted) };
  });
  return {
    ...compare(compared, fraudRules),
    unknown: signUps.length - known.length,
    incomplete: known.filter(({ seen }) => unreadFor(seen, wanted).length > 0).length,
  };
}

function tryOrders(
  referees: readonly SeenReferee[],
  { now, wanted, since }: Trial,
): Comparison<ComparedOrder> {
  const orders = referees
    .flatMap(({ referral, journal }) => pastOrdersOf(referral, journal))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const [before, after] = [replayOrders(orders, now), replayOrders(orders, wanted)];
  const toCompared = ({ referral, fact, at }: PastOrder, place: number): ComparedOrder[] => {
    const [was, is] = [before[place], after[place]];
    if (was === undefined || is === undefined || Date.parse(at) < since) return [];
    return [{ eventId: fact.eventId, referral, before: was, after: is }];
  };
  return compare(orders.flatMap(toCompared), orderRules);
}

function compare<One extends Compared>(
  compared: readonly One[],
  rules: readonly { readonly ruleId: string }[],
): Comparison<One> {
  const changed = compared.filter(({ before, after }) => before.action !== after.action);
  return {
    judged: compared.length,
    before: countActions(compared.map(({ before }) => before)),
    after: countActions(compared.map(({ after }) => after)),
    rules: countRules(compared, rules),
    changed: changed.length,
    examples: changed.slice(0, mostExamples),
  };
}

function countActions(verdicts: readonly FraudVerdict[]): Readonly<Record<Action, number>> {
  const counts = { accept: 0, flag: 0, hold: 0, reject: 0 };
  for (const { action } of verdicts) counts[action]++;
  return counts;
}

function countRules(
  compared: readonly Compared[],
  rules: readonly { readonly ruleId: string }[],
): Comparison<Compared>['rules'] {
  const finds = (verdict: FraudVerdict, ruleId: string) =>
    verdict.findings.some((finding) => finding.ruleId === ruleId);
  return rules
    .map(({ ruleId }) => ({
      ruleId,
      before: compared.filter(({ before }) => finds(before, ruleId)).length,
      after: compared.filter(({ after }) => finds(after, ruleId)).length,
    }))
    .filter(({ before, after }) => before + after > 0);
}
