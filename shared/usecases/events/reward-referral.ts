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
  if (referral === undefined || referral.status !== 'completed') return;
  const program = await findProgramFor(ports, referral);
  if (!program?.rules.some((rule) => rule.event === referralCompleted)) return;
  const at = referral.completedAt ?? isoTime(ports.now());
  const event = {
    programId,
    eventId: referralCompleted,
    type: referralCompleted,
    userId: refereeId,
    acceptedAt: at,
    occurredAt: at,
  };
  // There is no event to explain: what paid nothing leaves no trace, and would pay nothing again.
  const silent = { ...ports, explainEvent: async () => undefined };
  const [failed] = await processInTurn(silent, programId, refereeId, [{ event }]);
  if (failed) throw failed.error;
}
