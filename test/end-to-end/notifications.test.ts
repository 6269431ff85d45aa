import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CaughtMail } from '../../local/services/mailbox.ts';
import { hourOf } from '../../shared/domain/money/hold-end.ts';
import { accountAdd } from '../../shared/table/balance-items.ts';
import { holdEndItems } from '../../shared/table/hold-end-items.ts';
import { transact } from '../../shared/table/transact.ts';
import { projectDir } from './support/project-dir.ts';
import { readLogs, startStack, type TestStack } from './support/start-stack.ts';
import { inProgram, makeLink, paidOrder, processed, signUp } from './support/story.ts';
import { openTable, scanTable } from './support/table.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.end());

function mails(): CaughtMail[] {
  try {
    const lines = readFileSync(join(stack.dataDir, 'mails.jsonl'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as CaughtMail);
  } catch {
    return [];
  }
}

const mailAbout = (subject: string): Promise<CaughtMail> =>
  waitUntil(`a mail about ${subject}`, () => mails().find((mail) => mail.subject.includes(subject)) ?? false);

const page = async (path: string): Promise<string> =>
  (await fetch(new URL(path, stack.description.mailsUrl))).text();

it('tells a referrer of a friend by mail, once, which is seen on a page of the stack', async () => {
  const { code } = await makeLink(stack, 'alice');
  const contact = { email: 'alice@example.com' };
  expect(await stack.call('PUT', `${inProgram('alice')}/contact`, contact)).toMatchObject({
    status: 200,
    body: { contact: { email: 'a…@e….com', notifications: true } },
  });
  await signUp(stack, code, 'bob');
  const mail = await mailAbout('A friend joined');
  expect(mail).toMatchObject({
    from: 'Plusone <plusone@localhost>',
    to: ['alice@example.com'],
    headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  });
  expect(await page('/')).toContain(`<a href="/${mail.id}">${mail.subject}</a>`);
  const shown = await page(`/${mail.id}`);
  expect(shown).toContain('<iframe sandbox ');
  expect(shown).toContain('alice@example.com');
});

it('tells of a reward in the words and the language of the program and the participant', async () => {
  await stack.call('PUT', `${inProgram('alice')}/contact`, { email: 'alice@example.com', language: 'de-AT' });
  const path = '/v1/programs/default/notification-templates/reward_earned/de';
  const template = {
    subject: 'Du hast {{reward}} verdient',
    text: '{{reward}} bei {{program}}\n{{unsubscribeUrl}}',
    html: '<p>{{program}}</p><a href="{{unsubscribeUrl}}">Abmelden</a>',
  };
  expect(await stack.call('PUT', path, template)).toMatchObject({ status: 200 });
  expect(
    await stack.call('PUT', path, { ...template, text: '{{rewards}} {{unsubscribeUrl}}' }),
  ).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'text', message: expect.stringContaining('rewards') }] },
  });
  const preview = await stack.call('POST', `${path}/preview`);
  expect(preview.text).toMatch(/Du hast 4,90.\$ verdient/);
  await stack.post('/v1/events', paidOrder('bob', 'order-1', 4_900));
  await processed(stack, 'order-1');
  expect((await mailAbout('Du hast')).subject).toMatch(/^Du hast \$.4,90 verdient$/);
});

it('lets whoever got a mail unsubscribe with one click, which a later contact does not undo', async () => {
  const link = mails()[0]?.headers['List-Unsubscribe']?.slice(1, -1) ?? '';
  const { pathname } = new URL(link);
  const asked = await stack.call('GET', pathname, undefined, { key: null });
  expect(asked).toMatchObject({ status: 200, text: expect.stringContaining('<form method="post">') });
  const isOn = async () =>
    (await stack.get<{ contact: { notifications: boolean } }>(`${inProgram('alice')}/contact`)).contact
      .notifications;
  expect(await isOn()).toBe(true);
  const oneClick = {
    key: null,
    rawBody: 'List-Unsubscribe=One-Click',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
  expect(await stack.call('POST', `${pathname}x`, undefined, oneClick)).toMatchObject({ status: 200 });
  expect(await isOn()).toBe(true);
  expect(await stack.call('POST', pathname, undefined, oneClick)).toMatchObject({
    status: 200,
    text: expect.stringContaining('You are unsubscribed'),
  });
  await stack.call('PUT', `${inProgram('alice')}/contact`, { email: 'alice@example.com' });
  expect(await isOn()).toBe(false);
  const before = mails().length;
  await stack.post('/v1/events', paidOrder('bob', 'order-2', 1_000));
  await processed(stack, 'order-2');
  await waitUntil('nothing is sent', () => logOf('NotifyParticipant').includes('unsubscribed'));
  expect(mails()).toHaveLength(before);
});

it('tells of what is held no longer by the clock, once, where the program has a template of it', async () => {
  await makeLink(stack, 'carol');
  await stack.call('PUT', `${inProgram('carol')}/contact`, { email: 'carol@example.com' });
  await stack.call('PUT', '/v1/programs/default/notification-templates/reward_available/en', {
    subject: '{{reward}} is free',
    text: '{{unsubscribeUrl}}',
  });
  const table = { name: stack.description.tableName, documents: openTable(stack.description) };
  const account = { programId: 'default', userId: 'carol', kind: 'cash', currency: 'USD' } as const;
  const hour = hourOf(Date.now());
  const notes = holdEndItems(table);
  await transact(table, [accountAdd(table, account, { [hour.slice(0, 10)]: 490 })]);
  await notes.noteHoldEnd(account, hour);
  const schedule = stack.running.deployment.schedules.find(({ logicalId }) =>
    logicalId.startsWith('HourlyHoldEnds'),
  );
  for (let run = 0; run < 2; run++) {
    await notes.moveHoldWalk(await notes.findHoldWalk(), { hour });
    await stack.running.runSchedule(schedule?.logicalId ?? '');
    await waitUntil('the hour is gone through', async () => (await notes.findHoldWalk())?.hour !== hour);
  }
  table.documents.destroy();
  expect((await mailAbout('is free')).subject).toBe('$4.90 is free');
  expect(mails().filter(({ subject }) => subject.includes('is free'))).toHaveLength(1);
  expect(stack.troubles).toEqual([]);
});

it('does what the documentation says, as it says it', async () => {
  for (const name of ['notifications', 'dead-letters']) {
    const text = readFileSync(join(projectDir, `docs/${name}.md`), 'utf8');
    const blocks = [...text.matchAll(/^```sh\n(curl[\s\S]*?)^```/gm)].map(([, block = '']) => block);
    expect(blocks.length, name).toBeGreaterThan(1);
    for (const block of blocks) {
      const env = { ...process.env, API: stack.apiUrl, KEY: stack.apiKey };
      const { stdout } = await promisify(execFile)('bash', ['-c', block], { env });
      expect(JSON.parse(stdout), block).not.toHaveProperty('code');
    }
  }
});

const logOf = (name: string): string =>
  [...readLogs(stack.dataDir)]
    .filter(([file]) => file.includes(name))
    .map(([, text]) => text)
    .join('');

it('writes no address into a log, an event or the table', async () => {
  expect(stack.troubles).toEqual([]);
  expect(JSON.stringify(await scanTable(stack.description))).not.toContain('alice@example');
  await stack.stop();
  expect([...readLogs(stack.dataDir).values()].join('\n')).not.toContain('alice@example');
});
