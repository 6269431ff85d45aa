import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startStack, type TestStack } from '../end-to-end/support/start-stack.ts';
import { openBrowser } from './support/open-browser.ts';

const phone = { viewport: { width: 360, height: 740 } };

describe.skipIf(inject('chromium') === '')('the documentation in Chromium', () => {
  let stack: TestStack;
  let browser: Browser;
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.end();
  });

  /** Opens a page, looks at it, and fails if the browser complained of anything. */
  async function look<Seen>(
    path: string,
    options: BrowserContextOptions,
    at: (page: Page) => Promise<Seen>,
  ): Promise<Seen> {
    const context = await browser.newContext(options);
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(90_000);
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(stack.description.apiUrl)) complaints.push(request.url());
      });
      await page.goto(`${stack.description.apiUrl}${path}`);
      const seen = await at(page);
      expect(complaints).toEqual([]);
      return seen;
    } finally {
      await context.close();
    }
  }

  it.each([
    '/docs',
    '/docs/guide-quickstart',
    '/docs/guide-costs',
    '/docs/fraud',
    '/docs/errors',
    '/docs/events',
  ])('%s fits a phone, without JavaScript', async (path) => {
    const { width, text } = await look(path, { ...phone, javaScriptEnabled: false }, async (page) => ({
      width: await page.locator('body').evaluate((body) => body.scrollWidth),
      text: await page.locator('h1').textContent(),
    }));
    expect(width).toBe(phone.viewport.width);
    expect(text).not.toBe('');
  });

  it('is dark where the reader likes that', async () => {
    const background = (page: Page) =>
      page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(await look('/docs', { colorScheme: 'dark' }, background)).toBe('rgb(17, 25, 24)');
    expect(await look('/docs', { colorScheme: 'light' }, background)).toBe('rgb(255, 255, 255)');
  });

  it('shows the example of a route as it is written, to try', async () => {
    const example = await look('/docs/api#post-/generate-link', {}, (page) =>
      page.locator('rapi-doc textarea.request-body-param-user-input').first().inputValue(),
    );
    expect(JSON.parse(example)).toEqual({ userId: 'alice', code: 'alice-rocks' });
  });

  it('takes a call that is tried, changed and tried again', async () => {
    const tried = await look('/docs/api#post-/generate-link', {}, async (page) => {
      const body = page.locator('rapi-doc textarea.request-body-param-user-input').first();
      await body.waitFor();
      const key = JSON.stringify(stack.description.apiKey);
      await page.evaluate(`document.querySelector('rapi-doc').setApiKey('apiKey', ${key})`);
      const statuses: number[] = [];
      for (const code of ['first-try', 'second-try']) {
        await body.fill(JSON.stringify({ userId: 'alice', code }));
        const answer = page.waitForResponse((response) => response.url().endsWith('/generate-link'));
        await page.locator('rapi-doc button[part~=btn-try]').first().click();
        statuses.push((await answer).status());
      }
      return statuses;
    });
    expect(tried).toEqual([201, 201]);
  });
});
