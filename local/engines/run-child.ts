import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process that ends with this one, however this one ends. */
export interface Child {
  /** Resolves when it is over, with the end of what it wrote to stderr. */
  readonly exited: Promise<ChildExit>;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface RunChildOptions {
  /** Folder that the command is run in. */
  readonly cwd?: string;
  /** Told of each line that it writes to stderr. */
  readonly onLine?: (line: string) => void;
}

const KEPT_STDERR = 2_000;

/**
 * Ends the command when stdin closes, which also happens when the parent is killed. The watcher's stdin is handed
 * over by number, since a shell gives its background jobs an empty one.
 */
const GUARD = 'exec 3<&0; "$@" 3<&- & pid=$!; (cat <&3 >/dev/null; kill "$pid" 2>/dev/null) & wait "$pid"';

const spawnGuarded = (command: string, args: readonly string[], cwd: string | undefined): ChildProcess => {
  const stdio: ['pipe', 'ignore', 'pipe'] = ['pipe', 'ignore', 'pipe'];
  if (process.platform === 'win32') return spawn(command, args, { stdio, cwd });
  // A group of its own keeps Ctrl-C from it: whoever started it decides when it ends.
  return spawn('/bin/sh', ['-c', GUARD, 'guard', command, ...args], { stdio, cwd, detached: true });
};

/** Starts a command that writes nothing of interest to stdout. */
export const runChild = (
  command: string,
  args: readonly string[],
  { cwd, onLine }: RunChildOptions = {},
): Child => {
  const child = spawnGuarded(command, args, cwd);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-KEPT_STDERR);
  });
  if (child.stderr && onLine) createInterface(child.stderr).on('line', onLine);
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      child.stdin?.destroy();
      resolve({ code, signal, stderr: stderr.trim() });
    });
    child.once('error', (error) => resolve({ code: null, signal: null, stderr: error.message }));
  });
  child.stdin?.on('error', () => undefined);
  return {
    exited,
    stop: async () => {
      if (process.platform === 'win32') child.kill();
      child.stdin?.destroy();
      await exited;
    },
  };
};
