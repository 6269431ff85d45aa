import { afterEach, describe, expect, it } from 'vitest';
import { refusedCall } from '../../../local/lambda/invoke-result.ts';
import { closeApis, InvokeFailure, route, send, serve } from './api-fixture.ts';

afterEach(closeApis);

const answering = (value: unknown) => serve({ routes: [route('$default', 'f')] }, { f: () => value });
const ISE = '{"message":"Internal Server Error"}';

describe('what a function returns', () => {
  it('is the answer if it has a status', async () => {
    const api = await answering({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'X-Number': 7, 'X-Flag': true, 'content-length': '999' },
      cookies: ['a=1; Secure', 'b=2'],
      body: 'hellö',
    });
    const { status, headers, text } = await send(api, 'GET', '/');
    expect([status, text]).toEqual([201, 'hellö']);
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': '6',
      'x-number': '7',
      'x-flag': 'true',
      'set-cookie': ['a=1; Secure', 'b=2'],
      'apigw-requestid': expect.any(String),
    });
  });

  it.each([
    [{ some: 'object' }, '{"some":"object"}'],
    [['list'], '["list"]'],
    ['text', 'text'],
    [42, '42'],
    [null, 'null'],
  ])('is the body if it has none: %j', async (value, body) => {
    const { status, headers, text } = await send(await answering(value), 'GET', '/');
    expect([status, headers['content-type'], text]).toEqual([200, 'application/json', body]);
  });

  it('may be a redirect without a body, plain text, or bytes', async () => {
    const redirect = await answering({ statusCode: 302, headers: { Location: 'https://example.com/' } });
    expect(await send(redirect, 'GET', '/')).toMatchObject({
      status: 302,
      headers: { location: 'https://example.com/', 'content-length': '0' },
      text: '',
    });
    const plain = await answering({ statusCode: '200', body: 'text' });
    expect((await send(plain, 'GET', '/')).headers['content-type']).toBe('text/plain;charset=UTF-8');
    const bytes = await answering({ statusCode: 200, body: 'aGk=', isBase64Encoded: true });
    expect((await send(bytes, 'GET', '/')).text).toBe('hi');
    const empty = await answering({ statusCode: 204 });
    expect((await send(empty, 'DELETE', '/')).headers).not.toHaveProperty('content-length');
    expect((await send(plain, 'HEAD', '/')).text).toBe('');
  });

  it.each([
    [{ statusCode: 'ok' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { an: 'object' } }],
    [{ statusCode: 200, headers: 'text' }],
    [{ statusCode: 200, headers: { list: ['a'] } }],
    [{ statusCode: 200, headers: { bad: 'line\nbreak' } }],
    [{ statusCode: 200, cookies: 'a=1' }],
  ])('is a 500 if malformed: %j', async (value) => {
    const { status, text, headers } = await send(await answering(value), 'GET', '/');
    expect([status, text, headers['content-type']]).toEqual([500, ISE, 'application/json']);
  });
});

describe('the gateway answers itself', () => {
  it('404 without a route and 400 for a malformed path', async () => {
    const api = await serve({ routes: [route('GET /a')] });
    expect(await send(api, 'GET', '/b')).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(await send(api, 'POST', '/a')).toMatchObject({ status: 404 });
    expect(await send(api, 'GET', '/%zz')).toMatchObject({ status: 400, text: '{"message":"Bad Request"}' });
  });

  it('500 when the function fails, 503 when it takes too long', async () => {
    const routes = [route('GET /fail', 'fail'), route('GET /slow', 'slow', { timeoutMs: 50 })];
    const api = await serve(
      { routes },
      { fail: () => Promise.reject(new Error('secret')), slow: () => new Promise(() => {}) },
    );
    expect(await send(api, 'GET', '/fail')).toMatchObject({ status: 500, text: ISE });
    expect(await send(api, 'GET', '/slow')).toMatchObject({
      status: 503,
      text: '{"message":"Service Unavailable"}',
    });
  });

  it('413 over 10 MB, or over what Lambda takes', async () => {
    const tooLarge = refusedCall(413, 'RequestTooLargeException', 'too large');
    const api = await serve(
      { routes: [route('POST /', 'f')] },
      { f: ({ body }) => (body.length > 6e6 ? Promise.reject(new InvokeFailure(tooLarge)) : body.length) },
    );
    const post = (bytes: number, headers = {}) =>
      send(api, 'POST', '/', { 'content-type': 'text/plain', ...headers }, Buffer.alloc(bytes, 'a'));
    expect(await post(1_000)).toMatchObject({ status: 200, text: '1000' });
    const refused = { status: 413, text: '{"message":"Request Too Long"}' };
    expect(await post(7_000_000)).toMatchObject(refused);
    expect(await post(10_485_761)).toMatchObject(refused);
    expect(await post(10_485_761, { 'transfer-encoding': 'chunked' })).toMatchObject(refused);
  });

  it('431 over 10,240 bytes of headers', async () => {
    const api = await serve({});
    expect(await send(api, 'GET', '/', { long: 'x'.repeat(10_000) })).toMatchObject({ status: 200 });
    expect(await send(api, 'GET', '/', { long: 'x'.repeat(10_240) })).toMatchObject({ status: 431 });
    expect(await send(api, 'GET', '/', { long: 'x'.repeat(80_000) })).toMatchObject({ status: 431 });
  });

  it('429 when the throttle’s tokens are spent, until they are refilled', async () => {
    let now = 0;
    const api = await serve({ throttle: { ratePerSecond: 10, burst: 2 } }, {}, { clock: () => now });
    const statuses = async (count: number) => {
      const all = [];
      for (let i = 0; i < count; i += 1) all.push((await send(api, 'GET', '/')).status);
      return all;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    now = 100;
    expect(await statuses(2)).toEqual([200, 429]);
    now = 60_000;
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await send(api, 'GET', '/')).text).toBe('{"message":"Too Many Requests"}');
  });
});
