import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { participantKey } from '../../shared/domain/ids.ts';
import { balanceAt, type LedgerEntry } from '../../shared/domain/money/balance.ts';
import type { PayoutProviderName } from '../../shared/domain/money/payout.ts';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import type { PayoutTerms } from '../../shared/domain/programs/program.ts';
import { manualProvider } from '../../shared/providers/manual-provider.ts';
import { system } from '../../shared/runtime/system.ts';
import { accountAdd, balanceItems } from '../../shared/table/balance-items.ts';
import type { Table } from '../../shared/table/client.ts';
import { keys, listKeys } from '../../shared/table/keys.ts';
import { ledgerPut } from '../../shared/table/ledger-put.ts';
import { participantItems } from '../../shared/table/participant-items.ts';
import { payoutAccountItems } from '../../shared/table/payout-account-items.ts';
import { payoutBatchItems } from '../../shared/table/payout-batch-items.ts';
import { payoutItems } from '../../shared/table/payout-items.ts';
import { programItems } from '../../shared/table/program-items.ts';
import { transact } from '../../shared/table/transact.ts';
import type { PayoutProvider } from '../../shared/usecases/payouts/provider.ts';

export const programId = 'default';

/** Everything that payouts need, over one table, with a clock that tests can turn. */
export function payoutPorts(table: Table) {
  const clock = { at: Date.parse('2026-12-02T12:00:00.000Z') };
  const providers = new Map<PayoutProviderName, PayoutProvider>([['manual', manualProvider]]);
  return {
    ...system,
    ...balanceItems(table),
    ...participantItems(table),
    ...payoutAccountItems(table),
    ...payoutBatchItems(table),
    ...payoutItems(table),
    ...programItems(table),
    clock,
    now: () => clock.at,
    providers,
    findProvider: async (name: PayoutProviderName) => providers.get(name),
  };
}

export type PayoutPorts = ReturnType<typeof payoutPorts>;

let programVersion = 0;

/** Stores a program with these terms for payouts. */
export async function saveProgram(ports: PayoutPorts, terms: Partial<PayoutTerms> = {}): Promise<void> {
  const current = await ports.findProgram(programId);
  programVersion = (current?.version ?? 0) + 1;
  const settings = defaultSettings('Default', 'https://example.com/');
  const at = new Date(ports.now()).toISOString();
  await ports.saveProgram({
    ...settings,
    programId,
    payouts: { minimums: [], requires: [], limits: [], ...terms },
    version: programVersion,
    createdAt: at,
    updatedAt: at,
  });
}

let earned = 0;

/** Makes a participant, if there is none, and lets them earn: by bucket, minor units. */
export async function earn(
  table: Table,
  ports: PayoutPorts,
  userId: string,
  changes: Readonly<Record<string, number>>,
  currency = 'USD',
): Promise<void> {
  const createdAt = new Date(ports.now()).toISOString();
  await ports.createParticipant({ programId, userId, status: 'active', links: 0, createdAt });
  const account = { programId, userId, kind: 'cash', currency } as const;
  const sum = Object.values(changes).reduce((total, amount) => total + amount, 0);
  earned += 1;
  const result = await transact(table, [
    accountAdd(table, account, changes),
    ledgerPut(table, {
      account,
      changes: { available: sum },
      cause: { type: 'reward', orderId: `o${earned}` },
      ulid: ports.ulid(ports.now()),
      createdAt,
    }),
  ]);
  if (!result.done) throw new Error('The test could not let somebody earn');
}

/** Sets what is counted of a participant's progress. */
export async function reach(table: Table, userId: string, name: string, value: number): Promise<void> {
  await table.documents.send(
    new UpdateCommand({
      TableName: table.name,
      Key: keys.progress(participantKey(programId, userId)),
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
}

/** A balance as it stands. */
export async function balanceOf(ports: PayoutPorts, userId: string, currency = 'USD') {
  const account = await ports.findAccount({ programId, userId, kind: 'cash', currency });
  const { pending, available, inPayout, paid } = balanceAt(account, new Date(ports.now()).toISOString());
  return { pending, available, inPayout, paid };
}

/** The ledger of a participant, oldest first. */
export async function ledgerOf(table: Table, userId: string): Promise<LedgerEntry[]> {
  const { listPk } = listKeys.activity(participantKey(programId, userId), '', '');
  const { Items = [] } = await table.documents.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'lists',
      KeyConditionExpression: 'listPk = :list',
      ExpressionAttributeValues: { ':list': listPk },
    }),
  );
  return Items.map((item) => item['ledgerEntry'] as LedgerEntry);
}

/** What of a balance is not the sum of its ledger; nothing if the books are right. */
export async function bookFaults(
  table: Table,
  ports: PayoutPorts,
  userIds: readonly string[],
): Promise<string[]> {
  const faults: string[] = [];
  for (const userId of userIds) {
    const balance = await balanceOf(ports, userId);
    const sum = { pending: 0, available: 0, inPayout: 0, paid: 0 };
    for (const { changes } of await ledgerOf(table, userId)) {
      for (const column of Object.keys(sum) as (keyof typeof sum)[]) sum[column] += changes[column];
    }
    const held = sum.pending + sum.available;
    const isRight =
      held === balance.pending + balance.available &&
      sum.inPayout === balance.inPayout &&
      sum.paid === balance.paid &&
      balance.inPayout >= 0;
    if (!isRight) faults.push(`${userId}: ${JSON.stringify({ balance, sum })}`);
  }
  return faults;
}

/** The value of a counter. */
export async function counterOf(ports: PayoutPorts, userId: string, counter: string): Promise<number> {
  const used = await ports.findUsed(programId, userId, [
    { counter, period: 'ever', most: 0, counts: 'amount' },
  ]);
  return used[counter] ?? 0;
}
