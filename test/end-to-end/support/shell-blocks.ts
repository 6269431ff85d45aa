import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDir } from './project-dir.ts';
import type { TestStack } from './start-stack.ts';

/** The shell blocks of a document, as they stand there. */
export function shellBlocks(file: string): string[] {
  return blocksOf(file, 'sh');
}

/** The programs of a document, by the file name that their first line says. */
export function programsOf(file: string): ReadonlyMap<string, string> {
  return new Map(blocksOf(file, 'js').map((text) => [/^\/\/ (\S+)\n/.exec(text)?.[1] ?? '', text]));
}

function blocksOf(file: string, language: string): string[] {
  const blocks = readFileSync(join(projectDir, file), 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm);
  return [...blocks].flatMap(([, name, text = '']) => (name === language ? [text] : []));
}

/** The shell block of a document that holds some text. */
export function shellBlock(file: string, containing: string): string {
  const block = shellBlocks(file).find((text) => text.includes(containing));
  if (block === undefined) throw new Error(`${file} has no shell block with ${containing}`);
  return block;
}

/** A script of a document that sets `API` and `KEY`, for a stack of the tests. */
export function pointAt({ description }: TestStack, script: string): string {
  return script
    .replace(/^API=.*$/m, `API=${description.apiUrl}`)
    .replace(/^KEY=.*$/m, `KEY=${description.apiKey}`);
}

/** Runs a script, and ends what it left running. @returns what it writes @throws where a command fails */
export async function runShell(script: string, cwd = projectDir): Promise<string> {
  const whole = `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${script}`;
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', whole], { cwd });
  return stdout;
}
