import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stats } from './support/documents.ts';
import { projectDir } from './support/project-dir.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.end());

/** The shell block of a document that holds some text. */
function shellBlock(file: string, containing: string): string {
  const blocks = readFileSync(join(projectDir, file), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm);
  const block = [...blocks].map((match) => match[1] ?? '').find((text) => text.includes(containing));
  if (block === undefined) throw new Error(`${file} has no shell block with ${containing}`);
  return block;
}

it('makes the first referral with the five calls of the README, as they stand there', async () => {
  const script = shellBlock('README.md', 'generate-link')
    .replace(/^API=.*$/m, `API=${stack.description.apiUrl}`)
    .replace(/^KEY=.*$/m, `KEY=${stack.description.apiKey}`);
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: projectDir });
  expect(stdout).toContain('"code":"alice-rocks"');
  expect(stdout).toMatch(/location: https:\/\/example\.com\/\?plusone_code=alice-rocks&plusone_click=clk_/);
  expect(stdout).toContain('"status":"completed"');
  expect(stdout.match(/"status":"accepted"/g)).toHaveLength(3);
  const stats = await waitUntil('the orders are rewarded and the click is counted', async () => {
    const { body } = await stack.call<Stats>('GET', '/referral-stats/alice');
    return body.rewards.count === 3 && body.clicks === 1 ? body : undefined;
  });
  expect(stats).toMatchObject({
    referrals: { completed: 1 },
    balances: [
      { currency: 'EUR', available: 10 },
      { currency: 'USD', available: 690 },
    ],
  });
});
