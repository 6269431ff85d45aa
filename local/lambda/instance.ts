import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { FunctionSpec } from '../deployment.ts';
import { functionEnvironment, logStreamName } from './function-environment.ts';
import { failedFunction, type InvokeError, MAX_RESPONSE_BYTES } from './invoke-result.ts';

const WORKER_FILE = new URL('./worker-main.cjs', import.meta.url);

/** What one call of an instance came to. */
export interface CallOutcome {
  readonly payload?: string;
  readonly error?: InvokeError;
  readonly durationMs: number;
  /** Only of the call that started the instance. */
  readonly initMs?: number;
  readonly usedBytes: number;
}

export interface InstanceSettings {
  readonly spec: FunctionSpec;
  readonly accessKeyId: string;
  readonly gateUrl: string;
  readonly initTimeoutMs: number;
  /** Takes what the function writes, one or more lines at a time. */
  readonly onOutput: (text: string, requestId: string | undefined) => void;
  /** Told when the handler is about to run. */
  readonly onStart: (requestId: string) => void;
}

type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'init-failed'; readonly error: ThrownError }
  | { readonly kind: 'answer'; readonly payload: string; readonly usedBytes: number }
  | { readonly kind: 'failed'; readonly error: ThrownError; readonly usedBytes: number };

interface ThrownError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

interface PendingCall {
  readonly requestId: string;
  readonly settle: (outcome: CallOutcome) => void;
  startedAt: number;
  timer?: NodeJS.Timeout;
}

/** One execution environment of a function: a thread that takes one call at a time and is frozen in between. */
export class Instance {
  readonly #settings: InstanceSettings;
  readonly #worker: Worker;
  readonly #wakeUp = new Int32Array(new SharedArrayBuffer(4));
  readonly #createdAt = performance.now();
  #initMs: number | undefined;
  #initReported = false;
  #pending: PendingCall | undefined;
  #crash: string | undefined;
  #dead = false;

  constructor(settings: InstanceSettings) {
    this.#settings = settings;
    this.#worker = startWorker(settings, this.#wakeUp.buffer);
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#crash = describeCrash(error);
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      settings.onOutput(text, this.#pending?.requestId);
    });
    this.#worker.on('exit', (code) => this.#exited(code));
  }

  /** Whether its thread has ended or is ending: it takes no more calls. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Runs the handler once; never rejects. The first call waits for the bundle to load. */
  call(requestId: string, payload: string): Promise<CallOutcome> {
    const { timeoutMs } = this.#settings.spec;
    return new Promise((settle) => {
      this.#pending = { requestId, settle, startedAt: performance.now() };
      this.#worker.postMessage({ requestId, payload, timeoutMs });
      Atomics.add(this.#wakeUp, 0, 1);
      Atomics.notify(this.#wakeUp, 0);
      if (this.#initMs === undefined) this.#limit(this.#settings.initTimeoutMs);
      else this.#started();
    });
  }

  /** Ends the thread at once, whatever it does. */
  async terminate(): Promise<void> {
    this.#dead = true;
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    switch (message.kind) {
      case 'log':
        this.#settings.onOutput(message.text, this.#pending?.requestId);
        break;
      case 'ready':
        this.#initMs = performance.now() - this.#createdAt;
        this.#started();
        break;
      case 'answer':
        this.#settle({ payload: message.payload }, message.usedBytes);
        break;
      case 'failed':
        this.#settle({ error: asFunctionError(message.error) }, message.usedBytes);
        break;
      case 'init-failed':
        void this.terminate();
        this.#settle({ error: asFunctionError(message.error) }, 0);
    }
  }

  #started(): void {
    const call = this.#pending;
    if (call === undefined) return;
    call.startedAt = performance.now();
    this.#settings.onStart(call.requestId);
    this.#limit(this.#settings.spec.timeoutMs);
  }

  #limit(timeoutMs: number): void {
    const call = this.#pending;
    if (call === undefined) return;
    clearTimeout(call.timer);
    call.timer = setTimeout(() => {
      void this.terminate();
      const text = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      this.#settings.onOutput(`${new Date().toISOString()} ${call.requestId} ${text}`, call.requestId);
      const message = `RequestId: ${call.requestId} Error: ${text}`;
      this.#settle({ error: failedFunction('Sandbox.Timedout', message) }, 0);
    }, timeoutMs);
  }

  #exited(code: number): void {
    this.#dead = true;
    const reason =
      this.#crash ?? `Runtime exited with ${code === 0 ? 'no error' : 'error'}: exit status ${code}`;
    const text = `RequestId: ${this.#pending?.requestId} Error: ${reason}`;
    this.#settle({ error: failedFunction('Runtime.ExitError', text) }, 0);
  }

  #settle(result: { payload: string } | { error: InvokeError }, usedBytes: number): void {
    const call = this.#pending;
    if (call === undefined) return;
    this.#pending = undefined;
    clearTimeout(call.timer);
    const init = this.#initReported ? undefined : this.#initMs;
    this.#initReported = true;
    call.settle({
      ...result,
      durationMs: performance.now() - call.startedAt,
      usedBytes,
      ...(init !== undefined && { initMs: init }),
    });
  }
}

function startWorker(settings: InstanceSettings, wakeUp: ArrayBufferLike): Worker {
  const { spec, accessKeyId, gateUrl } = settings;
  const streamName = logStreamName(new Date(), randomUUID().replaceAll('-', ''));
  return new Worker(WORKER_FILE, {
    name: spec.name,
    argv: [],
    execArgv: [],
    env: functionEnvironment(spec, accessKeyId, gateUrl, streamName),
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb, maxYoungGenerationSizeMb: 4 },
    workerData: {
      codeDir: spec.codeDir,
      handlerName: spec.handler,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      sourceMaps: spec.environment['NODE_OPTIONS']?.includes('--enable-source-maps') ?? false,
      wakeUp,
      context: {
        functionName: spec.name,
        functionVersion: '$LATEST',
        invokedFunctionArn: spec.arn,
        memoryLimitInMB: String(spec.memoryMb),
        logGroupName: `/aws/lambda/${spec.name}`,
        logStreamName: streamName,
      },
    },
  });
}

function describeCrash(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return `Runtime exited with error: ${code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'signal: killed' : 'exit status 1'}`;
}

function asFunctionError({ errorType, errorMessage, trace }: ThrownError): InvokeError {
  return failedFunction(errorType, errorMessage, trace);
}
