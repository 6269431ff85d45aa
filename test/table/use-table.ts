import { afterAll, beforeAll, beforeEach, it } from 'vitest';
import { isRefusal, type Refusal } from '../../shared/contract/problems.ts';
import type { Link } from '../../shared/domain/links/link.ts';
import type { Referral } from '../../shared/domain/referrals/referral.ts';
import { changesOrder, type ReportedEvent } from '../../shared/domain/rewards/event.ts';
import type { Table } from '../../shared/table/client.ts';
import { processEvents } from '../../shared/usecases/events/process-events.ts';
import { recordEvents } from '../../shared/usecases/events/record-events.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { type AllPorts, allPorts, saveDefaultProgram } from '../support/ports.ts';
import { type Engine, onDynamodbLocal, startEngine } from '../support/table.ts';

/** What a test of this folder works on: a fresh table for each test, with the default program in it. */
export interface World {
  table: Table;
  ports: AllPorts;
}

/** Starts an engine for the test file, and gives each of its tests a table of its own. */
export function useTable(): World {
  const world = {} as World;
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine?.stop());
  beforeEach(async () => {
    world.table = await engine.makeTable();
    world.ports = allPorts(world.table);
    await saveDefaultProgram(world.ports);
  });
  return world;
}

/** A test of what a transaction costs. DynamoDB Local counts its writes to an index twice: there it is skipped. */
export function testCost(name: string, run: () => Promise<void>): void {
  if (onDynamodbLocal) it.skip(`${name} (which DynamoDB Local counts wrong)`, run);
  else it(name, run);
}

/** The value of what was not refused. */
export function taken<Value extends object>(value: Value | Refusal): Value {
  if (isRefusal(value)) throw new Error(`It was refused: ${JSON.stringify(value)}`);
  return value as Value;
}

/** The code of a refusal. */
export function codeOf(value: object): string {
  return isRefusal(value) ? value.refused : `not refused: ${JSON.stringify(value)}`;
}

/** How often each outcome came, by its code or `taken`. */
export function tally(outcomes: readonly object[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const name = isRefusal(outcome) ? outcome.refused : 'taken';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Does so many things at the same moment. */
export function atOnce<Result>(count: number, make: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

export async function linkOf(ports: AllPorts, userId: string, programId = 'default'): Promise<Link> {
  return taken(await createLink(ports, { programId, userId, createParticipant: true }));
}

/** Makes a user join by the link of another. */
export async function join(ports: AllPorts, newUserId: string, by: Link): Promise<Referral> {
  return taken(await createReferral(ports, { newUserId, referralCode: by.code }));
}

export type OrderInput = Partial<ReportedEvent> & { readonly id: string };

/** Reports events of a user without processing them. */
export async function report(ports: AllPorts, ...inputs: readonly OrderInput[]): Promise<void> {
  const events = inputs.map((input) => ({
    programId: 'default',
    type: 'order.paid',
    userId: 'bob',
    ...(changesOrder(input.type ?? '') ? {} : { amount: 1_000, currency: 'USD' }),
    ...input,
  }));
  taken(await recordEvents(ports, events));
}

/** Processes an event that was reported. @throws what stood in the way */
export async function process(ports: AllPorts, eventId: string, programId = 'default'): Promise<void> {
  const stored = await ports.findEvent(programId, eventId);
  const [failed] = await processEvents(ports, programId, stored?.event.userId ?? '', [eventId]);
  if (failed) throw failed.error;
}

/** Reports events and processes them in turn. */
export async function happen(ports: AllPorts, ...inputs: readonly OrderInput[]): Promise<void> {
  await report(ports, ...inputs);
  for (const { id, programId } of inputs) await process(ports, id, programId);
}

/** This moment: ISO 8601. */
export const nowOf = (ports: AllPorts): string => new Date(ports.now()).toISOString();

export async function overviewOf(ports: AllPorts, userId: string, programId = 'default') {
  const overview = await ports.findOverview(programId, userId, nowOf(ports));
  if (overview === undefined) throw new Error(`No participant ${userId}`);
  return overview;
}

/** The entries of a participant's ledger, newest first, over all pages. */
export async function ledgerOf(ports: AllPorts, userId: string) {
  const page = await ports.listLedger('default', userId, { limit: 100 }, nowOf(ports));
  return page?.items ?? [];
}
