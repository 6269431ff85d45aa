import { randomUUID } from 'node:crypto';
import type { FunctionSpec } from '../deployment.ts';
import type { FunctionLog } from './function-journal.ts';
import { FunctionPool, type FunctionStats, type InvokeOptions } from './function-pool.ts';
import { type InvokeResult, refusedCall } from './invoke-result.ts';

const SWEEP_EVERY_MS = 15_000;

export interface LambdaOptions {
  readonly functions: readonly FunctionSpec[];
  /** Where the functions send their AWS calls. */
  readonly gateUrl: string;
  /** The access key id by which the gate knows a function. */
  readonly accessKeyFor: (functionName: string) => string;
  readonly log: FunctionLog;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** Most instances of one function at a time. @default 4 */
  readonly maxInstances?: number;
  /** Most instances of all functions at a time, but for those that are each function's own. @default no limit */
  readonly maxInstancesInAll?: number;
  /** How many instances a function, by its ARN, may have however many others have. @default the first */
  readonly ownInstances?: (functionArn: string) => number;
  /** Most calls of one function that wait for an instance. @default 1000 */
  readonly maxWaiting?: number;
  /** @default 10 seconds, Lambda's limit */
  readonly initTimeoutMs?: number;
  /** An instance ends after so long without a call. @default 5 minutes */
  readonly idleMs?: number;
  /** The same for those beyond a function's first: a burst shouldn't hold memory for long. @default 30 seconds */
  readonly surplusIdleMs?: number;
  /** How long `close` waits for calls that run. @default 2 seconds */
  readonly closeGraceMs?: number;
}

/** The functions of a deployment, ready to be called. */
export interface Lambda {
  /** Calls a function with JSON text; never rejects. */
  invoke(functionArn: string, payload: string, options?: InvokeOptions): Promise<InvokeResult>;
  /** Replaces a function's code or settings; a new ARN adds a function. */
  reload(functionArn: string, spec: FunctionSpec): void;
  /** Ends a function's instances in the middle of whatever they do. For tests. */
  kill(functionArn: string): Promise<void>;
  stats(): readonly FunctionStats[];
  close(): Promise<void>;
}

/** Starts the function runtime; no instance exists before the first call. */
export function createLambda(options: LambdaOptions): Lambda {
  const hasRoom = (): boolean => {
    const running = [...pools.values()].reduce((sum, pool) => sum + pool.stats().instances, 0);
    return running < (options.maxInstancesInAll ?? Number.POSITIVE_INFINITY);
  };
  const settings = {
    hasRoom,
    gateUrl: options.gateUrl,
    accessKeyFor: options.accessKeyFor,
    log: options.log,
    clock: options.clock ?? Date.now,
    maxInstances: options.maxInstances ?? 4,
    maxWaiting: options.maxWaiting ?? 1_000,
    initTimeoutMs: options.initTimeoutMs ?? 10_000,
  };
  const createPool = (spec: FunctionSpec): FunctionPool =>
    new FunctionPool(spec, { ...settings, ownInstances: options.ownInstances?.(spec.arn) ?? 1 });
  const pools = new Map(options.functions.map((spec) => [spec.arn, createPool(spec)]));
  const sweeper = setInterval(() => {
    for (const pool of pools.values()) pool.sweep(options.idleMs ?? 300_000, options.surplusIdleMs ?? 30_000);
  }, SWEEP_EVERY_MS).unref();
  return {
    async invoke(functionArn, payload, invokeOptions = {}) {
      const pool = pools.get(functionArn);
      return pool ? pool.invoke(payload, invokeOptions) : functionNotFound(functionArn);
    },
    reload(functionArn, spec) {
      const pool = pools.get(functionArn);
      if (pool) pool.reload(spec);
      else pools.set(functionArn, createPool(spec));
    },
    kill: async (functionArn) => pools.get(functionArn)?.kill(),
    stats: () => [...pools.values()].map((pool) => pool.stats()),
    async close() {
      clearInterval(sweeper);
      await waitUntilIdle([...pools.values()], options.closeGraceMs ?? 2_000);
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function functionNotFound(functionArn: string): InvokeResult {
  const error = refusedCall(404, 'ResourceNotFoundException', `Function not found: ${functionArn}`);
  return { ok: false, requestId: randomUUID(), error };
}

async function waitUntilIdle(pools: readonly FunctionPool[], graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs;
  const isBusy = () => pools.some((pool) => pool.stats().busy > 0);
  while (isBusy() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
}
