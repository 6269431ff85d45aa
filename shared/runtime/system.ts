import { hkdfSync, randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { System } from '../usecases/system.ts';

/** The clock and the randomness of the machine. */
export const system: System = makeSystem(() => Date.now(), randomBytes);

/**
 * A clock that stands still, and randomness that comes out the same again: whoever does the same under them makes the
 * same ids.
 *
 * @param seed nobody outside can guess it
 * @param at milliseconds since 1970
 */
export function repeatableSystem(seed: string, at: number, isRepeat: boolean): System {
  let drawn = 0;
  const draw = (bytes: number): Buffer => {
    drawn += 1;
    return Buffer.from(hkdfSync('sha256', seed, '', `draw ${drawn}`, bytes));
  };
  return { ...makeSystem(() => at, draw), isRepeat };
}

function makeSystem(now: () => number, random: (bytes: number) => Buffer): System {
  return {
    now,
    ulid: (at) => ulid(at, () => random(4).readUInt32LE() / 2 ** 32).toLowerCase(),
    random,
  };
}
