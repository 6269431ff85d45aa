import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Participant } from '../../domain/participant.ts';

export interface PayoutAccountInput {
  readonly programId: string;
  readonly userId: string;
  readonly stripeAccount: string;
}

/** Sets where a participant is paid from now on. Payouts that are reserved keep the account that they have. */
export async function setPayoutAccount(
  ports: {
    findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
    putPayoutAccount(account: PayoutAccountInput): Promise<void>;
  },
  input: PayoutAccountInput,
): Promise<PayoutAccountInput | Refusal> {
  const participant = await ports.findParticipant(input.programId, input.userId);
  if (participant === undefined) return refuse('participant_not_found');
  await ports.putPayoutAccount(input);
  return input;
}
