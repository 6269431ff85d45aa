import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MailPages, startMailPages } from '../../../local/mails/start-mail-pages.ts';
import { type Mailbox, openMailbox } from '../../../local/services/mailbox.ts';

let folder: string;
let mailbox: Mailbox;
let pages: MailPages;
const open = () =>
  openMailbox({ file: join(folder, 'mails.jsonl'), now: () => 1_763_719_200_000, newId: randomUUID });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plusone-mails-'));
  mailbox = open();
  pages = await startMailPages(mailbox);
});
afterEach(async () => {
  await pages.close();
  rmSync(folder, { recursive: true, force: true });
});

const mail = (Subject: string, Html?: string) => ({
  FromEmailAddress: 'Example <hello@example.com>',
  Destination: { ToAddresses: ['alice@example.com'] },
  Content: {
    Simple: {
      Subject: { Data: Subject },
      Body: { Text: { Data: 'In text' }, ...(Html !== undefined && { Html: { Data: Html } }) },
      Headers: [{ Name: 'List-Unsubscribe', Value: '<https://example.com/u>' }],
    },
  },
});

function get(path: string, host?: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    request(new URL(path, pages.url), { headers: host === undefined ? {} : { host } }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      resolve({ status: answer.statusCode, text });
    })
      .on('error', reject)
      .end();
  });
}

describe('the mailbox', () => {
  it('keeps mails over a restart, newest first', async () => {
    await mailbox.handle('SendEmail', mail('First'));
    expect(await mailbox.handle('SendEmail', mail('Second', '<p>Hi</p>'))).toEqual({
      MessageId: mailbox.list()[0]?.id,
    });
    expect(open().list()).toMatchObject([
      { subject: 'Second', html: '<p>Hi</p>', text: 'In text', to: ['alice@example.com'] },
      { subject: 'First', headers: { 'List-Unsubscribe': '<https://example.com/u>' } },
    ]);
  });

  it('refuses what SES would, and what is not run here', async () => {
    const { Destination: _, ...nobody } = mail('x');
    await expect(mailbox.handle('SendEmail', nobody)).rejects.toThrow(/sender/);
    await expect(mailbox.handle('SendEmail', { ...mail('x'), Content: { Raw: {} } })).rejects.toThrow(
      /simple/,
    );
    await expect(mailbox.handle('SendBulkEmail', {})).rejects.toThrow(/not run here/);
  });
});

describe('its pages', () => {
  it('show a list and a mail, whose HTML can do nothing', async () => {
    expect((await get('/')).text).toContain('None has been sent yet');
    await mailbox.handle('SendEmail', mail('<script>alert(1)</script>', '<script>alert("2")</script>'));
    const { id = '' } = mailbox.list()[0] ?? {};
    const [list, one] = [await get('/'), await get(`/${id}`)];
    expect(list.text).toContain(`<a href="/${id}">&lt;script&gt;alert(1)&lt;/script&gt;</a>`);
    expect(one.text).toContain('<iframe sandbox title="HTML" srcdoc="&lt;script&gt;alert(&quot;2&quot;)');
    expect(`${list.text}${one.text}`).not.toContain('<script');
    expect((await get('/none')).status).toBe(404);
  });

  it('are for this machine alone, also by a name that leads here', async () => {
    expect(pages.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await get('/', 'mails.attacker.example')).status).toBe(403);
  });
});
