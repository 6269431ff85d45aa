import { describeError, log } from '../log.ts';

/** Where keys come from, and how long they hold, in milliseconds. */
export interface KeySource<Keys> {
  /** Named in the log. */
  readonly name: string;
  load(): Promise<Keys>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Keys are read again after this time. */
  readonly freshMs: number;
  /** Where they cannot be read again, those from before hold until they are as old as this. */
  readonly staleMs: number;
  /** The least time between two attempts, whatever keys are asked for. */
  readonly pauseMs: number;
}

/** The keys cannot be had at the moment, or not the one that was asked for: another time it may go well. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
  readonly code = 'ServiceUnavailable';
}

/** Keys that an instance keeps. */
export interface KeptKeys<Keys> {
  /**
   * Gives the keys; `suits` says whether what is asked for is among them.
   *
   * @throws KeysUnavailable where the last attempt to read them failed, and those there are do not suit or are too old
   */
  find(suits?: (keys: Keys) => boolean): Promise<Keys>;
  /** Takes keys that are newer: the instance has changed them itself. */
  put(keys: Keys): void;
}

/**
 * Keeps the keys of a source so that they are read seldom, however many ask and whatever for: a key that is not among
 * them is looked for at once, but never sooner than the pause after the last attempt.
 */
export function keepKeys<Keys>(source: KeySource<Keys>): KeptKeys<Keys> {
  let kept: { readonly keys: Keys; readonly readAt: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let isFailing = false;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    triedAt = source.now();
    try {
      kept = { keys: await source.load(), readAt: triedAt };
      isFailing = false;
    } catch (error) {
      isFailing = true;
      log('warn', 'keys of tokens could not be read', { source: source.name, ...describeError(error) });
    } finally {
      reading = undefined;
    }
  };
  const readAgain = (): Promise<void> | undefined => {
    if (reading === undefined && source.now() >= triedAt + source.pauseMs) reading = read();
    return reading;
  };
  const isWithin = (ms: number) => kept !== undefined && source.now() < kept.readAt + ms;

  return {
    async find(suits = () => true) {
      const fits = () => kept !== undefined && suits(kept.keys);
      if (!isWithin(source.freshMs) || !fits()) await readAgain();
      if (kept !== undefined && isWithin(source.staleMs) && (fits() || !isFailing)) return kept.keys;
      throw new KeysUnavailable(`The keys of ${source.name} cannot be read`);
    },
    put(keys) {
      kept = { keys, readAt: source.now() };
    },
  };
}
