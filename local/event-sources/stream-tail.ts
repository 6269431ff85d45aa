import { pause } from './abortable-pause.ts';
import { compareSequence, type StreamRecord, type StreamSource } from './stream-source.ts';

const READ_AT_ONCE = 1_000;
const PAUSE_AFTER_ERROR_MS = 500;

export interface StreamTailOptions {
  readonly source: StreamSource;
  /** Pause between two looks at a stream that has just moved, and the one it grows to at rest. @default 20 and 40 ms */
  readonly idleMs?: { readonly min: number; readonly max: number };
  /** Changes kept for readers that are a little behind. @default 2000 */
  readonly windowSize?: number;
  readonly onError?: (error: unknown) => void;
}

/**
 * The end of a stream, watched once for all who wait there. Readers that are up to date share what is read; one that
 * is far behind reads for itself until it has caught up.
 */
export class StreamTail {
  readonly source: StreamSource;
  readonly #options: StreamTailOptions;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<() => void>();
  /** Changes between `#base` and `#tip`, without a gap. */
  #window: StreamRecord[] = [];
  #base: string | undefined;
  #tip: string | undefined;
  #isWatched = false;
  #nap = new AbortController();

  constructor(options: StreamTailOptions) {
    this.#options = options;
    this.source = options.source;
  }

  /** The changes after a position; waits until there are some. None only if the signal aborts or the tail stops. */
  async next(
    after: string | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StreamRecord[]> {
    while (!signal.aborted && !this.#stopping.signal.aborted) {
      const held = this.#held(after, limit);
      if (held.length > 0) return held;
      if (after === this.#tip) {
        await this.#growth(signal);
        continue;
      }
      const read = await this.source.read(after, limit);
      if (read.length > 0) return read;
      if (compareSequence(after, this.#tip) > 0) this.#moveTo(after);
    }
    return [];
  }

  /** Looks at once: for those who know that something was written. */
  nudge(): void {
    this.#nap.abort();
  }

  /** Ends all waits. */
  stop(): void {
    this.#stopping.abort();
    this.#nap.abort();
    this.#wake();
  }

  #held(after: string | undefined, limit: number): readonly StreamRecord[] {
    if (compareSequence(after, this.#base) < 0 || compareSequence(after, this.#tip) >= 0) return [];
    const first = this.#window.findIndex(
      (record) => compareSequence(record.dynamodb.SequenceNumber, after) > 0,
    );
    return this.#window.slice(first, first + limit);
  }

  #moveTo(position: string | undefined): void {
    this.#window = [];
    this.#base = position;
    this.#tip = position;
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  async #growth(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (!this.#isWatched) void this.#watch();
    });
  }

  async #watch(): Promise<void> {
    this.#isWatched = true;
    const { min, max } = this.#options.idleMs ?? { min: 20, max: 40 };
    let idleMs = min;
    while (this.#waiting.size > 0 && !this.#stopping.signal.aborted) {
      const nap = new AbortController();
      this.#nap = nap;
      try {
        const grown = this.#append(await this.source.read(this.#tip, READ_AT_ONCE));
        idleMs = grown ? min : Math.min(max, idleMs * 1.1);
        if (!grown) await pause(idleMs, nap.signal);
      } catch (error) {
        // Whoever stops it closes the connection under a look that is on its way.
        if (this.#stopping.signal.aborted) break;
        this.#options.onError?.(error);
        await pause(PAUSE_AFTER_ERROR_MS, this.#stopping.signal);
      }
      // Those who were woken get their turn to wait again.
      await new Promise(setImmediate);
    }
    this.#isWatched = false;
  }

  #append(read: readonly StreamRecord[]): boolean {
    const fresh = read.filter(({ dynamodb }) => compareSequence(dynamodb.SequenceNumber, this.#tip) > 0);
    if (fresh.length === 0) return false;
    this.#window.push(...fresh);
    this.#tip = fresh.at(-1)?.dynamodb.SequenceNumber;
    const dropped = this.#window.splice(0, this.#window.length - (this.#options.windowSize ?? 2_000));
    this.#base = dropped.at(-1)?.dynamodb.SequenceNumber ?? this.#base;
    this.#wake();
    return true;
  }
}
