import type { PayoutRecord } from '../../domain/money/payout.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import { everyItem } from '../every-item.ts';
import type { ProviderPort } from './provider.ts';
import { reconcileRecord } from './reconcile-payout.ts';
import type { SendPayoutPorts } from './send-payout.ts';
import { inLanes } from './walk-batch.ts';

export interface ReconcileInDoubtPorts extends SendPayoutPorts, ProviderPort {
  listPrograms(page: PageRequest): Promise<Page<{ readonly programId: string }> | undefined>;
  /** A program's payouts in doubt, newest first, a page of the list at a time. @param since a ULID */
  payoutsInDoubt(programId: string, since: string): AsyncIterable<readonly PayoutRecord[]>;
  /** Told of every payout that could not be looked at. */
  failed(payoutId: string, error: unknown): void;
}

/** How many payouts were in doubt, and of how many that is still so. */
export interface InDoubt {
  readonly found: number;
  readonly cleared: number;
  /** In doubt for more than a day: a person has to look. */
  readonly overdue: number;
  /** False: time or pages ran out, and the oldest were not looked at. */
  readonly complete: boolean;
}

const dayMs = 86_400_000;

/** Payouts that were requested earlier are left to people: their provider promises nothing any more. */
const lookBackMs = 30 * dayMs;

/** Of a megabyte each, for all programs together. */
const mostPages = 500;

/**
 * Clears up the payouts of all programs whose outcome is in doubt, as the route does for one. What two runs do at the
 * same moment, one of them does: a repeat to the provider follows a conditional write, and a result counts once.
 *
 * @param until milliseconds since 1970: when to take on no more
 */
export async function reconcileInDoubt(ports: ReconcileInDoubtPorts, until: number): Promise<InDoubt> {
  const counts = { found: 0, cleared: 0, overdue: 0 };
  const since = ports.ulid(ports.now() - lookBackMs);
  const stop = (): boolean => ports.now() >= until;
  let pages = 0;
  for await (const { programId } of everyItem(100, ports.listPrograms)) {
    for await (const records of ports.payoutsInDoubt(programId, since)) {
      await inLanes(
        records,
        10,
        async (record) => {
          counts.found += 1;
          if (await clear(ports, record)) counts.cleared += 1;
          else if (isOverdue(record, ports.now())) counts.overdue += 1;
        },
        stop,
      );
      pages += 1;
      if (stop() || pages >= mostPages) return { ...counts, complete: false };
    }
  }
  return { ...counts, complete: true };
}

/** @returns whether it is in doubt no more */
async function clear(ports: ReconcileInDoubtPorts, record: PayoutRecord): Promise<boolean> {
  try {
    const provider = record.intent && (await ports.findProvider(record.intent.provider));
    if (provider === undefined) return false;
    const outcome = await reconcileRecord(ports, provider, record);
    return outcome !== 'uncertain' && outcome !== 'too_early';
  } catch (error) {
    ports.failed(record.payout.payoutId, error);
    return false;
  }
}

function isOverdue({ intent }: PayoutRecord, now: number): boolean {
  return intent !== undefined && now - Date.parse(intent.startedAt) > dayMs;
}
