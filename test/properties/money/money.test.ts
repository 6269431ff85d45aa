import fc from 'fast-check';
import { afterAll, beforeEach, describe, it, vi } from 'vitest';
import { type Engine, startEngine } from '../../support/table.ts';
import { moneyHistory } from './market.ts';
import { playMoney } from './play.ts';
import { regressions } from './regressions.ts';

/**
 * `PLUSONE_HISTORIES=10000` plays that many. A failure prints a seed and a path; `PLUSONE_SEED` and `PLUSONE_PATH`
 * play that history again. What once failed belongs in `regressions.ts`.
 */
const numRuns = Number(process.env['PLUSONE_HISTORIES'] ?? 200);
const seed = process.env['PLUSONE_SEED'];
const path = process.env['PLUSONE_PATH'];
const timeLimit = 90_000 + numRuns * 2_000;

describe('histories of money', () => {
  let engine: Engine | undefined;
  let played = 0;

  /** The engine grows slower with each table that it has had, so it is a new one now and then. */
  async function currentEngine(): Promise<Engine> {
    if (engine === undefined || played % 150 === 0) {
      await engine?.stop();
      engine = await startEngine();
    }
    played++;
    return engine;
  }

  afterAll(() => engine?.stop());
  // Pauses between attempts are random; none is needed here, and a race must play the same twice.
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });

  it(
    'end at what the clean order ends at, whatever is repeated, late, out of order, half-done or at once',
    async () => {
      await fc.assert(
        fc.asyncProperty(moneyHistory, async (history) => playMoney(await currentEngine(), history)),
        {
          numRuns,
          interruptAfterTimeLimit: timeLimit,
          markInterruptAsFailure: true,
          examples: regressions.map((one) => [one]),
          ...(seed !== undefined && { seed: Number(seed) }),
          ...(path !== undefined && { path }),
        },
      );
    },
    timeLimit + 60_000,
  );
});
