import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { matchesApiKey, parseApiKey } from '../../shared/usecases/access/api-key.ts';
import { type Engine, startEngine } from '../support/table.ts';
import { checkTable } from './histories/invariants.ts';
import { type Fate, faults } from './histories/kill-switch.ts';
import { drain, isInjected } from './histories/play.ts';
import { readState } from './histories/state.ts';
import { createWorld, type World } from './histories/world.ts';
import { keptKeyOf, type Scenario, scenarios } from './kill-points/scenarios.ts';
import { snapshot } from './kill-points/snapshot.ts';
import { checkBooks, readBooks } from './money/books.ts';

describe('a function that is killed at any of its calls and run again', () => {
  let engine: Engine;

  // The engine grows slower with each table that it has had, and a scenario takes hundreds.
  beforeEach(async () => {
    engine = await startEngine();
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => engine.stop());

  for (const scenario of scenarios) {
    it(`leaves what an undisturbed run leaves: ${scenario.name}`, async () => {
      const right = await rightStates(engine, scenario);
      const calls = await countCalls(engine, scenario);
      expect(calls).toBeGreaterThan(0);
      const cases = Array.from({ length: calls }, (_, index) => casesOfCall(index + 1)).flat();
      await inParallel(cases, async ({ fate, retries }) => {
        const state = await inNewWorld(engine, scenario, (world) => disturb(world, scenario, fate, retries));
        const name = `call ${fate.call} of ${calls}, ${fate.fault}, then ${retries} at once`;
        expect(right, `${name}:\n${differences(right[0] ?? [], state)}`).toContainEqual(state);
      });
    });
  }
});

interface Case {
  readonly fate: Fate;
  /** Runs at once after the one that died. */
  readonly retries: number;
}

function casesOfCall(call: number): Case[] {
  return faults.flatMap((fault): Case[] => {
    const dies = fault === 'before' || fault === 'after';
    return (dies ? [1, 2] : [1]).map((retries) => ({ fate: { call, fault }, retries }));
  });
}

/** A few at once, each in a table of its own. */
async function inParallel<Value>(
  values: readonly Value[],
  work: (value: Value) => Promise<void>,
): Promise<void> {
  const rest = [...values];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

/** What the table may hold in the end: what one run leaves, or, where each run counts, what two or three leave. */
async function rightStates(engine: Engine, scenario: Scenario): Promise<string[][]> {
  const states: string[][] = [];
  for (const runs of scenario.countsTwice ? [1, 2, 3] : [1]) {
    states.push(
      await inNewWorld(engine, scenario, async (world) => {
        for (let run = 0; run < runs; run++) await act(world, scenario, undefined);
      }),
    );
  }
  return states;
}

async function countCalls(engine: Engine, scenario: Scenario): Promise<number> {
  let calls = 0;
  await inNewWorld(engine, scenario, async (world) => {
    calls = await act(world, scenario, undefined);
  });
  return calls;
}

/** @returns what the table holds when all has been delivered */
async function inNewWorld(
  engine: Engine,
  scenario: Scenario,
  run: (world: World) => Promise<unknown>,
): Promise<string[]> {
  const world = await createWorld(engine);
  try {
    await scenario.prepare(world);
    await run(world);
    await drain(world);
    if (scenario.hasOwnProgram)
      checkBooks(await readBooks(world.table), new Date(world.clock.now).toISOString());
    else await checkTable(world, await readState(world));
    await checkFirstKey(world);
    return await snapshot(world);
  } finally {
    await world.close();
  }
}

async function disturb(world: World, scenario: Scenario, fate: Fate, retries: number): Promise<void> {
  try {
    await act(world, scenario, fate);
  } catch (error) {
    if (!isInjected(error)) throw error;
    await Promise.all(Array.from({ length: retries }, () => act(world, scenario, undefined)));
  }
}

async function act(world: World, scenario: Scenario, fate: Fate | undefined): Promise<number> {
  const { ports, killSwitch } = world.functionPorts(fate);
  try {
    await scenario.act({ world, ports, killSwitch });
    return killSwitch.calls();
  } finally {
    await killSwitch.settled();
  }
}

/** The key that the secret holds opens the API. */
async function checkFirstKey(world: World): Promise<void> {
  const parts = parseApiKey(keptKeyOf(world) ?? '');
  if (parts === undefined) return;
  const record = await world.ports.findApiKey(parts.keyId);
  const nowIso = new Date(world.ports.now()).toISOString();
  expect(record && matchesApiKey(world.ports, parts.secret, record, nowIso), 'the first key is stored').toBe(
    true,
  );
}

function differences(right: readonly string[], state: readonly string[]): string {
  const lacks = right.filter((line) => !state.includes(line)).map((line) => `- ${line}`);
  const has = state.filter((line) => !right.includes(line)).map((line) => `+ ${line}`);
  return [...lacks, ...has].join('\n');
}
