import { type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { currencyExponent } from '../../domain/money/currencies.ts';
import type { PayoutProviderName } from '../../domain/money/payout.ts';
import { type PayoutBatch, payoutBatchIdOf } from '../../domain/payouts/batch.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { NoteChangePorts } from '../audit/note-change.ts';
import { isoTime } from '../system.ts';
import { noteBatch } from './move-batch.ts';
import type { ProviderPort } from './provider.ts';

export interface CreateBatchPorts extends NoteChangePorts, ProviderPort {
  findProgram(programId: string): Promise<Program | undefined>;
  findBatch(batchId: string): Promise<{ readonly batch: PayoutBatch } | undefined>;
  createBatch(batch: PayoutBatch, userIds: readonly string[] | undefined, note?: AuditEntry): Promise<void>;
}

export interface BatchInput {
  readonly programId: string;
  readonly currency: string;
  /** All who have enough, unless given. */
  readonly userIds?: readonly string[] | undefined;
  /** Minor units. */
  readonly minimum?: number | undefined;
  readonly provider?: PayoutProviderName | undefined;
  readonly name?: string | undefined;
}

/** Begins a batch: stores whom it is for. Nothing is reserved before it is frozen. */
export async function createBatch(
  ports: CreateBatchPorts,
  input: BatchInput,
): Promise<PayoutBatch | Refusal> {
  const { programId, currency, minimum, name, provider = 'manual' } = input;
  if (currencyExponent(currency) === undefined) {
    const errors = [{ field: 'currency', message: 'is not a currency of ISO 4217' }];
    return refuse('invalid_request', { errors });
  }
  const program = await ports.findProgram(programId);
  if (program === undefined) return refuse('program_not_found');
  if ((await ports.findProvider(provider)) === undefined) return refuse('payout_provider_not_set_up');
  const userIds = input.userIds && [...new Set(input.userIds)];
  const at = ports.now();
  const batchId = payoutBatchIdOf(ports.ulid(at));
  const made = ports.isRepeat ? await ports.findBatch(batchId) : undefined;
  if (made !== undefined) return made.batch;
  const batch: PayoutBatch = {
    batchId,
    programId,
    programVersion: program.version,
    currency,
    status: 'freezing',
    provider,
    ...(name !== undefined && { name }),
    ...(minimum !== undefined && { minimum }),
    ...(userIds && { selected: userIds.length }),
    count: 0,
    total: 0,
    createdAt: isoTime(at),
  };
  await ports.createBatch(batch, userIds, noteBatch(ports, batch, null));
  return batch;
}
