import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, it, vi } from 'vitest';
import { type Engine, startEngine } from '../../support/table.ts';
import { type History, history } from './commands.ts';
import { playHistory } from './play.ts';
import { regressions } from './regressions.ts';
import { createWorld, saveShortProgram } from './world.ts';

/**
 * `PLUSONE_HISTORIES=200` plays that many, up to 200, or a twentieth of what is asked for. A failure prints a seed and a path; `PLUSONE_SEED` and `PLUSONE_PATH`
 * play that history again. What once failed belongs in `regressions.ts`.
 */
const wanted = Number(process.env['PLUSONE_HISTORIES'] ?? 40);
/** They are long: where thousands are wanted, those of `money/` play them. */
const numRuns = Math.min(wanted, Math.max(200, Math.ceil(wanted / 20)));
const seed = process.env['PLUSONE_SEED'];
const path = process.env['PLUSONE_PATH'];
const timeLimit = 90_000 + numRuns * 2_000;

describe('histories', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(async () => {
    await engine.stop();
  });
  // Pauses between attempts are random; none is needed here, and a race must play the same twice.
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });

  it(
    'keep the rules, whatever is repeated, late, out of order, half-done or at the same moment',
    async () => {
      await fc.assert(
        fc.asyncProperty(history, (one) => play(engine, one)),
        {
          numRuns,
          // Shrinking ends here, with what it has come to.
          interruptAfterTimeLimit: timeLimit,
          // Long histories are as likely as short ones.
          unbiased: true,
          examples: regressions.map((one) => [one]),
          ...(seed !== undefined && { seed: Number(seed) }),
          ...(path !== undefined && { path }),
        },
      );
    },
    timeLimit + 60_000,
  );
});

async function play(engine: Engine, one: History): Promise<void> {
  const world = await createWorld(engine);
  try {
    await saveShortProgram(world);
    await playHistory(world, one);
  } finally {
    await world.close();
  }
}
