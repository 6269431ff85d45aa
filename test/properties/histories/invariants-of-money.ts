import { expect } from 'vitest';
import type { LedgerEntry } from '../../../shared/domain/money/balance.ts';
import { type Model, payoutName } from './model.ts';
import { groupBy, type State } from './state.ts';
import { programId, type World } from './world.ts';

/** Rules 2 and 3, and that payouts are what was answered. */
export async function checkMoney(world: World, model: Model, state: State): Promise<void> {
  checkPostings(state);
  checkPayouts(model, state);
  await checkBalances(world, state);
}

/** Rule 3. */
export async function checkBalances(world: World, state: State): Promise<void> {
  for (const balance of state.balances) {
    const userId = String(balance['userId']);
    await checkBalance(world, state, userId, String(balance['currency']), balance);
  }
}

/** Rule 2; the journals have no gaps; and rule 4: three orders of a referee at most earn at a time. */
export function checkPostings({ journal }: State): void {
  const paid = new Set<string>();
  const triggered = new Map<string, number>();
  for (const { refereeKey, entry, posting, rewardAmount = 0 } of journal) {
    if (posting === undefined) continue;
    const name = `${refereeKey} ${entry.eventId} ${posting.ruleId} ${posting.beneficiaryId} ${posting.subject}`;
    expect(paid, 'rule 2: an event changed a reward twice').not.toContain(name);
    paid.add(name);
    if (posting.adjusts || rewardAmount === 0) continue;
    triggered.set(refereeKey, (triggered.get(refereeKey) ?? 0) + 1);
    expect(triggered.get(refereeKey), 'rule 4: orders paid for a referee').toBeLessThanOrEqual(3);
  }
  const byReferee = groupBy(
    journal.filter(({ part }) => part === 0),
    ({ refereeKey }) => refereeKey,
  );
  for (const entries of byReferee.values()) {
    const positions = entries.map(({ entry }) => entry.position).sort((a, b) => a - b);
    expect(positions, 'positions of a journal').toEqual(positions.map((_, index) => index + 1));
    expect(new Set(entries.map(({ entry }) => entry.eventId)).size, 'events of a journal').toBe(
      entries.length,
    );
  }
}

/** A payout answered 201 exists; one that was refused left no trace. */
function checkPayouts(model: Model, { payouts }: State): void {
  for (const [payoutId, known] of model.payouts) {
    const stored = payouts.find((payout) => payout.payoutId === payoutId);
    expect(stored, `payout ${payoutId}`).toMatchObject(amountsOf(known));
    const cancelled = stored?.status === 'cancelled';
    if (model.cancelled.has(payoutId)) expect(cancelled, `${payoutId} was cancelled`).toBe(true);
    else if (cancelled) expect(model.perhapsCancelled, 'nobody cancelled it').toContain(payoutId);
  }
  const unknown = payouts.filter(({ payoutId }) => !model.payouts.has(payoutId));
  for (const [name, group] of groupBy(unknown, payoutName)) {
    expect(group.length, `payouts nobody asked for: ${name}`).toBeLessThanOrEqual(
      model.perhapsPayouts.get(name) ?? 0,
    );
  }
}

function amountsOf({ userId, amount, currency }: { userId: string; amount: number; currency: string }) {
  return { userId, amount, currency };
}

/** Rule 3 for one balance. */
async function checkBalance(
  world: World,
  state: State,
  userId: string,
  currency: string,
  balance: Record<string, unknown>,
): Promise<void> {
  const columns = ['pending', 'available', 'inPayout', 'paid'] as const;
  const entries = await readLedger(world, userId, currency);
  for (const column of columns) {
    const sum = entries.reduce((total, entry) => total + entry.changes[column], 0);
    expect(balance[column] ?? 0, `rule 3: ${column} of ${userId} in ${currency}`).toBe(sum);
  }
  const standing = state.payouts
    .filter((payout) => payout.userId === userId && payout.currency === currency)
    .filter((payout) => payout.status === 'requested')
    .reduce((sum, payout) => sum + payout.amount, 0);
  expect(balance['inPayout'] ?? 0, `in payout of ${userId} in ${currency}`).toBe(standing);
  const clawedBack = state.journal
    .flatMap(({ posting }) => posting ?? [])
    .filter((posting) => posting.beneficiaryId === userId && posting.currency === currency)
    .reduce((sum, posting) => sum + Math.max(0, -posting.amount), 0);
  expect(
    Number(balance['available'] ?? 0),
    `rule 3: ${userId} spent too much ${currency}`,
  ).toBeGreaterThanOrEqual(-clawedBack || 0);
}

/** The whole ledger, in small pages, each entry once. */
async function readLedger({ ports }: World, userId: string, currency: string): Promise<LedgerEntry[]> {
  const found = new Map<string, LedgerEntry>();
  let cursor: string | undefined;
  do {
    const page = await ports.listLedger(
      programId,
      userId,
      { limit: 4, ...(cursor !== undefined && { cursor }) },
      new Date(ports.now()).toISOString(),
    );
    expect(page, 'a cursor that the list gave').toBeDefined();
    for (const entry of page?.items ?? []) {
      expect([...found.keys()], 'a ledger entry was listed twice').not.toContain(entry.entryId);
      found.set(entry.entryId, entry);
    }
    cursor = page?.nextCursor;
  } while (cursor !== undefined);
  return [...found.values()].filter((entry) => entry.currency === currency);
}
