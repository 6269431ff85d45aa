import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { ArrivedVisit } from '../../../shared/domain/clicks/additions.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Milestone } from '../../../shared/domain/programs/program.ts';
import type { RewardMessage } from '../../../shared/queue/messages.ts';
import { apiKeyItems } from '../../../shared/table/api-key-items.ts';
import { toVisit } from '../../../shared/table/click-items.ts';
import type { Table } from '../../../shared/table/client.ts';
import { type ChangeEffects, readChange } from '../../../shared/table/read-change.ts';
import { type AllPorts, allPorts } from '../../support/ports.ts';
import type { Engine } from '../../support/table.ts';
import { openStream, type StreamRecord } from '../../support/table-stream.ts';
import { createKillSwitch, type Fate, type Gate, type KillSwitch, watchTable } from './kill-switch.ts';

export const programId = 'default';

/** The default program, with milestones and a link limit that a short history can reach. */
export const milestones: readonly Milestone[] = [
  badge('bronze', 'Bronze', 2),
  badge('silver', 'Silver', 3),
  badge('gold', 'Gold', 5),
];
export const linkLimit = 3;

function badge(milestoneId: string, name: string, value: number): Milestone {
  const threshold = { metric: 'completedReferrals', value } as const;
  return { milestoneId, name, kind: 'badge', threshold, grant: 'claim', onReversal: 'keep' };
}

/** Everything that any use case of the tests needs. */
export type Ports = AllPorts & ReturnType<typeof apiKeyItems>;

/** What one change of the table asks of those who read its stream. */
export interface Change {
  readonly effects: ChangeEffects;
  readonly visit: ArrivedVisit | undefined;
}

export interface QueuedMessage {
  readonly message: RewardMessage;
}

/** A deployment: the table on the real engine, its stream, the reward queue, a clock and ids of its own. */
export interface World {
  readonly table: Table;
  readonly clock: { now: number };
  /** Ports without faults. */
  readonly ports: Ports;
  /** Ports for one run of a function. */
  functionPorts(fate: Fate | undefined, gate?: Gate): { ports: Ports; killSwitch: KillSwitch };
  /** What the stream has brought so far, in order. */
  readonly changes: Change[];
  /** Reads what is new in the stream. */
  pull(): Promise<void>;
  readonly queue: QueuedMessage[];
  /** Up to where each reader of the stream has got. */
  readonly cursors: { relay: number; count: number };
  /** Ids drawn so far, by which two runs differ though they did the same. */
  readonly ulids: Set<string>;
  close(): Promise<void>;
}

const start = Date.UTC(2026, 2, 2, 10, 59, 58);

/** Makes an empty deployment with its program. */
export async function createWorld(engine: Engine): Promise<World> {
  const table = await engine.makeTable();
  const clock = { now: start };
  const ulids = new Set<string>();
  const changes: Change[] = [];
  const system = createSystem(clock, ulids);
  const portsOver = (given: Table): Ports => ({ ...allPorts(given), ...apiKeyItems(given), ...system });
  const ports = portsOver(table);
  const readStream = await openStream(engine, table.name);
  return {
    table,
    clock,
    ports,
    functionPorts(fate, gate) {
      const killSwitch = createKillSwitch(fate, gate);
      return { ports: portsOver(watchTable(table, killSwitch)), killSwitch };
    },
    changes,
    async pull() {
      changes.push(...(await readStream()).map(readRecord));
    },
    queue: [],
    cursors: { relay: 0, count: 0 },
    ulids,
    close: async () => {
      await table.documents.send(new DeleteTableCommand({ TableName: table.name }));
    },
  };
}

/** Saves the default program with limits that are soon reached. */
export async function saveShortProgram({ ports }: World): Promise<void> {
  const now = new Date(ports.now()).toISOString();
  const settings = { ...defaultSettings('Default', 'https://example.com/'), milestones, linkLimit };
  await ports.saveProgram({ programId, ...settings, version: 1, createdAt: now, updatedAt: now });
}

/** A clock that only the history moves, ids that count, and randomness that now and then repeats itself. */
function createSystem(clock: { now: number }, ulids: Set<string>) {
  let drawn = 0;
  return {
    now: () => clock.now,
    ulid: (at: number) => {
      const ulid = at.toString(32).padStart(10, '0') + String(ulids.size + 1).padStart(16, '0');
      ulids.add(ulid);
      return ulid;
    },
    random: (bytes: number) => {
      const value = Math.floor(++drawn / 2);
      return Uint8Array.from({ length: bytes }, (_, place) => (value >> (place % 8)) & 31);
    },
  };
}

function readRecord({ eventName, after, before }: StreamRecord): Change {
  return {
    effects: readChange(after, before, new Date().toISOString()),
    visit:
      eventName === 'INSERT' && after?.['type'] === 'visit'
        ? { visit: toVisit(after), first: after['first'] === true }
        : undefined,
  };
}
