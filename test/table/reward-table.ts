import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { journalRewardId, participantKey } from '../../shared/domain/ids.ts';
import { balanceAt } from '../../shared/domain/money/balance.ts';
import { defaultSettings } from '../../shared/domain/programs/default-program.ts';
import type { Milestone, ProgramSettings } from '../../shared/domain/programs/program.ts';
import type { Posting } from '../../shared/domain/rewards/journal.ts';
import type { Table } from '../../shared/table/client.ts';
import { keys } from '../../shared/table/keys.ts';
import { type AllPorts, allPorts } from '../support/ports.ts';
import { type Engine, startEngine } from '../support/table.ts';

export const programId = 'shop';
export const alice = participantKey(programId, 'alice');

/** A table with rewards in it, however they came there. */
export interface RewardWorld {
  table: Table;
  ports: AllPorts & { poolIsEmpty(programId: string, pool: string, rewardId: string): void };
  /** Rewards that were said to have found their pool empty. */
  empty: string[];
}

/** Starts an engine for the test file, and gives each of its tests a table of its own. */
export function useRewardTable(): RewardWorld {
  const world = {} as RewardWorld;
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    world.table = await engine.makeTable();
    world.empty = [];
    world.ports = {
      ...allPorts(world.table),
      poolIsEmpty: (_, __, rewardId) => {
        world.empty.push(rewardId);
      },
    };
    const createdAt = '2026-11-01T00:00:00.000Z';
    await world.ports.createParticipant({
      programId,
      userId: 'alice',
      status: 'active',
      links: 0,
      createdAt,
    });
  });
  return world;
}

/** Saves the next version of the program. */
export async function saveProgram(world: RewardWorld, more: Partial<ProgramSettings>, version = 1) {
  const now = new Date(world.ports.now()).toISOString();
  const settings = { ...defaultSettings('Shop', 'https://example.com/'), ...more };
  await world.ports.saveProgram({ programId, ...settings, version, createdAt: now, updatedAt: now });
}

export const milestone = (more: Partial<Milestone>): Milestone => ({
  milestoneId: 'first',
  name: 'First',
  kind: 'badge',
  threshold: { metric: 'completedReferrals', value: 2 },
  grant: 'claim',
  onReversal: 'keep',
  ...more,
});

/** Adds to what is counted of Alice, as journals and referrals do. */
export async function advance(
  world: Pick<RewardWorld, 'table'>,
  changes: Record<string, number>,
): Promise<void> {
  const names = Object.keys(changes);
  await world.table.documents.send(
    new UpdateCommand({
      TableName: world.table.name,
      Key: keys.progress(alice),
      UpdateExpression: `SET #type = :type, programId = :program, userId = :user ADD ${names
        .map((_, index) => `#n${index} :n${index}`)
        .join(', ')}`,
      ExpressionAttributeNames: {
        '#type': 'type',
        ...Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
      },
      ExpressionAttributeValues: {
        ':type': 'progress',
        ':program': programId,
        ':user': 'alice',
        ...Object.fromEntries(names.map((name, index) => [`:n${index}`, changes[name]])),
      },
    }),
  );
}

/** Books a posting in the journal of a referee. @returns the id of the reward that it makes */
export async function book(
  world: RewardWorld,
  refereeId: string,
  posting: Partial<Posting>,
  position = 1,
): Promise<string> {
  const createdAt = '2026-11-02T00:00:00.000Z';
  const eventId = `e${position}`;
  const terms = { programVersion: 1 };
  const result = await world.ports.appendEntry(
    { programId, refereeId },
    {
      position,
      eventId,
      fact: { eventId, type: 'order.paid', subject: 'o1', at: createdAt, terms },
      createdAt,
      explanation: [],
      postings: [
        {
          ruleId: 'rule',
          beneficiaryId: 'alice',
          level: 1,
          kind: 'credit',
          subject: 'o1',
          rewardAmount: 0,
          amount: 0,
          bucket: 'available',
          programVersion: 1,
          ...posting,
        },
      ],
    },
  );
  if (!result.appended) throw new Error('The position was taken');
  return journalRewardId(participantKey(programId, refereeId), position, 0);
}

export async function balanceOf(world: RewardWorld, kind: 'cash' | 'credit' | 'points', currency: string) {
  const account = await world.ports.findAccount({ programId, userId: 'alice', kind, currency });
  const { pending, available, paid } = balanceAt(account, new Date(world.ports.now()).toISOString());
  return { pending, available, paid };
}

/** The causes and amounts of Alice's ledger, oldest first. */
export async function ledger(world: RewardWorld) {
  const now = new Date(world.ports.now()).toISOString();
  const page = await world.ports.listLedger(programId, 'alice', { limit: 100 }, now);
  return (page?.items ?? []).map(({ cause, amount }) => [cause.type, amount]).reverse();
}

export function atOnce<Result>(count: number, make: (index: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

/** How often each came. */
export function tallyOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
