import { randomUUID } from 'node:crypto';
import type { FunctionSpec } from '../deployment.ts';
import { FunctionJournal, type FunctionLog } from './function-journal.ts';
import { type CallOutcome, Instance } from './instance.ts';
import { type InvokeResult, MAX_EVENT_BYTES, MAX_REQUEST_BYTES, refusedCall } from './invoke-result.ts';

/** What a function may use of its runtime. */
export interface PoolSettings {
  readonly gateUrl: string;
  readonly accessKeyFor: (functionName: string) => string;
  readonly log: FunctionLog;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly maxInstances: number;
  /** Instances that a function may have however many others have. */
  readonly ownInstances: number;
  /** Whether this machine bears one more instance beside a function's own. */
  readonly hasRoom: () => boolean;
  readonly maxWaiting: number;
  readonly initTimeoutMs: number;
}

export interface InvokeOptions {
  /** Takes the call back as long as it waits for an instance; a call that runs is not stopped, as in Lambda. */
  readonly signal?: AbortSignal;
  /** `event` holds the payload to the limit of asynchronous calls. */
  readonly kind?: 'request' | 'event';
}

/** What one function has done so far, and with how many instances now. */
export interface FunctionStats {
  readonly name: string;
  readonly arn: string;
  readonly instances: number;
  readonly busy: number;
  readonly waiting: number;
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly coldStarts: number;
  readonly totalDurationMs: number;
}

type Slot = Instance | 'throttled' | 'aborted';

/** The instances of one function: starts them when needed, hands out calls in order, ends those that idle. */
export class FunctionPool {
  readonly #settings: PoolSettings;
  readonly #idle: { readonly instance: Instance; readonly since: number }[] = [];
  readonly #busy = new Set<Instance>();
  /** Instances of a version that was replaced: they finish their call and end. */
  readonly #stale = new WeakSet<Instance>();
  readonly #waiting: ((slot: Slot) => void)[] = [];
  readonly #counts = { invocations: 0, errors: 0, throttles: 0, coldStarts: 0, totalDurationMs: 0 };
  #spec: FunctionSpec;
  #closed = false;

  constructor(spec: FunctionSpec, settings: PoolSettings) {
    this.#spec = spec;
    this.#settings = settings;
  }

  async invoke(payload: string, options: InvokeOptions): Promise<InvokeResult> {
    const requestId = randomUUID();
    const limit = options.kind === 'event' ? MAX_EVENT_BYTES : MAX_REQUEST_BYTES;
    if (payload.length * 3 > limit && Buffer.byteLength(payload) > limit) {
      const text = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
      return { ok: false, requestId, error: refusedCall(413, 'RequestTooLargeException', text) };
    }
    const slot = await this.#acquire(options.signal);
    if (slot === 'throttled') {
      this.#counts.throttles += 1;
      return { ok: false, requestId, error: refusedCall(429, 'TooManyRequestsException', 'Rate Exceeded.') };
    }
    if (slot === 'aborted') {
      return { ok: false, requestId, error: refusedCall(499, 'AbortError', 'The call was taken back') };
    }
    const outcome = await slot.call(requestId, payload === '' ? '{}' : payload);
    this.#count(outcome);
    new FunctionJournal(this.#spec, this.#settings.log).end(requestId, outcome);
    this.#release(slot);
    return outcome.error
      ? { ok: false, requestId, error: outcome.error }
      : { ok: true, requestId, payload: outcome.payload ?? 'null' };
  }

  /** Puts another version in place: calls from now on run it. */
  reload(spec: FunctionSpec): void {
    this.#spec = spec;
    for (const instance of this.#busy) this.#stale.add(instance);
    this.#endIdle(Number.POSITIVE_INFINITY);
  }

  /** Ends every instance in the middle of whatever it does. */
  async kill(): Promise<void> {
    const all = [...this.#busy, ...this.#idle.splice(0).map(({ instance }) => instance)];
    await Promise.all(all.map((instance) => instance.terminate()));
  }

  /** Ends the instances that have had nothing to do for `idleMs`; all but one already after `surplusIdleMs`. */
  sweep(idleMs: number, surplusIdleMs: number): void {
    const now = this.#settings.clock();
    this.#endIdle(now - idleMs);
    const last = this.#idle.pop();
    this.#endIdle(now - surplusIdleMs);
    if (last) this.#idle.push(last);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const give of this.#waiting.splice(0)) give('throttled');
    await this.kill();
  }

  stats(): FunctionStats {
    const { name, arn } = this.#spec;
    const busy = this.#busy.size;
    return {
      name,
      arn,
      busy,
      instances: busy + this.#idle.length,
      waiting: this.#waiting.length,
      ...this.#counts,
    };
  }

  #acquire(signal: AbortSignal | undefined): Slot | Promise<Slot> {
    if (this.#closed) return 'throttled';
    if (signal?.aborted) return 'aborted';
    const free = this.#takeIdle() ?? this.#start();
    if (free) return free;
    if (this.#cap === 0 || this.#waiting.length >= this.#settings.maxWaiting) return 'throttled';
    return new Promise((resolve) => {
      const give = (slot: Slot) => {
        signal?.removeEventListener('abort', takeBack);
        resolve(slot);
      };
      const takeBack = () => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        resolve('aborted');
      };
      signal?.addEventListener('abort', takeBack, { once: true });
      this.#waiting.push(give);
    });
  }

  /** Only as many as may be reserved in AWS, and never more than this machine is asked to bear. */
  get #cap(): number {
    const { maxInstances, ownInstances } = this.#settings;
    return Math.min(
      this.#spec.reservedConcurrency ?? Number.POSITIVE_INFINITY,
      Math.max(maxInstances, ownInstances),
    );
  }

  /** The one used last, so that the others grow old and end. */
  #takeIdle(): Instance | undefined {
    for (let next = this.#idle.pop(); next; next = this.#idle.pop()) {
      if (next.instance.dead) continue;
      this.#busy.add(next.instance);
      return next.instance;
    }
    return undefined;
  }

  #start(): Instance | undefined {
    const { hasRoom, ownInstances } = this.#settings;
    if (this.#busy.size >= this.#cap || (this.#busy.size >= ownInstances && !hasRoom())) return undefined;
    const spec = this.#spec;
    const { log, gateUrl, initTimeoutMs } = this.#settings;
    const journal = new FunctionJournal(spec, log);
    journal.init();
    const instance = new Instance({
      spec,
      gateUrl,
      initTimeoutMs,
      accessKeyId: this.#settings.accessKeyFor(spec.name),
      onOutput: (text, requestId) => journal.output(text, requestId),
      onStart: (requestId) => journal.start(requestId),
    });
    this.#counts.coldStarts += 1;
    this.#busy.add(instance);
    return instance;
  }

  #release(instance: Instance): void {
    this.#busy.delete(instance);
    if (this.#closed || this.#stale.has(instance)) void instance.terminate();
    else if (!instance.dead) this.#idle.push({ instance, since: this.#settings.clock() });
    if (this.#closed || this.#waiting.length === 0) return;
    const next = this.#takeIdle() ?? this.#start();
    if (next) this.#waiting.shift()?.(next);
  }

  #endIdle(before: number): void {
    const old = this.#idle.filter(({ since }) => since < before);
    this.#idle.splice(0, this.#idle.length, ...this.#idle.filter(({ since }) => since >= before));
    for (const { instance } of old) void instance.terminate();
  }

  #count(outcome: CallOutcome): void {
    this.#counts.invocations += 1;
    this.#counts.totalDurationMs += outcome.durationMs;
    if (outcome.error) this.#counts.errors += 1;
  }
}
