import { providersOf } from '../../../shared/providers/find-provider.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { describeError, log, recordMetrics } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { balanceItems } from '../../../shared/table/balance-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { payoutItems } from '../../../shared/table/payout-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { type InDoubt, reconcileInDoubt } from '../../../shared/usecases/payouts/reconcile-in-doubt.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...balanceItems(table),
  ...payoutItems(table),
  ...programItems(table),
  ...providersOf(process.env['PAYOUT_PROVIDERS_SECRET_ARN'] || undefined, system.now),
  failed: (payoutId: string, error: unknown) =>
    log('error', 'payout not reconciled', { payoutId, ...describeError(error) }),
};

/** The function has a minute more for what is under way. */
const worksForMs = 4 * 60_000;

/** Asks providers what became of payouts in doubt, and counts those that stay so; an alarm watches the count. */
export async function handler(): Promise<InDoubt> {
  const result = await reconcileInDoubt(ports, system.now() + worksForMs);
  log('info', 'payouts in doubt reconciled', { ...result });
  recordMetrics({ PayoutsCleared: result.cleared, PayoutsLongInDoubt: result.overdue });
  return result;
}
