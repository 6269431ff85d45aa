import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { StackDescription } from '../../../local/describe-stack.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { projectDir } from './project-dir.ts';
import { waitUntil } from './wait-until.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The stack as a process of its own, as `npm start` runs it. */
export interface ChildStack extends ApiClient {
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
}

/** Runs `local/main.ts` with these arguments. */
export function runMain(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): { readonly process: ChildProcess; readonly exited: Promise<Exit> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], {
    cwd: projectDir,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, exited };
}

/** Starts the stack as a child process and waits until it is ready. */
export async function startChildStack(dataDir: string): Promise<ChildStack> {
  const child = runMain(['--port', '0', '--data', dataDir, '--template', inject('cloudAssembly')]);
  let exit: Exit | undefined;
  void child.exited.then((value) => {
    exit = value;
  });
  const file = join(dataDir, 'stack.json');
  const { apiUrl, apiKey } = await waitUntil(
    'the stack is ready',
    () => {
      if (exit !== undefined) throw new Error(`The stack ended: ${exit.stdout}${exit.stderr}`);
      return readDescription(file);
    },
    60_000,
  );
  return { ...createApiClient(apiUrl, apiKey), ...child };
}

function readDescription(file: string): StackDescription | undefined {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackDescription) : undefined;
  } catch {
    // Half written.
    return undefined;
  }
}
