import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildPackage } from '../../client/build/build-package.ts';
import { startStack, type TestStack } from '../end-to-end/support/start-stack.ts';
import { makeLink } from '../end-to-end/support/story.ts';
import { openBrowser } from './support/open-browser.ts';

describe.skipIf(inject('chromium') === '')('the client in Chromium', () => {
  let stack: TestStack;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plusone-client-'));
    [stack, browser] = await Promise.all([startStack(), openBrowser(), buildPackage(folder)]);
    page = await browser.newPage();
    const script = readFileSync(join(folder, 'browser.js'), 'utf8');
    await page.route(`${stack.apiUrl}/page`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '' }),
    );
    await page.route('**/plusone-client.js', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    await page.goto(`${stack.apiUrl}/page`);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.end();
  });

  /** Runs the body of a function in the page, with the client and a token that was asked for. */
  async function inPage(text: string): Promise<unknown> {
    const { token } = await stack.plusone.tokens.create({ userId: 'alice' });
    return page.evaluate(`(async (token) => {
      const { Plusone, PlusoneError } = await import('/plusone-client.js');
      const open = (token) => new Plusone({ baseUrl: location.origin, token });
      ${text}
    })(${JSON.stringify(token)})`);
  }

  it('reads what a participant may see of themselves, and nobody else', async () => {
    await makeLink(stack, 'alice');
    await makeLink(stack, 'bob');
    const seen = await inPage(`
      const client = open(token);
      const links = [];
      for await (const { userId } of client.links.list.all({ programId: 'default', userId: 'alice' })) links.push(userId);
      const other = await client.links.list({ programId: 'default', userId: 'bob' });
      return { links, other: [other.ok, other.error?.status] };`);
    expect(seen).toEqual({ links: ['alice'], other: [false, expect.any(Number)] });
  });

  it('asks for a token where it needs one, and says by a value what failed', async () => {
    const seen = await inPage(`
      let asked = 0;
      const client = open(async () => { asked++; return token; });
      const [stats, balances] = await Promise.all([
        client.referralStats({ userId: 'alice' }),
        client.participants.balances({ programId: 'default', userId: 'alice' }),
      ]);
      const thrown = await open('garbage').orThrow.referralStats({ userId: 'alice' }).catch((error) => error);
      const nowhere = new Plusone({ baseUrl: 'http://127.0.0.1:1', retries: 0 });
      const lost = await nowhere.service.health();
      return [asked, stats.ok, balances.ok, thrown instanceof PlusoneError, thrown.error.status, lost.error.code];`);
    expect(seen).toEqual([1, true, true, true, 401, 'network_error']);
  });

  it('draws a QR code', async () => {
    const { code } = await makeLink(stack, 'alice');
    const seen = await inPage(`
      const result = await open(token).links.qr({ code: ${JSON.stringify(code)} });
      return result.ok ? result.data.content.type : result.error.code;`);
    expect(seen).toBe('image/svg+xml');
  });
});
