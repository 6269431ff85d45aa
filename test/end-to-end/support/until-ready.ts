import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackDescription } from '../../../local/describe-stack.ts';
import { createApiClient } from './api-client.ts';
import type { ChildStack, Exit } from './child-stack.ts';
import { waitUntil } from './wait-until.ts';

/** A process that runs `local/main.ts`, until it ends. */
export interface MainProcess {
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
}

/** Waits until the stack of a process is ready. @throws with its words if it ends instead */
export async function untilReady(main: MainProcess, dataDir: string): Promise<ChildStack> {
  let exit: Exit | undefined;
  void main.exited.then((value) => {
    exit = value;
  });
  const { apiUrl, apiKey } = await waitUntil(
    'the stack is ready',
    () => {
      if (exit !== undefined) throw new Error(`The stack ended: ${exit.stdout}${exit.stderr}`);
      return readDescription(join(dataDir, 'stack.json'));
    },
    60_000,
  );
  return { ...createApiClient(apiUrl, apiKey), ...main };
}

/** @returns undefined as long as it is not there, or half written */
function readDescription(file: string): StackDescription | undefined {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackDescription) : undefined;
  } catch {
    return undefined;
  }
}
