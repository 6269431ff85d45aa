import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { rotated } from '../../shared/domain/access/api-key.ts';
import { apiKeyItems } from '../../shared/table/api-key-items.ts';
import { describeApiKey, drawApiKey, hashSecret, parseApiKey } from '../../shared/usecases/access/api-key.ts';
import { type Backend, startBackend } from './backend.ts';

let backend: Backend;
let handler: typeof import('../../functions/authorizer/handler.ts').handler;
let apiKey: string;

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../functions/authorizer/handler.ts'));
  apiKey = await makeKey(['*']);
});
afterAll(() => backend.stop());

async function makeKey(scopes: string[]): Promise<string> {
  const made = drawApiKey(backend.ports);
  await apiKeyItems(backend.table).storeApiKey(describeApiKey(backend.ports, made, 'a server', { scopes }));
  return made;
}
const original = DynamoDBDocumentClient.prototype.send;
const ask = (authorization?: string) =>
  handler({
    headers: { ...(authorization !== undefined && { authorization }) },
  } as unknown as APIGatewayRequestAuthorizerEventV2);

describe('the authorizer', () => {
  it.each(['Bearer ', 'bearer ', 'Bearer   ', ''])('knows the holder of a key after %j', async (scheme) => {
    expect(await ask(`${scheme}${apiKey}`)).toEqual({
      isAuthorized: true,
      context: { caller: 'server', keyId: apiKey.split('_')[1], scopes: '*', programs: '*' },
    });
  });

  it('tells the scopes of a key', async () => {
    const key = await makeKey(['events:write', 'links:read']);
    expect((await ask(`Bearer ${key}`)).context).toMatchObject({ scopes: 'events:write links:read' });
  });

  it.each([undefined, ''])('says that there is no key in %j', async (authorization) => {
    expect(await ask(authorization)).toEqual({
      isAuthorized: true,
      context: { caller: 'nobody', because: 'missing_key' },
    });
  });

  it.each<[string, (right: string) => string]>([
    ['another secret', (right) => `Bearer ${right.slice(0, 14)}${'a'.repeat(43)}`],
    [
      'a secret that differs in its last character',
      (right) => `Bearer ${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`,
    ],
    ['the id of nobody', () => `Bearer po_0000000000_${'a'.repeat(43)}`],
    ['the key and more', (right) => `Bearer ${right} ${right}`],
    ['another scheme', (right) => `Basic ${right}`],
    ['no form of ours', () => 'Bearer nonsense'],
    ['the scheme alone', () => 'Bearer '],
  ])('takes nobody with %s', async (_, forge) => {
    expect((await ask(forge(apiKey))).context).toEqual({ caller: 'nobody', because: 'invalid_key' });
  });

  it('takes nobody by what it remembers: every secret is checked anew', async () => {
    await ask(`Bearer ${apiKey}`);
    expect((await ask(`Bearer ${apiKey.slice(0, 14)}${'b'.repeat(43)}`)).context).toMatchObject({
      caller: 'nobody',
    });
  });
});

describe('a key that was rotated', () => {
  it('is taken by its new secret at once, and by an old one without an overlap not from then on', async () => {
    const old = await makeKey(['*']);
    await ask(`Bearer ${old}`);
    const keyId = parseApiKey(old)?.keyId ?? '';
    const renewed = drawApiKey(backend.ports, keyId);
    const items = apiKeyItems(backend.table);
    const before = await items.findApiKey(keyId);
    const at = new Date().toISOString();
    const after =
      before && rotated(before, hashSecret(backend.ports, parseApiKey(renewed)?.secret ?? ''), at, at);
    if (!before || !after) throw new Error('There is no such key');
    expect(await items.changeApiKey(before, after, keyId)).toBe('stored');
    expect((await ask(`Bearer ${renewed}`)).context).toMatchObject({ caller: 'server', keyId });
    expect((await ask(`Bearer ${old}`)).context).toEqual({ caller: 'nobody', because: 'invalid_key' });
  });
});

describe('what the authorizer asks of the table', () => {
  const send = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
  const calls = () => send.mock.calls.map(([command]) => command.constructor.name);
  const costOf = async (...headers: string[]) => {
    send.mockClear();
    for (const header of headers) await ask(header);
    return calls();
  };
  const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => vi.useRealTimers());

  it('is one read for a key that it has not seen for half a minute, and none else', async () => {
    const header = `Bearer ${await makeKey(['*'])}`;
    expect(await costOf(header)).toEqual(['GetCommand', 'PutCommand']);
    later(29_999);
    expect(await costOf(header, header)).toEqual([]);
    later(1);
    expect(await costOf(header, header)).toEqual(['GetCommand']);
  });

  it('is one read a second at most for secrets that a kept key has not', async () => {
    const key = await makeKey(['*']);
    const wrong = `Bearer ${key.slice(0, 14)}${'a'.repeat(43)}`;
    expect(await costOf(wrong)).toEqual(['GetCommand']);
    expect(await costOf(wrong, wrong, wrong)).toEqual(['GetCommand']);
    later(1_000);
    expect(await costOf(wrong, wrong)).toEqual(['GetCommand']);
  });

  it('is a write every five minutes of use, of when that was', async () => {
    const key = await makeKey(['*']);
    await ask(`Bearer ${key}`);
    const first = new Date().toISOString();
    const lastUse = async () => [
      ...(await apiKeyItems(backend.table).findKeyUses([key.slice(3, 13)])).values(),
    ];
    later(299_999);
    await ask(`Bearer ${key}`);
    expect(await lastUse()).toEqual([first]);
    later(1);
    expect(await costOf(`Bearer ${key}`)).toEqual(['PutCommand']);
    expect(await lastUse()).toEqual([new Date().toISOString()]);
  });

  it('is nothing for garbage, and one read in half a minute for a key that there is not', async () => {
    expect(await costOf('Bearer garbage', '', `Bearer po_${'a'.repeat(54)}`)).toEqual([]);
    const invented = `Bearer po_aaaaaaaaaa_${'a'.repeat(43)}`;
    expect(await costOf(invented, invented)).toEqual(['GetCommand']);
    later(30_000);
    expect(await costOf(invented)).toEqual(['GetCommand']);
  });

  it('is nothing more for a known key after a crowd of invented ones', async () => {
    const header = `Bearer ${await makeKey(['*'])}`;
    await ask(header);
    for (let i = 0; i < 1_100; i++) await ask(`Bearer po_${String(i).padStart(10, '0')}_${'a'.repeat(43)}`);
    expect(await costOf(header)).toEqual([]);
  });

  it('fails nobody where the use cannot be noted, nor holds them up', async () => {
    const header = `Bearer ${await makeKey(['*'])}`;
    const log = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    send.mockImplementation(function (this: unknown, ...args: unknown[]) {
      const [command] = args as [{ constructor: { name: string } }];
      if (command.constructor.name === 'PutCommand') return Promise.reject(new Error('down'));
      return original.apply(this as never, args as never) as never;
    } as never);
    expect((await ask(header)).context).toMatchObject({ caller: 'server' });
    expect(log).toHaveBeenCalled();
    log.mockRestore();
    send.mockRestore();
  });
});
