import { type FraudVerdict, judge } from '../../domain/fraud/judge-sign-up.ts';
import { orderRules, senderRules } from '../../domain/fraud/order-rules.ts';
import type { OrderCounts, OrderSignals } from '../../domain/fraud/order-signals.ts';
import { type FraudSettings, rulesOf } from '../../domain/fraud/settings.ts';
import { fingerprintKinds, type People } from '../../domain/fraud/signals.ts';
import type { Identity, Participant } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { changesOrder, type ReportedEvent } from '../../domain/rewards/event.ts';
import { factOf } from '../../domain/rewards/fact.ts';
import { foldJournal, type JournalEntry, type JournalState } from '../../domain/rewards/journal.ts';
import { countsAfter, countsOrders } from '../../domain/rewards/measure-orders.ts';
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
  readonly journal: readonly JournalEntry[];
}

/**
 * Judges an event by the fraud rules of its program. What is read for it is the referrer, where the event tells an
 * address, device or means of payment, and where `refund_rate` is on their counts, for orders and what takes them back:
 * 1 RRU each.
 */
export async function judgeEvent(ports: JudgeEventPorts, seen: EventToJudge): Promise<FraudVerdict> {
  const { event, identity = {}, referral, journal } = seen;
  const accepted: FraudVerdict = { action: 'accept', score: 0, findings: [] };
  if (referral.status === 'rejected') return accepted;
  const program = await findProgramFor(ports, referral);
  if (program === undefined) return accepted;
  const state = foldJournal(journal);
  const ofReferrer = await countOrders(ports, seen, program, state);
  const signals = { event, referral, facts: state.facts, ofReferrer };
  if (changesOrder(event.type)) return neverRejecting(judge(orderRules, signals, program.fraud));
  const people = await findPeople(ports, referral, identity, program.fraud);
  return people === undefined
    ? judge(orderRules, signals, program.fraud)
    : judge<OrderSignals & People>([...orderRules, ...senderRules], { ...signals, ...people }, program.fraud);
}

/** A refund that were no fact would leave what its order has earned. */
function neverRejecting(verdict: FraudVerdict): FraudVerdict {
  return verdict.action === 'reject' ? { ...verdict, action: 'flag' } : verdict;
}

/** Events that are judged by how many orders are given back. */
const countedEvents = ['order.paid', 'order.refunded', 'order.cancelled', 'order.charged_back'];

/** The counts are read after the journal; what is found by them holds only as long as that stands. */
async function countOrders(
  ports: JudgeEventPorts,
  { event, referral: { programId, referrerId } }: EventToJudge,
  program: Program,
  state: JournalState,
): Promise<OrderCounts | undefined> {
  if (!countsOrders(program) || !countedEvents.includes(event.type)) return undefined;
  const fact = factOf(event, { programVersion: program.version }, new Set());
  return countsAfter(await ports.findOrderCounts(programId, referrerId), state, referrerId, fact);
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
