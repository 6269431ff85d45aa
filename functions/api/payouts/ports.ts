import { providersOf } from '../../../shared/providers/find-provider.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { activityItems } from '../../../shared/table/activity-items.ts';
import { balanceItems } from '../../../shared/table/balance-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { payoutAccountItems } from '../../../shared/table/payout-account-items.ts';
import { payoutBatchItems } from '../../../shared/table/payout-batch-items.ts';
import { payoutItems } from '../../../shared/table/payout-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));

/** All that payouts, batches and statements reach out to. */
export const ports = {
  ...system,
  ...activityItems(table),
  ...balanceItems(table),
  ...participantItems(table),
  ...payoutAccountItems(table),
  ...payoutBatchItems(table),
  ...payoutItems(table),
  ...programItems(table),
  ...providersOf(process.env['PAYOUT_PROVIDERS_SECRET_ARN'] || undefined, system.now),
};

/** When a call stops to take on more: the gateway waits 30 seconds, a page or a provider may take some. */
export const untilTime = (): number => ports.now() + 15_000;
