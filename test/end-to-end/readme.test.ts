import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stats } from './support/documents.ts';
import { pointAt, runShell, shellBlock } from './support/shell-blocks.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.end());

it('makes the first referral with the five calls of the README, as they stand there', async () => {
  const stdout = await runShell(pointAt(stack, shellBlock('README.md', 'generate-link')));
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
