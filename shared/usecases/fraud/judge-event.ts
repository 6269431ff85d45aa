import { type FraudVerdict, judge } from '../../domain/fraud/judge-sign-up.ts';
import { orderRules, senderRules } from '../../domain/fraud/order-rules.ts';
import type { OrderSignals } from '../../domain/fraud/order-signals.ts';
import { type FraudSettings, rulesOf } from '../../domain/fraud/settings.ts';
import { fingerprintKinds, type People } from '../../domain/fraud/signals.ts';
import type { Identity, Participant } from '../../domain/participant.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { changesOrder, type ReportedEvent } from '../../domain/rewards/event.ts';
import { foldJournal, type JournalEntry } from '../../domain/rewards/journal.ts';
import { findProgramFor, type LoadTermsPorts } from '../events/load-terms.ts';
import { personOf } from './judge-new-referral.ts';

export interface JudgeEventPorts extends Pick<LoadTermsPorts, 'findProgram' | 'findProgramVersion'> {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
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
 * Judges an event by the fraud rules of its program. Nothing is read for it but, where the event tells an address, device
 * or means of payment, the referrer: 1 RRU.
 */
export async function judgeEvent(ports: JudgeEventPorts, seen: EventToJudge): Promise<FraudVerdict> {
  const { event, identity = {}, referral, journal } = seen;
  const accepted: FraudVerdict = { action: 'accept', score: 0, findings: [] };
  if (referral.status === 'rejected' || changesOrder(event.type)) return accepted;
  const program = await findProgramFor(ports, referral);
  if (program === undefined) return accepted;
  const { facts } = foldJournal(journal);
  const people = await findPeople(ports, referral, identity, program.fraud);
  const signals = { event, referral, facts };
  return people === undefined
    ? judge(orderRules, signals, program.fraud)
    : judge<OrderSignals & People>([...orderRules, ...senderRules], { ...signals, ...people }, program.fraud);
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
