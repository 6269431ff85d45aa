import { type Refusal, refuse } from '../../contract/problems.ts';
import { journalRewardId, participantKey } from '../../domain/ids.ts';
import { isUncounted, notReferred } from '../../domain/rewards/early-event.ts';
import type { Explanation, ReportedEvent } from '../../domain/rewards/event.ts';
import { changeOf, type Posting } from '../../domain/rewards/journal.ts';
import { isoTime, type System } from '../system.ts';
import type { RefereeAccount } from './decide-on-account.ts';

export interface ReadEventPorts extends Pick<System, 'now'> {
  findEvent(
    programId: string,
    eventId: string,
  ): Promise<{ event: ReportedEvent; explanation?: readonly Explanation[] } | undefined>;
  loadRefereeAccount(programId: string, refereeId: string): Promise<RefereeAccount>;
}

/** Finds what an event did, and why, from the event itself and its referee's journal. */
export async function readEvent(ports: ReadEventPorts, programId: string, eventId: string) {
  const stored = await ports.findEvent(programId, eventId);
  if (stored === undefined) return refuse('event_not_found') satisfies Refusal;
  const { eventId: id, properties: _, batchPosition: __, ...event } = stored.event;
  const account = await ports.loadRefereeAccount(programId, event.userId);
  const entry = account.journal.find((candidate) => candidate.eventId === id);
  const key = participantKey(programId, event.userId);
  const isNothing = isUncounted(stored.event, account, isoTime(ports.now()));
  const explanation = entry?.explanation ?? stored.explanation ?? (isNothing ? [notReferred] : undefined);
  return {
    event: {
      id,
      ...event,
      status: explanation === undefined ? ('accepted' as const) : ('processed' as const),
      explanation: explanation ?? [],
      entries:
        entry?.postings.map((posting, part) => describePosting(posting, key, entry.position, part)) ?? [],
    },
  };
}

function describePosting(posting: Posting, refereeKey: string, position: number, part: number) {
  const { adjusts, currency } = posting;
  return {
    entryId: journalRewardId(refereeKey, position, part).replace('rwd_', 'ent_'),
    userId: posting.beneficiaryId,
    kind: posting.kind,
    ruleId: posting.ruleId,
    programVersion: posting.programVersion,
    ...(currency !== undefined && { amount: changeOf(posting), currency }),
    rewardId: journalRewardId(refereeKey, adjusts?.position ?? position, adjusts?.part ?? part),
  };
}
