import { type AuditEntry, differences } from '../../domain/audit.ts';
import type { Payout } from '../../domain/money/payout.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';

const shown = ({ status, amount, currency, provider, reference, uncertain }: Payout) => ({
  status,
  amount,
  currency,
  provider,
  reference,
  uncertain,
});

/** The entry of the audit log of a payout that is made, or comes into another state. */
export function notePayout(ports: NoteChangePorts, next: Payout, was?: Payout): AuditEntry | undefined {
  const { before, after } = differences(was === undefined ? {} : shown(was), shown(next));
  return noteChange(ports, {
    programId: next.programId,
    action: `payout.${next.status}`,
    target: { type: 'payout', id: next.payoutId, userId: next.userId },
    before: was === undefined ? null : before,
    after,
  });
}
