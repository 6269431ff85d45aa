import { participantKey } from '../../../shared/domain/ids.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { log, recordMetrics } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { activityItems } from '../../../shared/table/activity-items.ts';
import { balanceItems } from '../../../shared/table/balance-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { reconcileItems } from '../../../shared/table/reconcile-items.ts';
import { reconcileBalances } from '../../../shared/usecases/money/reconcile-balances.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = { ...system, ...activityItems(table), ...balanceItems(table), ...reconcileItems(table) };

/** Recomputes every balance from the ledger and counts those that differ; an alarm watches the count. */
export async function handler(): Promise<{ checked: number; mismatches: number }> {
  const result = await reconcileBalances({
    ...ports,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    mismatch: ({ programId, userId, balance }, sum) =>
      log('error', 'balance differs from its ledger', {
        participant: participantKey(programId, userId),
        balance,
        sum,
      }),
  });
  log('info', 'balances reconciled', result);
  recordMetrics({ BalancesChecked: result.checked, BalanceMismatch: result.mismatches });
  return result;
}
