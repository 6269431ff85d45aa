import { type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import type { Payout, PayoutRecord } from '../../domain/money/payout.ts';
import type { NoteChangePorts } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import { notePayout } from './note-payout.ts';

export interface SettlePayoutPorts extends NoteChangePorts {
  findPayout(payoutId: string): Promise<PayoutRecord | undefined>;
  settlePayout(
    next: PayoutRecord,
    was: PayoutRecord,
    ulid: string,
    note?: AuditEntry,
  ): Promise<'settled' | 'changed' | 'conflict'>;
}

/**
 * Brings a payout to an end, once. Whoever finds it changed meanwhile looks at it anew.
 *
 * @param decide makes the payout's end of how it stands (time in ISO 8601), or says why there is nothing to do:
 * it has ended so before, or cannot end so
 */
export async function settlePayout(
  ports: SettlePayoutPorts,
  payoutId: string,
  decide: (record: PayoutRecord, at: string) => PayoutRecord | { readonly stands: Payout } | Refusal,
): Promise<Payout | Refusal> {
  const at = ports.now();
  const ulid = ports.ulid(at);
  const outcome = await whileContended(async () => {
    const record = await ports.findPayout(payoutId);
    if (record === undefined) return refuse('payout_not_found');
    const decided = decide(record, isoTime(at));
    if ('refused' in decided) return decided;
    if ('stands' in decided) return decided.stands;
    const note = notePayout(ports, decided.payout, record.payout);
    return (await ports.settlePayout(decided, record, ulid, note)) === 'settled' ? decided.payout : 'again';
  });
  return outcome ?? refuse('contended');
}
