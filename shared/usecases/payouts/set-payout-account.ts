import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditEntry, unkept } from '../../domain/audit.ts';
import type { Participant } from '../../domain/participant.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';

export interface PayoutAccountInput {
  readonly programId: string;
  readonly userId: string;
  readonly stripeAccount: string;
}

export interface SetPayoutAccountPorts extends NoteChangePorts {
  findParticipant(programId: string, userId: string): Promise<Participant | undefined>;
  findPayoutAccount(programId: string, userId: string): Promise<PayoutAccountInput | undefined>;
  /** Sets an account in place of the one that was read, if that still is the one. */
  putPayoutAccount(
    account: PayoutAccountInput,
    read: PayoutAccountInput | undefined,
    note?: AuditEntry,
  ): Promise<'set' | 'again'>;
}

/** Sets where a participant is paid from now on. Payouts that are reserved keep the account that they have. */
export async function setPayoutAccount(
  ports: SetPayoutAccountPorts,
  input: PayoutAccountInput,
): Promise<PayoutAccountInput | Refusal> {
  const result = await whileContended(() => attempt(ports, input));
  return result ?? refuse('contended');
}

async function attempt(
  ports: SetPayoutAccountPorts,
  input: PayoutAccountInput,
): Promise<PayoutAccountInput | Refusal | 'again'> {
  const { programId, userId } = input;
  const [participant, read] = await Promise.all([
    ports.findParticipant(programId, userId),
    ports.findPayoutAccount(programId, userId),
  ]);
  if (participant === undefined) return refuse('participant_not_found');
  if (read?.stripeAccount === input.stripeAccount) return input;
  const note = noteChange(ports, {
    programId,
    action: 'participant.payout_account_set',
    target: { type: 'participant', id: userId, userId },
    before: read === undefined ? null : { stripeAccount: unkept },
    after: { stripeAccount: unkept },
  });
  return (await ports.putPayoutAccount(input, read, note)) === 'set' ? input : 'again';
}
