import { afterEach, describe, expect, it } from 'vitest';
import { closeApis, route, send, serve } from './api-fixture.ts';

afterEach(closeApis);

describe('the event', () => {
  it('is payload format 2.0', async () => {
    const api = await serve(
      { routes: [route('GET /r/{code}')] },
      {},
      { clock: () => Date.UTC(2020, 2, 12, 19, 3, 58, 123) },
    );
    const { text } = await send(
      api,
      'GET',
      '/r/a%20b?x=1&y=%C3%A4&x=2',
      [
        ['Host', 'links.example:8080'],
        ['User-Agent', 'test/1'],
        ['X-Many', 'one'],
        ['x-many', 'two'],
        ['Cookie', 'a=1; b=2'],
        ['Connection', 'close'],
      ].flat(),
    );
    const event = JSON.parse(text);
    const { requestId } = event.requestContext;
    expect(requestId).toMatch(/^[\w-]{15}=$/);
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /r/{code}',
      rawPath: '/r/a b',
      rawQueryString: 'x=1&y=%C3%A4&x=2',
      cookies: ['a=1', 'b=2'],
      headers: {
        host: 'links.example:8080',
        'user-agent': 'test/1',
        'x-many': 'one,two',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': String(api.port),
        'x-forwarded-proto': 'http',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-5e6a879e-[0-9a-f]{24}$/),
      },
      queryStringParameters: { x: '1,2', y: 'ä' },
      pathParameters: { code: 'a b' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'api1',
        domainName: 'links.example:8080',
        domainPrefix: 'links',
        http: {
          method: 'GET',
          path: '/r/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test/1',
        },
        requestId,
        routeKey: 'GET /r/{code}',
        stage: '$default',
        time: '12/Mar/2020:19:03:58 +0000',
        timeEpoch: 1584039838123,
      },
      isBase64Encoded: false,
    });
  });

  it.each([
    ['application/json', '{"a":"ä"}', false],
    ['application/json; charset=utf-8', '{}', false],
    ['text/csv', 'a,b', false],
    ['application/xml', '<a/>', false],
    ['application/x-www-form-urlencoded', 'a=1', true],
    ['application/octet-stream', 'bytes', true],
    [undefined, 'untyped', true],
    ['application/json', Buffer.from([0xff, 0xfe]), true],
  ])('has a body of type %s as text or encoded', async (type, body, isBase64Encoded) => {
    const api = await serve({});
    const length = { 'content-length': Buffer.byteLength(body) };
    const { text } = await send(api, 'POST', '/', type ? { 'content-type': type, ...length } : length, body);
    const event = JSON.parse(text);
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(event.body).toBe(isBase64Encoded ? Buffer.from(body).toString('base64') : body);
  });

  it('has the address that a proxy on this machine gives, the last one', async () => {
    const api = await serve({});
    const ask = async (headers: Record<string, string>) => {
      const event = JSON.parse((await send(api, 'GET', '/', headers)).text);
      return [
        event.requestContext.http.sourceIp,
        event.headers['x-forwarded-for'],
        event.headers['x-forwarded-proto'],
      ];
    };
    expect(await ask({})).toEqual(['127.0.0.1', '127.0.0.1', 'http']);
    expect(await ask({ 'X-Forwarded-For': '6.6.6.6, 203.0.113.9', 'X-Forwarded-Proto': 'https' })).toEqual([
      '203.0.113.9',
      '6.6.6.6, 203.0.113.9',
      'https',
    ]);
    expect(await ask({ 'X-Forwarded-For': 'unknown', 'X-Forwarded-Proto': 'https' })).toEqual([
      '127.0.0.1',
      'unknown, 127.0.0.1',
      'http',
    ]);
  });
});
