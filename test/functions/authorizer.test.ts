import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKeyItems } from '../../shared/table/api-key-items.ts';
import { describeApiKey, drawApiKey } from '../../shared/usecases/access/api-key.ts';
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
  await apiKeyItems(backend.table).storeApiKey(describeApiKey(backend.ports, made, 'a server', scopes));
  return made;
}
const ask = (authorization?: string) =>
  handler({
    headers: { ...(authorization !== undefined && { authorization }) },
  } as unknown as APIGatewayRequestAuthorizerEventV2);

describe('the authorizer', () => {
  it.each(['Bearer ', 'bearer ', 'Bearer   ', ''])('knows the holder of a key after %j', async (scheme) => {
    expect(await ask(`${scheme}${apiKey}`)).toEqual({
      isAuthorized: true,
      context: { caller: 'server', keyId: apiKey.split('_')[1], scopes: '*' },
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
