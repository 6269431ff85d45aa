import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuthorizerSpec } from '../../../local/deployment.ts';
import { authorizer, closeApis, type FakeFunction, route, send, serve } from './api-fixture.ts';

afterEach(closeApis);

let calls: unknown[] = [];
let now = 0;
beforeEach(() => {
  calls = [];
  now = 0;
});

function guarded(answer: FakeFunction, more: Partial<AuthorizerSpec> = {}) {
  const spec = authorizer(more);
  const routes = [
    route('GET /items/{id}', 'echo', { authorizer: spec }),
    route('POST /items', 'echo', { authorizer: spec }),
  ];
  const ask: FakeFunction = (event) => {
    calls.push(event);
    return answer(event);
  };
  return serve({ routes }, { authorizer: ask }, { clock: () => now });
}

const KEY = { authorization: 'Bearer k1' };

describe('an authorizer with simple answers', () => {
  it('gets the request and tells the function what it found', async () => {
    const api = await guarded(() => ({ isAuthorized: true, context: { keyId: 'k1', scopes: ['a'] } }));
    const { status, text } = await send(api, 'GET', '/items/7?a=b', KEY);
    expect(status).toBe(200);
    expect(JSON.parse(text).requestContext.authorizer).toEqual({ lambda: { keyId: 'k1', scopes: ['a'] } });
    expect(calls[0]).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:eu-west-1:123456789012:api1/$default/GET/items/7',
      identitySource: ['Bearer k1'],
      routeKey: 'GET /items/{id}',
      rawPath: '/items/7',
      rawQueryString: 'a=b',
      headers: { authorization: 'Bearer k1' },
      queryStringParameters: { a: 'b' },
      pathParameters: { id: '7' },
      requestContext: { http: { method: 'GET' }, stage: '$default' },
    });
    expect(calls[0]).not.toHaveProperty('body');
  });

  it('forbids, is not asked without an identity, and stops everything when it fails', async () => {
    const api = await guarded(({ headers }) => {
      if (headers.authorization === 'fail') throw new Error('broken');
      return headers.authorization === 'odd' ? { yes: true } : { isAuthorized: false };
    });
    expect(await send(api, 'GET', '/items/7', KEY)).toMatchObject({
      status: 403,
      text: '{"message":"Forbidden"}',
    });
    expect(calls).toHaveLength(1);
    expect(await send(api, 'GET', '/items/7')).toMatchObject({
      status: 401,
      text: '{"message":"Unauthorized"}',
    });
    expect(await send(api, 'GET', '/items/7', { authorization: '' })).toMatchObject({ status: 401 });
    expect(calls).toHaveLength(1);
    for (const authorization of ['fail', 'odd']) {
      expect(await send(api, 'GET', '/items/7', { authorization })).toMatchObject({
        status: 500,
        text: '{"message":"Internal Server Error"}',
      });
    }
  });

  it('is remembered by identity for its time, for all routes, and failures are not', async () => {
    let fails = true;
    const more = {
      cacheTtlMs: 1_000,
      identitySource: ['$request.header.Authorization', '$request.querystring.tenant'],
    };
    const api = await guarded(() => {
      if (fails) throw new Error('broken');
      return { isAuthorized: true, context: { call: calls.length } };
    }, more);
    expect((await send(api, 'GET', '/items/7?tenant=a', KEY)).status).toBe(500);
    fails = false;
    const ask = async (method: string, path: string) =>
      JSON.parse((await send(api, method, path, KEY)).text).requestContext.authorizer.lambda.call;
    expect(await ask('GET', '/items/7?tenant=a')).toBe(2);
    now = 999;
    expect(await ask('POST', '/items?tenant=a')).toBe(2);
    expect(await ask('GET', '/items/7?tenant=b')).toBe(3);
    now = 1_001;
    expect(await ask('GET', '/items/7?tenant=a')).toBe(4);
    expect((await send(api, 'GET', '/items/7', KEY)).status).toBe(401);
  });

  it('without identity sources is always asked', async () => {
    const api = await guarded(() => ({ isAuthorized: true }), { identitySource: [], cacheTtlMs: 60_000 });
    for (const count of [1, 2]) {
      const { text } = await send(api, 'GET', '/items/7');
      expect(JSON.parse(text).requestContext.authorizer).toEqual({ lambda: null });
      expect(calls).toHaveLength(count);
    }
    expect(calls[0]).not.toHaveProperty('identitySource');
  });
});

describe('an authorizer with policies', () => {
  it('allows what its policy covers, a remembered one too', async () => {
    const Resource = 'arn:aws:execute-api:*:123456789012:api1/*/GET/*';
    const api = await guarded(
      ({ headers }) => ({
        principalId: 'p',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'execute-api:Invoke', Resource },
            ...(headers.authorization === 'denied' ? [{ Effect: 'Deny', Action: '*', Resource: ['*'] }] : []),
          ],
        },
        context: { who: 'p' },
      }),
      { simpleResponses: false, cacheTtlMs: 1_000 },
    );
    const { status, text } = await send(api, 'GET', '/items/7', KEY);
    expect(status).toBe(200);
    expect(JSON.parse(text).requestContext.authorizer).toEqual({ lambda: { who: 'p' } });
    expect((await send(api, 'POST', '/items', KEY)).status).toBe(403);
    expect(calls).toHaveLength(1);
    expect((await send(api, 'GET', '/items/7', { authorization: 'denied' })).status).toBe(403);
  });

  it('fails without a policy', async () => {
    const api = await guarded(() => ({ isAuthorized: true }), { simpleResponses: false });
    expect((await send(api, 'GET', '/items/7', KEY)).status).toBe(500);
  });
});
