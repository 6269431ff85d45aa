import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { publicLookup } from '../../../shared/runtime/outbound/public-lookup.ts';
import { formatWebhookSecret } from '../../../shared/runtime/outbound/sign-webhook.ts';
import { callWebhook } from '../../../shared/runtime/webhooks/call-webhook.ts';

const secretOf = (byte: number) => formatWebhookSecret(new Uint8Array(32).fill(byte));
const [secret, newSecret, otherSecret] = [secretOf(1), secretOf(2), secretOf(3)];
const body = '{"type":"reward.created","data":{"name":"Zoë"}}';

interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

let server: Server;
let url = '';
let received: Received[];
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    received.push({ headers: request.headers as Record<string, string>, body: text });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  received = [];
  answer = (response) => response.end();
});

interface Over {
  readonly secrets?: string[];
  readonly allowLoopback?: boolean;
  readonly now?: number;
  readonly whenSlow?: () => void;
}

function call(to = url, over: Over = {}) {
  const { secrets = [secret], allowLoopback = true, now = Date.now(), whenSlow = () => undefined } = over;
  return callWebhook(
    { endpointId: 'whe_1', url: to, sealedSecrets: secrets, id: 'change-1-reward-created', body },
    whenSlow,
    { allowLoopback, now: () => now, openSecret: async (_, sealed) => sealed },
  );
}

/** What the public library says of what arrived. */
function verify(by: string, sent = received[0]): unknown {
  return new Webhook(by).verify(sent?.body ?? '', sent?.headers ?? {});
}

describe('a signature, to the public library of Standard Webhooks', () => {
  it('is right', async () => {
    await call();
    expect(verify(secret)).toEqual(JSON.parse(body));
    expect(received[0]?.headers['webhook-id']).toBe('change-1-reward-created');
  });

  it('is right by each of two secrets, while one takes the place of the other', async () => {
    await call(url, { secrets: [newSecret, secret] });
    expect(received[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    expect(verify(secret)).toEqual(verify(newSecret));
    expect(() => verify(otherSecret)).toThrow('No matching signature');
  });

  it.each<[string, (sent: Received) => Received]>([
    ['its body', (sent) => ({ ...sent, body: sent.body.replace('reward', 'payout') })],
    ['its id', (sent) => ({ ...sent, headers: { ...sent.headers, 'webhook-id': 'another' } })],
    [
      'its time',
      (sent) => {
        const at = String(Number(sent.headers['webhook-timestamp']) + 1);
        return { ...sent, headers: { ...sent.headers, 'webhook-timestamp': at } };
      },
    ],
    ['its signature', (sent) => ({ ...sent, headers: { ...sent.headers, 'webhook-signature': 'v1,AAAA' } })],
  ])('is wrong once somebody changed %s', async (_, change) => {
    await call();
    expect(() => verify(secret, change(received[0] as Received))).toThrow('No matching signature');
  });

  it('is refused when it is sent again later, and when it comes too early', async () => {
    await call(url, { now: Date.now() - 6 * 60_000 });
    expect(() => verify(secret)).toThrow('too old');
    await call(url, { now: Date.now() + 6 * 60_000 });
    expect(() => verify(secret, received[1])).toThrow('too new');
  });
});

describe('an answer', () => {
  it('is a status, however odd or long its body is, of which the start is kept', async () => {
    answer = (response) => response.end('<html>thanks\u0000\u0007a lot</html>');
    expect(await call()).toMatchObject({ status: 200, answer: '<html>thanks a lot</html>' });
    answer = (response) => response.end('x'.repeat(5_000_000));
    expect((await call()).answer).toBe('x'.repeat(256));
    answer = (response) => response.end(Buffer.from([0xff, 0xfe, 0x41]));
    expect(await call()).toMatchObject({ status: 200, answer: 'A' });
  });

  it('counts although its length is a lie, or it never ends', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': 100 }).write('short');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await call()).toMatchObject({ status: 200, answer: 'short' });
    answer = (response) => {
      response.writeHead(204);
      response.end();
    };
    expect(await call()).toMatchObject({ status: 204 });
    answer = (response) => {
      response.write('on');
      const drip = setInterval(() => response.write(' and on'), 20);
      response.on('close', () => clearInterval(drip));
    };
    const before = performance.now();
    expect(await call()).toMatchObject({ status: 200, answer: expect.stringMatching(/^on and on/) });
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('of 3xx leads nowhere', async () => {
    answer = (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    expect(await call()).toMatchObject({ status: 302 });
    expect(received).toHaveLength(1);
  });

  it('that comes at once is not told of as slow', async () => {
    const whenSlow = vi.fn();
    await call(url, { whenSlow });
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect(whenSlow).not.toHaveBeenCalled();
  });

  it('says when to come again', async () => {
    answer = (response) => response.writeHead(503, { 'retry-after': '120' }).end('busy');
    expect(await call()).toMatchObject({ status: 503, retryAfterMs: 120_000, answer: 'busy' });
  });

  it('that does not come in 15 seconds is none, and was told of as slow by then', async () => {
    answer = () => undefined;
    const began = performance.now();
    const slowAfter: number[] = [];
    const reply = await call(url, { whenSlow: () => slowAfter.push(performance.now() - began) });
    expect(slowAfter).toEqual([expect.closeTo(2_250, -3)]);
    expect(reply).toMatchObject({ failure: 'timeout' });
    expect(reply.durationMs).toBeGreaterThan(14_900);
    expect(reply.durationMs).toBeLessThan(16_500);
  });

  it('of nobody is none', async () => {
    answer = (response) => response.destroy();
    expect(await call()).toMatchObject({ failure: 'unreachable' });
    expect(await call('http://127.0.0.1:1/')).toMatchObject({ failure: 'unreachable' });
  });
});

describe('an address within', () => {
  it.each([
    ['this machine', 'https://127.0.0.1/'],
    ['a number', 'https://2130706433/'],
    ['hexadecimal', 'https://0x7f.1/'],
    ['octal', 'https://0177.0.0.1/'],
    ['left out parts', 'https://127.1/'],
    ['nothing', 'https://0/'],
    ['a private network', 'https://192.168.1.1/'],
    ['metadata', 'https://169.254.169.254/latest/meta-data/'],
    ['metadata in one number', 'https://2852039166/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['mapped', 'https://[::ffff:127.0.0.1]/'],
    ['mapped in hexadecimal', 'https://[::ffff:a9fe:a9fe]/'],
    ['compatible', 'https://[::127.0.0.1]/'],
    ['6to4', 'https://[2002:7f00:1::]/'],
    ['NAT64', 'https://[64:ff9b::a9fe:a9fe]/'],
    ['NAT64 of a network', 'https://[64:ff9b:1::7f00:1]/'],
    ['Teredo', 'https://[2001:0:1::1]/'],
    ['link-local', 'https://[fe80::1]/'],
    ['unique local', 'https://[fd00:ec2::254]/'],
    ['a name of this machine', 'https://localhost/'],
    ['no TLS', 'http://example.com/'],
  ])('is not called: %s', async (_, to) => {
    expect(await call(to, { allowLoopback: false })).toMatchObject({ failure: 'address_not_allowed' });
  });
});

describe('a name', () => {
  it('is checked each time, by the address that is connected to: it gains nothing by another answer', async () => {
    const answers = ['8.8.8.8', '169.254.169.254'];
    const lookup = publicLookup(false, (_name, _options, callback) =>
      callback(null, [{ address: answers.shift() ?? '', family: 4 }]),
    );
    const ask = () =>
      new Promise((resolve) =>
        lookup('rebinding.example', {}, (error, address) => resolve(error?.message ?? address)),
      );
    expect(await ask()).toBe('8.8.8.8');
    expect(await ask()).toBe('rebinding.example leads to no public address');
  });
});
