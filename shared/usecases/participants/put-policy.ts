import { isRefusal, type Refusal } from '../../contract/problems.ts';
import type { Policy } from '../../domain/participant.ts';
import { type ChangeParticipantPorts, changeKnown } from './change-participant.ts';

export interface PolicyInput {
  readonly commissionRate?: string | null | undefined;
  readonly triggerLimit?: number | null | undefined;
  readonly mayInvite?: boolean | undefined;
}

/**
 * Sets what holds for one participant in place of what the program says. It takes the place of the whole policy that
 * there was, and holds for events and invitations from then on.
 */
export async function putPolicy(
  ports: ChangeParticipantPorts,
  programId: string,
  userId: string,
  input: PolicyInput,
): Promise<Policy | Refusal> {
  const { commissionRate, triggerLimit, mayInvite = true } = input;
  const policy: Policy = {
    ...(typeof commissionRate === 'string' && { commissionRate }),
    ...(triggerLimit !== undefined && { triggerLimit }),
    mayInvite,
  };
  const changed = await changeKnown(ports, programId, userId, { policy });
  return isRefusal(changed) ? changed : policy;
}
