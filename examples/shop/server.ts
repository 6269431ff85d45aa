import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountPage, type Customer, landingPage, product, type Snippet, signUpPage } from './pages.ts';
import { type CameBy, openPlusone, type Stack } from './plusone.ts';

export interface ShopOptions {
  readonly stack: Stack;
  /** 0 takes a free one. */
  readonly port: number;
  /** Settings of the snippet, without `data-`: docs/browser.md. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Shop {
  readonly url: string;
  stop(): void;
}

const mostBodyBytes = 10_000;

/** Starts the shop on this machine. Its customers are kept in memory; what they earn is kept by Plusone. */
export async function startShop({ stack, port, attributes }: ShopOptions): Promise<Shop> {
  const plusone = openPlusone(stack);
  const snippet: Snippet = { src: `${stack.apiUrl}/plusone.js`, attributes };
  /** Customers by the secret in their cookie. */
  const sessions = new Map<string, Customer>();
  let url = '';

  async function signUp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    const userId = `shop-${randomUUID()}`;
    await plusone.verifyReferral(userId, cameBy(form));
    const session = randomUUID();
    const name = (form.get('name') ?? '').slice(0, 60) || 'friend';
    sessions.set(session, { userId, name, link: await plusone.makeLink(userId, url) });
    response.setHeader('set-cookie', `session=${session}; Path=/; HttpOnly; SameSite=Lax`);
    goTo(response, '/account');
  }

  async function order(_: IncomingMessage, response: ServerResponse, { userId }: Customer): Promise<void> {
    await plusone.reportOrder(userId, `order-${randomUUID()}`, product.amount, product.currency);
    goTo(response, '/account');
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const customer = sessions.get(sessionOf(request));
    switch (`${request.method} ${new URL(request.url ?? '/', url).pathname}`) {
      case 'GET /':
        return show(response, landingPage(snippet));
      case 'GET /sign-up':
        return show(response, signUpPage(snippet));
      case 'POST /sign-up':
        return signUp(request, response);
      case 'GET /account':
        if (customer === undefined) return goTo(response, '/sign-up');
        return show(response, accountPage(snippet, customer, await plusone.rewardsOf(customer.userId)));
      case 'POST /order':
        return customer === undefined ? goTo(response, '/sign-up') : order(request, response, customer);
      default:
        response.statusCode = 404;
        response.end('Nothing here.');
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(error);
      response.statusCode = 500;
      response.end('That went wrong.');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    await plusone.prepare(url);
  } catch (error) {
    stop();
    throw error;
  }
  return { url, stop };
}

/** What the form says of how somebody came, without what is empty: it goes into `POST /verify-referral` as it is. */
function cameBy(form: URLSearchParams): CameBy {
  const given = ['clickId', 'referralCode', 'token', 'landed'].map((name) => [name, form.get(name)]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > mostBodyBytes) throw new Error('The form is too large');
  }
  return new URLSearchParams(text);
}

function sessionOf(request: IncomingMessage): string {
  return /(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
}

function show(response: ServerResponse, html: string): void {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(html);
}

function goTo(response: ServerResponse, path: string): void {
  response.writeHead(303, { location: path });
  response.end();
}
