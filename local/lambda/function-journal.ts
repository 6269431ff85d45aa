import type { FunctionSpec } from '../deployment.ts';
import type { CallOutcome } from './instance.ts';

/** One line of a function's log. */
export interface FunctionLogLine {
  readonly functionName: string;
  /** Absent for what is written while the bundle loads. */
  readonly requestId?: string;
  readonly text: string;
}

/** Takes the lines of all functions; must not throw. */
export type FunctionLog = (line: FunctionLogLine) => void;

/** Writes a function's own output and, around it, the lines that Lambda adds. */
export class FunctionJournal {
  readonly #spec: FunctionSpec;
  readonly #log: FunctionLog;

  constructor(spec: FunctionSpec, log: FunctionLog) {
    this.#spec = spec;
    this.#log = log;
  }

  init(): void {
    this.#write(`INIT_START Runtime Version: ${this.#spec.runtime} (Node.js ${process.version})`);
  }

  start(requestId: string): void {
    this.#write(`START RequestId: ${requestId} Version: $LATEST`, requestId);
  }

  output(text: string, requestId: string | undefined): void {
    for (const line of text.split('\n')) if (line !== '') this.#write(line, requestId);
  }

  end(requestId: string, outcome: CallOutcome): void {
    const { durationMs, initMs, usedBytes } = outcome;
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
      `Memory Size: ${this.#spec.memoryMb} MB`,
    ];
    if (usedBytes > 0) parts.push(`Max Memory Used: ${Math.ceil(usedBytes / 1_048_576)} MB`);
    if (initMs !== undefined) parts.push(`Init Duration: ${initMs.toFixed(2)} ms`);
    if (outcome.error?.errorType === 'Sandbox.Timedout') parts.push('Status: timeout');
    this.#write(`END RequestId: ${requestId}`, requestId);
    this.#write(parts.join('\t'), requestId);
  }

  #write(text: string, requestId?: string): void {
    this.#log({ functionName: this.#spec.name, text, ...(requestId !== undefined && { requestId }) });
  }
}
