import type { Referral } from '../../domain/referrals/referral.ts';
import type { ReportedEvent } from '../../domain/rewards/event.ts';
import { isoTime } from '../system.ts';
import { findProgramFor } from './load-terms.ts';
import { type ProcessEventsPorts, processInTurn } from './process-events.ts';

/** The event that a completed referral is: rules can be made for it as for any other. */
export const referralCompleted = 'referral.completed';

/**
 * Does what the completion of a referral is to do, once. It is not reported by anybody: its event lives in the journal
 * only, so where no rule is made for it nothing is written.
 *
 * @throws what stood in the way, for the queue to try again
 */
export async function rewardReferral(
  ports: ProcessEventsPorts,
  programId: string,
  refereeId: string,
): Promise<void> {
  const { referral } = await ports.loadRefereeAccount(programId, refereeId);
  const event = referral && completionOf(referral, ports.now());
  if (referral === undefined || event === undefined) return;
  const program = await findProgramFor(ports, referral);
  if (!program?.rules.some((rule) => rule.event === referralCompleted)) return;
  // There is no event to explain: what paid nothing leaves no trace, and would pay nothing again.
  const silent = { ...ports, explainEvent: async () => undefined };
  const [failed] = await processInTurn(silent, programId, refereeId, [{ event }]);
  if (failed) throw failed.error;
}

/**
 * The event that a referral is by being complete; undefined where it is not.
 *
 * @param now milliseconds since 1970, for a referral that does not know when
 */
export function completionOf(
  { programId, refereeId, status, completedAt }: Referral,
  now: number,
): ReportedEvent | undefined {
  if (status !== 'completed') return undefined;
  const at = completedAt ?? isoTime(now);
  const eventId = referralCompleted;
  return { programId, eventId, type: eventId, userId: refereeId, acceptedAt: at, occurredAt: at };
}
