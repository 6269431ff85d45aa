import type { FraudVerdict } from '../fraud/judge-sign-up.ts';
import type { Referral } from '../referrals/referral.ts';
import type { Decision } from './decide-event.ts';
import type { Explanation, ReportedEvent } from './event.ts';
import { factOf } from './fact.ts';
import type { JournalEntry, JournalState } from './journal.ts';

type Decided = Exclude<Decision, { do: 'read' }>;

/** An event with what the fraud rules say of it. */
export interface JudgedEvent {
  readonly event: ReportedEvent;
  readonly referral: Referral;
  readonly journal: JournalState;
  readonly verdict: FraudVerdict;
  /** ISO 8601. */
  readonly now: string;
}

/** Rules that speak against a referral now and did not before. */
export function newReasons({ reasons = [] }: Referral, { findings }: FraudVerdict): readonly string[] {
  return findings.map(({ ruleId }) => ruleId).filter((ruleId) => !reasons.includes(ruleId));
}

/** A rejected event pays nothing, for ever: its entry is no fact, and takes no place in a limit. */
export function rejectEvent(judged: JudgedEvent): Decided {
  return { do: 'append', entry: markerOf(judged, linesOf(judged.verdict, 'rejected')) };
}

/** What an event does, with what was found of it. Where it would leave no trace, new reasons leave one. */
export function flagEvent(decision: Decided, judged: JudgedEvent): Decided {
  const { referral, verdict } = judged;
  if (decision.do === 'stop' || verdict.findings.length === 0) return decision;
  const isHeld = verdict.action === 'hold' && referral.status === 'in_review';
  const lines = linesOf(verdict, isHeld ? 'held' : 'flagged');
  if (decision.do === 'append') {
    const { entry } = decision;
    const explanation = [...lines, ...entry.explanation];
    return { do: 'append', entry: { ...entry, explanation, ...addedTo(referral, verdict) } };
  }
  const explanation = [...lines, ...decision.explanation];
  if (newReasons(referral, verdict).length === 0) return { do: 'nothing', explanation };
  return { do: 'append', entry: markerOf(judged, explanation) };
}

function linesOf(
  { findings }: FraudVerdict,
  outcome: 'flagged' | 'held' | 'rejected',
): readonly Explanation[] {
  return findings.map(({ ruleId }) => ({ outcome, reason: ruleId }));
}

function addedTo(referral: Referral, verdict: FraudVerdict): Pick<JournalEntry, 'reasons'> {
  const reasons = newReasons(referral, verdict);
  return reasons.length === 0 ? {} : { reasons };
}

function markerOf(
  { event, referral, journal, verdict, now }: JudgedEvent,
  explanation: readonly Explanation[],
): JournalEntry {
  return {
    position: journal.nextPosition,
    eventId: event.eventId,
    fact: factOf(event, { programVersion: referral.programVersion }, new Set()),
    createdAt: now,
    postings: [],
    explanation,
    isMarker: true,
    ...addedTo(referral, verdict),
  };
}
