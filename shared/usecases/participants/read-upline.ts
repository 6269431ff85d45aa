import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Participant } from '../../domain/participant.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import { type UplineStep, uplineOf } from '../../domain/referrals/upline.ts';

export interface ReadUplinePorts {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findReferralOf(programId: string, refereeId: string): Promise<Referral | undefined>;
}

/** Who invited a participant, who invited that one, and so on: the chain that their referral was stored with. */
export async function readUpline(
  ports: ReadUplinePorts,
  programId: string,
  userId: string,
): Promise<{ readonly upline: readonly UplineStep[] } | Refusal> {
  const [participant, referral] = await Promise.all([
    ports.findParticipant(programId, userId),
    ports.findReferralOf(programId, userId),
  ]);
  return participant === undefined ? refuse('participant_not_found') : { upline: uplineOf(referral) };
}
