import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callUrl } from '../../../shared/runtime/hooks/call-url.ts';
import { publicLookup } from '../../../shared/runtime/outbound/public-lookup.ts';
import {
  formatWebhookSecret,
  isWebhookSecret,
  signWebhook,
} from '../../../shared/runtime/outbound/sign-webhook.ts';

const secret = formatWebhookSecret(new Uint8Array(32).fill(7));
const options = { secret, allowLoopback: true, now: () => 1_795_255_200_123 };
const call = { kind: 'validation' as const, id: 'hook_1', body: '{"a":"ü"}', timeoutMs: 2_000 };

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
}

let server: Server;
let base: string;
let seen: Seen[];
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ request, body });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  seen = [];
  answer = (response) => response.end('{"decision":"accept"}');
});

describe('callUrl', () => {
  it('posts what is asked, signed as Standard Webhooks say', async () => {
    expect(await callUrl(`${base}/hook?x=1`, call, options)).toEqual({ body: '{"decision":"accept"}' });
    const [{ request, body }] = seen as [Seen];
    expect([request.method, request.url, body]).toEqual(['POST', '/hook?x=1', call.body]);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`hook_1.1795255200.${call.body}`).digest('base64');
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'hook_1',
      'webhook-timestamp': '1795255200',
      'webhook-signature': `v1,${signature}`,
    });
  });

  it.each([
    [500, { because: 'failed', again: true }],
    [503, { because: 'failed', again: true }],
    [400, { because: 'refused', again: false }],
    [404, { because: 'refused', again: false }],
    [410, { because: 'gone', again: false }],
  ])('tells a %i', async (status, reply) => {
    answer = (response) => response.writeHead(status).end('{"decision":"accept"}');
    expect(await callUrl(base, call, options)).toEqual(reply);
  });

  it('follows no redirect', async () => {
    answer = (response) => response.writeHead(302, { location: `${base}/other` }).end();
    expect(await callUrl(base, call, options)).toEqual({ because: 'redirected', again: false });
    expect(seen).toHaveLength(1);
  });

  it('waits no longer than its time for an answer to begin', async () => {
    answer = () => undefined;
    const started = performance.now();
    expect(await callUrl(base, { ...call, timeoutMs: 100 }, options)).toEqual({
      because: 'timeout',
      again: false,
    });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('waits no longer than its time for an answer to end', async () => {
    answer = (response) => {
      response.write('{');
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect(await callUrl(base, { ...call, timeoutMs: 150 }, options)).toEqual({
      because: 'timeout',
      again: false,
    });
  });

  it('takes 256 KB and not a byte more', async () => {
    answer = (response) => response.end('x'.repeat(256 * 1024));
    expect(await callUrl(base, call, options)).toHaveProperty('body');
    answer = (response) => response.end('x'.repeat(256 * 1024 + 1));
    expect(await callUrl(base, call, options)).toEqual({ because: 'answer_too_large', again: false });
  });

  it('may be tried again after a connection that broke', async () => {
    answer = (response) => response.destroy();
    expect(await callUrl(base, call, options)).toEqual({ because: 'unreachable', again: true });
    answer = (response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await callUrl(base, call, options)).toEqual({ because: 'unreachable', again: true });
    expect(await callUrl('http://127.0.0.1:1/', call, options)).toEqual({
      because: 'unreachable',
      again: true,
    });
  });

  it('leads nowhere on this machine unless that is allowed', async () => {
    const port = new URL(base).port;
    const strict = { ...options, allowLoopback: false };
    for (const address of [
      `https://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
      `https://[::1]:${port}/`,
      base,
    ]) {
      expect(await callUrl(address, call, strict)).toEqual({ because: 'address_not_allowed', again: false });
    }
    expect(seen).toEqual([]);
  });

  it.each([
    'https://10.0.0.1/',
    'https://169.254.169.254/latest',
    'https://[fd00:ec2::254]/',
    'http://example.com/',
  ])('does not lead to %s, even where this machine is allowed', async (address) => {
    expect(await callUrl(address, call, options)).toEqual({ because: 'address_not_allowed', again: false });
  });
});

describe('publicLookup', () => {
  const addresses = [
    { address: '10.0.0.1', family: 4 },
    { address: '8.8.8.8', family: 4 },
    { address: '::1', family: 6 },
    { address: '2606:4700::1111', family: 6 },
  ];
  const ask = (given: typeof addresses, all: boolean) =>
    new Promise((resolve) => {
      const look = publicLookup(false, (_name, _options, callback) => callback(null, given));
      look('name.example', { all }, (error, ...found) => resolve(error ? error.message : found));
    });

  it('leaves out what is private, whichever form is asked for', async () => {
    expect(await ask(addresses, true)).toEqual([[addresses[1], addresses[3]]]);
    expect(await ask(addresses, false)).toEqual(['8.8.8.8', 4]);
  });

  it('fails where nothing is left', async () => {
    expect(await ask([addresses[0]!, addresses[2]!], true)).toBe('name.example leads to no public address');
    expect(await ask([], true)).toBe('name.example leads to no public address');
  });
});

describe('signing', () => {
  it('is as in the specification', () => {
    // From the reference implementation of Standard Webhooks.
    const given = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = signWebhook(
      [given],
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_000,
      '{"test": 2432232314}',
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('knows a secret by its form', () => {
    expect(isWebhookSecret(secret)).toBe(true);
    for (const other of ['', 'whsec_', 'whsec_abc', secret.slice(6), `${secret}!`]) {
      expect(isWebhookSecret(other)).toBe(false);
    }
  });
});
