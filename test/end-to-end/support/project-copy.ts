import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exit } from './child-stack.ts';
import { projectDir } from './project-dir.ts';
import type { MainProcess } from './until-ready.ts';

const parts = [
  ...['infra', 'functions', 'shared', 'local', 'browser', 'docs', 'client'],
  ...['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'],
];

/** A copy of the sources, to be changed while they run. */
export interface ProjectCopy {
  readonly folder: string;
  /** Puts a changed file in the place of another, as editors do. */
  change(file: string, from: string | RegExp, to: string): void;
  /** Runs `local/main.ts` of the copy, and keeps what it writes. */
  run(args: readonly string[]): MainProcess & { readonly written: Written };
}

export interface Written {
  stdout: string;
  stderr: string;
}

/** Copies the sources into a folder of their own; what npm installed is shared. */
export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'plusone-copy-'));
  for (const part of parts) cpSync(join(projectDir, part), join(folder, part), { recursive: true });
  symlinkSync(join(projectDir, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    change(file, from, to) {
      const path = join(folder, file);
      const before = readFileSync(path, 'utf8');
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} has no ${from}`);
      writeFileSync(`${path}.new`, after);
      renameSync(`${path}.new`, path);
    },
    run: (args) => runIn(folder, args),
  };
}

function runIn(folder: string, args: readonly string[]): ReturnType<ProjectCopy['run']> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: Written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      written[stream] += chunk.toString();
    });
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...written }));
  });
  return { process: child, exited, written };
}
