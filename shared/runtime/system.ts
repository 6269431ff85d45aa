import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { System } from '../usecases/system.ts';

/** The clock and the randomness of the machine. */
export const system: System = {
  now: () => Date.now(),
  ulid: (at) => ulid(at, () => randomBytes(4).readUInt32LE() / 2 ** 32).toLowerCase(),
  random: (bytes) => randomBytes(bytes),
};
