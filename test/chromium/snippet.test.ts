import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Shop, startShop } from '../../examples/shop/server.ts';
import { startStack, type TestStack } from '../end-to-end/support/start-stack.ts';
import { waitUntil } from '../end-to-end/support/wait-until.ts';
import { startLoopback } from '../support/loopback.ts';
import { openBrowser, openForgetfulBrowser, userAgent } from './support/open-browser.ts';

const day = 86_400_000;
const nothing = {};

interface Referral {
  readonly clickId?: string;
  readonly referralCode?: string;
}

describe.skipIf(inject('chromium') === '')('in Chromium', () => {
  let stack: TestStack;
  let browser: Browser;
  const sites: { stop(): void }[] = [];
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  });
  afterEach(async () => {
    for (const site of sites.splice(0)) site.stop();
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.end();
  });

  async function openShop(attributes: Readonly<Record<string, string>> = {}): Promise<Shop> {
    const shop = await startShop({ stack: stack.description, port: 0, attributes });
    sites.push(shop);
    return shop;
  }

  /** A visitor with a browser of their own, at a moment that the test moves on. */
  async function newVisitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ userAgent, ...options });
    contexts.push(context);
    return context;
  }

  const daysLater = (context: BrowserContext, days: number) =>
    context.clock.setFixedTime(new Date(Date.now() + days * day));

  /** Opens an address, and waits until the snippet is there. */
  async function open(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction("typeof plusone === 'object' && 'referral' in plusone");
    return page;
  }

  /** Opens an address and leaves. @returns what the snippet said meanwhile, and where the visitor had come to */
  async function look(context: BrowserContext, url: string): Promise<{ referral: Referral; landed: URL }> {
    const page = await open(context, url);
    const referral = (await page.evaluate('plusone.referral()')) as Referral;
    const landed = new URL(page.url());
    await page.close();
    return { referral, landed };
  }

  async function signUp(page: Page, shop: Shop, name: string): Promise<void> {
    await page.goto(`${shop.url}sign-up`);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.waitForURL('**/account');
  }

  /** Signs somebody up who brings others. */
  async function newReferrer(shop: Shop): Promise<{ page: Page; link: string; code: string }> {
    const page = await (await newVisitor()).newPage();
    await signUp(page, shop, 'Alice');
    const link = (await page.locator('#link').textContent()) ?? '';
    return { page, link, code: link.slice(link.lastIndexOf('/') + 1) };
  }

  const linkOf = async (userId: string, shop: Shop): Promise<string> => {
    const wishes = { userId, programId: 'shop', destination: shop.url };
    return (await stack.post<{ link: string }>('/generate-link', wishes)).link;
  };

  const storedIn = async (context: BrowserContext, shop: Shop) => {
    const page = await context.newPage();
    await page.route(`${shop.url}blank`, (route) => route.fulfill({ contentType: 'text/html', body: '' }));
    await page.goto(`${shop.url}blank`);
    const local = (await page.evaluate("localStorage.getItem('plusone')")) as string | null;
    await page.close();
    const cookies = await context.cookies(shop.url);
    return { local, cookie: cookies.find(({ name }) => name === 'plusone') };
  };

  it('says once what of its tag it does not understand, and nothing of what it does', async () => {
    const heard = async (attributes: Readonly<Record<string, string>>) => {
      const shop = await openShop(attributes);
      const page = await (await newVisitor()).newPage();
      const warnings: string[] = [];
      page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
      await page.goto(shop.url);
      await page.waitForFunction("typeof plusone === 'object' && 'referral' in plusone");
      return warnings;
    };
    expect(await heard({ touch: 'frist', 'window-days': 'abc' })).toEqual([
      'plusone: data-touch is not understood',
      'plusone: data-window-days is not understood',
    ]);
    expect(await heard({ touch: 'last', 'window-days': '30' })).toEqual([]);
    expect(await heard({})).toEqual([]);
  });

  it('goes the whole way: click, land, leave, come back days later, sign up, order, reward', async () => {
    const shop = await openShop();
    const alice = await newReferrer(shop);

    const bob = await newVisitor();
    const { referral, landed } = await look(bob, alice.link);
    expect(landed.origin).toBe(new URL(shop.url).origin);
    expect(landed.searchParams.get('plusone_code')).toBe(alice.code);
    const clickId = landed.searchParams.get('plusone_click');
    expect(referral).toMatchObject({ clickId, referralCode: alice.code });
    const { local, cookie } = await storedIn(bob, shop);
    expect(local).toContain(`plusone_click=${clickId}`);
    expect(cookie).toMatchObject({ value: local, sameSite: 'Lax', path: '/' });

    await daysLater(bob, 5);
    const page = await open(bob, shop.url);
    expect(page.url()).toBe(shop.url);
    await page.getByText(`A friend sent you: ${alice.code}`).waitFor();
    await signUp(page, shop, 'Bob');
    await page.getByRole('button', { name: /^Order/ }).click();

    await waitUntil(
      'Alice sees her reward',
      async () => {
        await alice.page.reload();
        return alice.page.getByText('4.90 USD, available').isVisible();
      },
      60_000,
    );
    const program = await stack.get<{ referrals: { reasons?: string[] }[] }>(
      `/v1/programs/shop/participants/${await userIdOf(alice.code)}/referrals`,
    );
    expect(program.referrals).toMatchObject([{ status: 'completed', code: alice.code, clickId }]);
    // The days have passed for the browser alone, so that the sign-up may be one of two seconds to the stack.
    expect(program.referrals[0]?.reasons ?? []).not.toContain('no_page_view');
  });

  const userIdOf = async (code: string): Promise<string> =>
    (await stack.get<{ link: { userId: string } }>(`/v1/links/${code}`)).link.userId;

  it('forgets after the window', async () => {
    const shop = await openShop({ 'window-days': '10' });
    const visitor = await newVisitor();
    const { referral } = await look(visitor, await linkOf('window', shop));
    await daysLater(visitor, 9.9);
    expect((await look(visitor, shop.url)).referral).toEqual(referral);
    await daysLater(visitor, 10.1);
    expect((await look(visitor, shop.url)).referral).toEqual(nothing);
    const page = await open(visitor, `${shop.url}sign-up`);
    expect(await page.locator('[data-plusone=clickId]').inputValue()).toBe('');
  });

  it.each(['first', 'last'] as const)('%s touch: of two links that one counts', async (touch) => {
    const shop = await openShop({ touch });
    const [one, other] = [await linkOf(`${touch}-one`, shop), await linkOf(`${touch}-other`, shop)];
    const visitor = await newVisitor();
    const first = await look(visitor, one);
    await daysLater(visitor, 1);
    const second = await look(visitor, other);
    await daysLater(visitor, 2);
    const { referral } = await look(visitor, shop.url);
    expect(second.landed.searchParams.get('plusone_click')).not.toBe(first.referral.clickId);
    expect(referral.clickId).toBe(
      touch === 'first' ? first.referral.clickId : second.landed.searchParams.get('plusone_click'),
    );
  });

  it('gains no time by a reload', async () => {
    const shop = await openShop({ touch: 'last' });
    const visitor = await newVisitor();
    const { landed } = await look(visitor, await linkOf('reload', shop));
    const before = await storedIn(visitor, shop);
    await daysLater(visitor, 3);
    await look(visitor, landed.href);
    expect((await storedIn(visitor, shop)).local).toBe(before.local);
  });

  describe('where something is blocked', () => {
    it('remembers without cookies', async () => {
      const shop = await openShop();
      const visitor = await newVisitor();
      const openWithoutCookies = async (url: string) => {
        const page = await visitor.newPage();
        const session = await visitor.newCDPSession(page);
        await session.send('Emulation.setDocumentCookieDisabled', { disabled: true });
        await page.goto(url);
        await page.waitForFunction("'referral' in plusone");
        return page.evaluate('plusone.referral()');
      };
      const referral = await openWithoutCookies(await linkOf('no-cookies', shop));
      expect((await storedIn(visitor, shop)).cookie).toBeUndefined();
      await daysLater(visitor, 2);
      expect(referral).toMatchObject({ clickId: expect.stringContaining('clk_') });
      expect(await openWithoutCookies(shop.url)).toEqual(referral);
    });

    it('remembers without localStorage', async () => {
      const shop = await openShop();
      const visitor = await newVisitor();
      await visitor.addInitScript(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })",
      );
      const { referral } = await look(visitor, await linkOf('no-storage', shop));
      await daysLater(visitor, 2);
      expect(referral.clickId).toMatch(/^clk_/);
      expect((await look(visitor, shop.url)).referral).toEqual(referral);
    });

    it('makes good in one place what the other has lost', async () => {
      const shop = await openShop();
      const visitor = await newVisitor();
      const { referral } = await look(visitor, await linkOf('lost', shop));
      await visitor.clearCookies({ name: 'plusone' });
      expect((await look(visitor, shop.url)).referral).toEqual(referral);
      const page = await open(visitor, shop.url);
      await page.evaluate('localStorage.clear()');
      await page.close();
      expect((await look(visitor, shop.url)).referral).toEqual(referral);
      const { local, cookie } = await storedIn(visitor, shop);
      expect(local).toContain(referral.clickId);
      expect(cookie?.value).toBe(local);
    });

    it('serves the page that was landed on where the visitor lets sites keep nothing', async () => {
      const shop = await openShop();
      const link = await linkOf('nothing-kept', shop);
      const { context, end } = await openForgetfulBrowser();
      try {
        const page = await open(context, link);
        const errors: Error[] = [];
        page.on('pageerror', (error) => errors.push(error));
        const clickId = new URL(page.url()).searchParams.get('plusone_click');
        await expect(page.evaluate('localStorage.length')).rejects.toThrow('Access is denied');
        expect(await page.evaluate('plusone.referral()')).toMatchObject({ clickId });
        await page.evaluate('plusone.consent(false); plusone.consent(true)');
        expect(await page.evaluate('plusone.referral()')).toMatchObject({ clickId });
        expect((await look(context, shop.url)).referral).toEqual(nothing);
        expect(errors).toEqual([]);
      } finally {
        await end();
      }
    });
  });

  describe('consent', () => {
    it('is waited for where it is required: until then nothing is stored or told', async () => {
      const shop = await openShop({ consent: 'required', 'clean-url': '' });
      const visitor = await newVisitor();
      const page = await open(visitor, await linkOf('consent', shop));
      expect(await page.evaluate('plusone.referral()')).toEqual(nothing);
      expect(await storedIn(visitor, shop)).toEqual({ local: null, cookie: undefined });
      expect(page.url()).toContain('plusone_click');

      await page.evaluate('plusone.consent(true)');
      expect(await page.evaluate('plusone.referral()')).toMatchObject({
        clickId: expect.stringMatching(/^clk_/),
      });
      expect((await storedIn(visitor, shop)).local).toContain('plusone_click');
      expect(page.url()).toBe(shop.url);

      const next = await open(visitor, `${shop.url}sign-up`);
      expect(await next.evaluate('plusone.referral()')).toEqual(nothing);
      await next.evaluate('plusone.consent(true)');
      expect(await next.locator('[data-plusone=clickId]').inputValue()).toMatch(/^clk_/);

      await next.evaluate('plusone.consent(false)');
      expect(await next.locator('[data-plusone=clickId]').inputValue()).toBe('');
      expect(await next.evaluate('plusone.referral()')).toEqual(nothing);
      expect(await storedIn(visitor, shop)).toEqual({ local: null, cookie: undefined });
    });

    it.each([
      ['Global Privacy Control', "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"],
      ['Do Not Track', "Object.defineProperty(navigator, 'doNotTrack', { value: '1' })"],
    ])('%s is as good as none, unless the site or the visitor says otherwise', async (_, signal) => {
      const [shop, other] = [await openShop(), await openShop({ dnt: 'ignore' })];
      const visitor = await newVisitor();
      await visitor.addInitScript(signal);
      const link = await linkOf('asked-not-to', shop);
      expect((await look(visitor, link)).referral).toEqual(nothing);
      expect(await storedIn(visitor, shop)).toEqual({ local: null, cookie: undefined });

      const page = await open(visitor, link);
      await page.evaluate('plusone.consent(true)');
      expect(await page.evaluate('plusone.referral()')).toHaveProperty('clickId');

      const another = await newVisitor();
      await another.addInitScript(signal);
      const { referral } = await look(another, `${other.url}?plusone_code=alice`);
      expect(referral).toHaveProperty('referralCode');
    });
  });

  describe('in a page', () => {
    const clickId = 'clk_01jd3zv2m3n4p5q6r7s8t9vabc';
    /** A page of a site with this in its body. */
    async function openBody(body: string, query: string, attributes = ''): Promise<Page> {
      const html = `<!doctype html>${body}<script async src="${stack.apiUrl}/plusone.js" ${attributes}></script>`;
      const site = await startLoopback();
      sites.push(site);
      site.reply = () => ({ status: 200, body: html, headers: { 'content-type': 'text/html' } });
      return open(await newVisitor(), `${site.url}/page${query}`);
    }

    it('fills marked fields, and leaves what somebody has typed', async () => {
      const page = await openBody(
        `<form><input name="a" type="hidden" data-plusone="clickId"><input name="b" data-plusone="token">
         <input name="c" data-plusone="referralCode" value="typed"><input name="d"></form>`,
        `?plusone_click=${clickId}&plusone_code=alice&plusone_token=p1.x`,
      );
      const values = await page
        .locator('input')
        .evaluateAll((all) => all.map((one) => 'value' in one && one.value));
      expect(values).toEqual([clickId, 'p1.x', 'typed', '']);
    });

    it('fills forms that come later, when they are entered, sent or read', async () => {
      const page = await openBody('', '?plusone_code=alice');
      const add = `document.body.innerHTML =
        '<form onsubmit="sent = this.code.value; return false"><input name="code" type="hidden" data-plusone="referralCode"><input id="name"><button>Go</button></form>'`;
      const value = () => page.locator('[name=code]').inputValue();

      await page.evaluate(add);
      expect(await page.evaluate("new FormData(document.forms[0]).get('code')")).toBe('alice');

      await page.evaluate(add);
      expect(await value()).toBe('');
      await page.locator('#name').focus();
      expect(await value()).toBe('alice');

      await page.evaluate(add);
      await page.evaluate('document.forms[0].requestSubmit()');
      expect(await page.evaluate('sent')).toBe('alice');
    });

    it('cleans the address where asked, and leaves the rest of it as it is', async () => {
      const query = `?a=%C3%A4&plusone_click=${clickId}&plusone_code=alice&b=c+d#plusone_code=x`;
      const page = await openBody('', query, 'data-clean-url');
      expect(page.url()).toMatch(/page\?a=%C3%A4&b=c\+d#plusone_code=x$/);
      expect(await page.evaluate('history.length')).toBe(2);
      await page.reload();
      await page.waitForFunction("'referral' in plusone");
      expect(await page.evaluate('plusone.referral()')).toEqual({
        clickId,
        referralCode: 'alice',
        landed: true,
      });
      expect((await openBody('', query)).url()).toContain('plusone_click');
    });

    it('honours calls that came before it, also where one of them fails', async () => {
      const page = await openBody(
        `<script>
          window.told = [];
          (window.plusone = window.plusone || []).push(function () { throw new Error('of the page'); });
          plusone.push(function (p) { told.push(p.referral().referralCode); p.consent(false); });
          plusone.push(function (p) { told.push(p.referral()); });
        </script>`,
        '?plusone_code=alice',
      );
      expect(await page.evaluate('told')).toEqual(['alice', {}]);
      await page.evaluate("plusone.push(function () { told.push('at once'); })");
      expect(await page.evaluate('told')).toEqual(['alice', {}, 'at once']);
    });

    it('loads nothing else', async () => {
      const shop = await openShop();
      const visitor = await newVisitor();
      const asked: string[] = [];
      visitor.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await look(visitor, `${shop.url}?plusone_code=alice`);
      expect(asked.filter((path) => path !== '/favicon.ico')).toEqual(['/', '/plusone.js']);
    });
  });
});
