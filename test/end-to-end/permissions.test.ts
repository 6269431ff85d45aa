import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChangeableTemplate, changeAssembly } from './support/change-assembly.ts';
import { makeDataDir, readFunctionLog, startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp } from './support/story.ts';
import { scanTable } from './support/table.ts';
import { waitUntil } from './support/wait-until.ts';

const folders: string[] = [];
const stacks: TestStack[] = [];

afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function keepTrack(folder: string): string {
  folders.push(folder);
  return folder;
}

async function startChanged(
  change: (template: ChangeableTemplate) => void,
  dataDir = keepTrack(makeDataDir()),
): Promise<TestStack> {
  const stack = await startStack({ cdkOutDir: keepTrack(changeAssembly(change)), dataDir });
  stacks.push(stack);
  return stack;
}

const denialOf = (stack: TestStack, action: string): string | undefined =>
  stack.troubles.find((line) => line.includes(`its role does not allow ${action} on arn:aws:`));

describe('a missing grant', () => {
  it('of a function fails its calls by name and writes nothing; a missing variable fails it at start', async () => {
    const stack = await startChanged((template) => {
      template.removeGrant('FunctionsEvents', 'dynamodb:PutItem');
      template.removeVariable('FunctionsPayouts', 'TABLE_NAME');
    });
    const { code } = await makeLink(stack, 'alice');
    await signUp(stack, code, 'bob');
    const before = (await scanTable(stack.description)).length;

    const event = await stack.call('POST', '/v1/events', paidOrder('bob', 'o-1', 1_000));
    expect(event).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(event.text).not.toMatch(/arn:aws|dynamodb|not authorized/i);
    expect(denialOf(stack, 'dynamodb:PutItem')).toMatch(/Events/);
    expect(await scanTable(stack.description)).toHaveLength(before);
    // The others are as able as ever.
    expect((await stack.call('GET', '/referral-stats/alice')).status).toBe(200);

    const payout = await stack.call('POST', '/v1/payouts', { userId: 'alice', amount: 1, currency: 'USD' });
    expect(payout.status).toBe(500);
    expect(payout.text).not.toContain('TABLE_NAME');
    await waitUntil('the log names the variable', () =>
      readFunctionLog(stack, 'FunctionsPayouts').includes('The environment variable TABLE_NAME is not set'),
    );
    expect(await scanTable(stack.description)).toHaveLength(before);
  });

  it('between the table and the queue delays what was accepted, and loses nothing', async () => {
    const dataDir = keepTrack(makeDataDir());
    const stack = await startChanged(
      (template) => template.removeGrant('FunctionsRelayChanges', 'sqs:SendMessage', 'RewardsQueue'),
      dataDir,
    );
    const { code } = await makeLink(stack, 'alice');
    await signUp(stack, code, 'bob');
    expect((await stack.call('POST', '/v1/events', paidOrder('bob', 'o-1', 1_000))).status).toBe(202);
    await waitUntil('the denial is reported', () => denialOf(stack, 'sqs:SendMessage'));
    expect(await stack.get('/v1/events/default/o-1')).toMatchObject({
      event: { status: 'accepted', entries: [] },
    });
    expect(await balancesOf(stack, 'alice')).toEqual([]);
    await stack.stop();

    const repaired = await startStack({ dataDir });
    stacks.push(repaired);
    await processed(repaired, 'o-1');
    expect(await balancesOf(repaired, 'alice')).toMatchObject([{ available: 100 }]);
  });

  it.each([
    ['FunctionsProcessEvent', 'sqs:ReceiveMessage', 'RewardsToProcessEvent'],
    ['FunctionsCountClicks', 'dynamodb:GetRecords', 'ClicksToCount'],
  ])('of an event source of %s refuses the start', async (idStart, action, mapping) => {
    const dataDir = keepTrack(makeDataDir());
    const cdkOutDir = keepTrack(changeAssembly((template) => template.removeGrant(idStart, action)));
    const failure = await startStack({ cdkOutDir, dataDir }).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    expect(failure).toContain(`The event source mapping ${mapping}`);
    expect(failure).toContain(`lacks ${action}`);
    expect(failure).not.toContain('\n');
  });
});
