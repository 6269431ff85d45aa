import type { PayoutRecord } from '../../domain/money/payout.ts';
import type { PayoutBatch } from '../../domain/payouts/batch.ts';

export interface WalkBatchPorts {
  listBatchPayouts(
    batch: PayoutBatch,
    limit: number,
    after?: string,
  ): Promise<{ readonly records: readonly PayoutRecord[]; readonly after?: string }>;
}

/** All payouts of a batch as the index shows them, a page at a time. It may lag behind by a moment. */
export async function* walkBatch(
  ports: WalkBatchPorts,
  batch: PayoutBatch,
): AsyncGenerator<readonly PayoutRecord[]> {
  let after: string | undefined;
  do {
    const page = await ports.listBatchPayouts(batch, 100, after);
    yield page.records;
    after = page.after;
  } while (after !== undefined);
}

/**
 * Does something with each, so many at a time.
 *
 * @param stop asked before each: whether to leave the rest
 */
export async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<void>,
  stop: () => boolean,
): Promise<void> {
  const rest = items.values();
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      if (stop()) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
