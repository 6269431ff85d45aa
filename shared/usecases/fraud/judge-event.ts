import { judgeOrder, needsCounts } from '../../domain/fraud/judge-order.ts';
import type { FraudVerdict } from '../../domain/fraud/judge-sign-up.ts';
import { senderRules } from '../../domain/fraud/order-rules.ts';
import type { OrderCounts } from '../../domain/fraud/order-signals.ts';
import { type QuietCounts, quietCounts, refundRate } from '../../domain/fraud/rules/refund-rate.ts';
import { type FraudSettings, rulesOf } from '../../domain/fraud/settings.ts';
import { fingerprintKinds } from '../../domain/fraud/signals.ts';
import type { Identity, Participant } from '../../domain/participant.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { changesOrder, type ReportedEvent } from '../../domain/rewards/event.ts';
import { type Fact, factOf } from '../../domain/rewards/fact.ts';
import type { JournalState } from '../../domain/rewards/journal.ts';
import { countsAfter } from '../../domain/rewards/measure-orders.ts';
import { factsUnder, tenureOf, tenuresOf } from '../../domain/rewards/tenures.ts';
import { findProgramFor, type LoadTermsPorts } from '../events/load-terms.ts';
import { personOf } from './judge-new-referral.ts';

export interface JudgeEventPorts extends Pick<LoadTermsPorts, 'findProgram' | 'findProgramVersion'> {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  /** Orders of those whom a participant referred, as far as they are counted. */
  findOrderCounts(programId: string, userId: string): Promise<OrderCounts>;
}

/** An event of a referee whose referral stands. */
export interface EventToJudge {
  readonly event: ReportedEvent;
  /** Who sent it, as far as it tells. */
  readonly identity?: Identity | undefined;
  readonly referral: Referral;
  readonly journal: JournalState;
}

/** What the fraud rules say of an event. */
export interface Judgement {
  readonly verdict: FraudVerdict;
  /** What the counts of the referrer must be when it is written, for `refund_rate` to have found nothing. */
  readonly quiet?: QuietCounts | undefined;
}

/**
 * Judges an event by the fraud rules of its program. What is read for it is the referrer, where the event tells an
 * address, device or means of payment, and where `refund_rate` is on their counts, for orders and what takes them back:
 * 1 RRU each.
 */
export async function judgeEvent(ports: JudgeEventPorts, seen: EventToJudge): Promise<Judgement> {
  const { event, identity = {}, referral, journal } = seen;
  const accepted: FraudVerdict = { action: 'accept', score: 0, findings: [] };
  if (referral.status === 'rejected') return { verdict: accepted };
  const program = await findProgramFor(ports, referral);
  if (program === undefined) return { verdict: accepted };
  const { fraud } = program;
  const fact = factOf(event, { programVersion: program.version }, new Set());
  // It speaks of whoever was the referrer then, and says nothing of this one.
  if (tenureOf(referral, journal.facts, fact).isOver) return { verdict: accepted };
  const [counts, people] = await Promise.all([
    needsCounts(event.type, fraud) ? countOrders(ports, referral, journal, fact) : undefined,
    changesOrder(event.type) ? undefined : findPeople(ports, referral, identity, fraud),
  ]);
  const { facts } = journal;
  const verdict = judgeOrder({ event: fact, referral, facts, ofReferrer: counts?.after }, people, fraud);
  return { verdict, quiet: counts && quietOf(verdict, counts, fraud) };
}

/** Counts of a referrer as they were read, and with an event. */
interface Counted {
  readonly before: OrderCounts;
  readonly after: OrderCounts;
}

/** The counts are read after the journal, and hold only as long as that stands. */
async function countOrders(
  ports: JudgeEventPorts,
  referral: Referral,
  journal: JournalState,
  fact: Fact,
): Promise<Counted> {
  const { programId, referrerId } = referral;
  const before = await ports.findOrderCounts(programId, referrerId);
  const facts = factsUnder(tenuresOf(referral, [...journal.facts, fact]), referrerId);
  return { before, after: countsAfter(before, journal, referrerId, facts) };
}

function quietOf(
  { findings }: FraudVerdict,
  { before, after }: Counted,
  settings: FraudSettings | undefined,
): QuietCounts | undefined {
  const [set] = rulesOf([refundRate], settings);
  const isFound = findings.some(({ ruleId }) => ruleId === refundRate.ruleId);
  return set === undefined || isFound ? undefined : quietCounts(before, after, set.measures);
}

async function findPeople(
  ports: JudgeEventPorts,
  { programId, referrerId, refereeId }: Referral,
  identity: Identity,
  settings: FraudSettings | undefined,
) {
  const referee = personOf(programId, refereeId, identity);
  const isComparable = fingerprintKinds.some((kind) => referee[kind] !== undefined);
  if (!isComparable || rulesOf(senderRules, settings).length === 0) return undefined;
  const found = await ports.findParticipant(programId, referrerId);
  return { referee, referrer: personOf(programId, referrerId, found ?? {}) };
}
