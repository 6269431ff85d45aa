import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Raised when what is kept there changes so that older folders cannot be read. */
const format = 1;

/** The data folder cannot be used; the message says what to do. */
export class UnusableDataFolder extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnusableDataFolder';
  }
}

/**
 * Opens a data folder, or begins one.
 *
 * @param fresh empties it first
 * @throws UnusableDataFolder if it is of another version, in use, or not a data folder at all
 */
export function openDataFolder(dir: string, fresh: boolean): void {
  const versionFile = join(dir, 'version.json');
  const isOurs = existsSync(versionFile);
  if (existsSync(dir) && !isOurs && readdirSync(dir).length > 0) {
    throw new UnusableDataFolder(
      `${dir} is not empty and no data folder of this stack: name another with --data`,
    );
  }
  refuseIfInUse(dir);
  if (fresh) rmSync(dir, { recursive: true, force: true });
  if (isOurs && !fresh) refuseOtherVersion(dir, versionFile);
  mkdirSync(dir, { recursive: true });
  writeFileSync(versionFile, `${JSON.stringify({ format })}\n`);
  writeFileSync(join(dir, 'running.pid'), String(process.pid));
}

/** Marks a data folder as free again. */
export function closeDataFolder(dir: string): void {
  rmSync(join(dir, 'running.pid'), { force: true });
}

function refuseOtherVersion(dir: string, versionFile: string): void {
  const found = readVersion(versionFile);
  if (found === format) return;
  throw new UnusableDataFolder(
    `The data folder ${dir} is of version ${found ?? 'unknown'}, this is version ${format}: start with --fresh to begin empty, or name another with --data`,
  );
}

function readVersion(file: string): unknown {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { format?: unknown }).format;
  } catch {
    return undefined;
  }
}

function refuseIfInUse(dir: string): void {
  const pidFile = join(dir, 'running.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (pid === process.pid || !Number.isInteger(pid) || !isRunning(pid)) return;
  throw new UnusableDataFolder(
    `The data folder ${dir} is in use by process ${pid}: stop it, or name another with --data`,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
