import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChildStack } from './support/child-stack.ts';
import { descendantsOf, isRunning } from './support/processes.ts';
import { copyProject, type ProjectCopy, type Written } from './support/project-copy.ts';
import { untilReady } from './support/until-ready.ts';
import { waitUntil } from './support/wait-until.ts';

const handler = 'functions/api/docs/handler.ts';
const patienceMs = 30_000;

let project: ProjectCopy;
let stack: ChildStack & { readonly written: Written };

async function start(): Promise<void> {
  const main = project.run(['--watch', '--port', '0', '--data', 'data']);
  stack = { ...(await untilReady(main, join(project.folder, 'data'))), written: main.written };
}

beforeAll(async () => {
  project = copyProject();
  await start();
});
afterAll(async () => {
  stack?.process.kill('SIGKILL');
  await stack?.exited;
  rmSync(project.folder, { recursive: true, force: true });
});

const healthOf = async (): Promise<unknown> => (await stack.call('GET', '/health')).body['status'];
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const reloads = (): string[] => linesOf(stack.written.stdout).filter((line) => line.startsWith('  ↻ '));

/** Waits until the stack answers so. @returns after how many milliseconds */
async function untilHealthIs(status: string): Promise<number> {
  const changedAt = performance.now();
  await waitUntil(`health is ${status}`, async () => (await healthOf()) === status, patienceMs);
  return performance.now() - changedAt;
}

it('serves a changed function within seconds, and leaves the others alone', async () => {
  expect(await healthOf()).toBe('ok');
  const took: number[] = [];
  for (const [from, to] of [
    ['ok', 'changed'],
    ['changed', 'changed again'],
    ['changed again', 'ok'],
  ] as const) {
    project.change(handler, `status: '${from}'`, `status: '${to}'`);
    took.push(await untilHealthIs(to));
  }
  expect(Math.min(...took)).toBeLessThan(10_000);
  expect(new Set(reloads())).toEqual(new Set([expect.stringContaining('Docs')]));
  expect(reloads()).toHaveLength(took.length);
});

it('serves a change of what functions share, in each of them', async () => {
  const before = reloads().length;
  project.change('shared/contract/problems.ts', /( not_found: .*title: )'[^']*'/, "$1'Gone fishing'");
  const titleOf = async (path: string) => (await stack.call('GET', path)).body['title'];
  await waitUntil(
    'the title is served',
    async () => (await titleOf('/nowhere')) === 'Gone fishing',
    patienceMs,
  );
  expect(new Set(reloads().slice(before)).size).toBeGreaterThan(5);
});

it('says in one line that a change does not compile, serves what was there, and then the mended one', async () => {
  expect(stack.written.stderr).toBe('');
  project.change(handler, "status: 'ok'", "status: = 'broken'");
  const line = await waitUntil('the error is reported', () => stack.written.stderr || undefined, patienceMs);
  expect(line).toMatch(/^ {2}! functions\/api\/docs\/handler\.ts:\d+:\d+: ERROR: Unexpected "="\n$/);
  expect(await healthOf()).toBe('ok');
  await stack.post('/generate-link', { userId: 'alice' });

  project.change(handler, "status: = 'broken'", "status: 'mended'");
  await untilHealthIs('mended');
  expect(stack.written.stderr).toBe(line);
});

it.each(['SIGTERM', 'SIGKILL'] as const)('%s ends the watch too', async (signal) => {
  if (stack.process.exitCode !== null) await start();
  const descendants = descendantsOf(stack.process.pid!);
  expect(descendants.length).toBeGreaterThan(3);
  const { stderr } = stack.written;
  stack.process.kill(signal);
  expect(await stack.exited).toMatchObject(signal === 'SIGTERM' ? { code: 0 } : { signal });
  expect(stack.written.stderr).toBe(stderr);
  await waitUntil('nothing is left of it', () => !descendants.some(isRunning));
});
