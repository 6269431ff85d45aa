import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { holdEndItems } from '../../../shared/table/hold-end-items.ts';
import { type ToldHoldEnds, tellHoldEnds } from '../../../shared/usecases/money/tell-hold-ends.ts';

const ports = { ...system, ...holdEndItems(openTable(requireEnvironment('TABLE_NAME'))) };

/** The function has a minute more for what is under way; the next run goes on from there. */
const worksForMs = 14 * 60_000;

/** Lets it be known which balances have become available by the clock alone. */
export async function handler(): Promise<ToldHoldEnds> {
  const result = await tellHoldEnds(ports, system.now() + worksForMs);
  log('info', 'ends of holds told', { ...result });
  return result;
}
