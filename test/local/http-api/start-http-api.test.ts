import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { CorsSpec } from '../../../local/deployment.ts';
import { authorizer, closeApis, route, send, serve } from './api-fixture.ts';

afterEach(closeApis);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('CORS', () => {
  const cors: CorsSpec = {
    allowOrigins: ['https://app.example'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization'],
    exposeHeaders: ['x-id'],
    maxAgeSeconds: 600,
    allowCredentials: true,
  };
  const routes = [route('GET /a', 'f', { authorizer: authorizer() })];
  const f = () => ({
    statusCode: 200,
    headers: { 'Access-Control-Allow-Origin': 'https://other.example' },
    body: '',
  });
  const preflight = { origin: 'https://app.example', 'access-control-request-method': 'GET' };

  it('is answered by the gateway before any authorizer', async () => {
    const api = await serve({ cors, routes }, { f });
    const { status, headers } = await send(api, 'OPTIONS', '/a', preflight);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
    });
    const stranger = await send(api, 'OPTIONS', '/a', { ...preflight, origin: 'https://evil.example' });
    expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is added to every answer in place of the function’s own', async () => {
    const api = await serve({ cors, routes: [route('GET /a', 'f')] }, { f });
    const ask = async (path: string, origin: string) => (await send(api, 'GET', path, { origin })).headers;
    const allowed = {
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'x-id',
    };
    expect(await ask('/a', 'https://app.example')).toMatchObject(allowed);
    expect(await ask('/missing', 'https://app.example')).toMatchObject(allowed);
    expect(await ask('/a', 'https://evil.example')).not.toHaveProperty('access-control-allow-origin');
  });

  it('may be open to all, and without it OPTIONS is a method like others', async () => {
    const open = await serve({ cors: { ...cors, allowOrigins: ['*'], allowCredentials: false } });
    const { headers } = await send(open, 'GET', '/', { origin: 'https://any.example' });
    expect(headers['access-control-allow-origin']).toBe('*');
    const none = await serve({ routes });
    expect((await send(none, 'OPTIONS', '/a', preflight)).status).toBe(404);
  });
});

describe('the access log', () => {
  it('has a line a request in the stage’s format', async () => {
    const lines: string[] = [];
    const accessLogFormat = JSON.stringify({
      id: '$context.requestId',
      ip: '$context.identity.sourceIp',
      route: '$context.routeKey',
      status: '$context.status',
      length: '$context.responseLength',
      agent: '$context.identity.userAgent',
      error: '$context.error.message',
      integration: '$context.integrationErrorMessage',
      key: '$context.authorizer.keyId',
      unknown: '$context.nothing',
    });
    const api = await serve(
      {
        accessLogFormat,
        routes: [route('GET /a', 'echo', { authorizer: authorizer() }), route('GET /b', 'bad')],
      },
      {
        authorizer: () => ({ isAuthorized: true, context: { keyId: 'k1' } }),
        bad: () => ({ statusCode: 'x' }),
      },
      { accessLog: (line) => lines.push(line) },
    );
    const { headers } = await send(api, 'GET', '/a', { 'user-agent': 'say "hi"', authorization: 'x' });
    await send(api, 'GET', '/b');
    await send(api, 'GET', '/c');
    const [ok, bad, missing] = lines.map((line) => JSON.parse(line));
    expect(ok).toEqual({
      id: headers['apigw-requestid'],
      ip: '127.0.0.1',
      route: 'GET /a',
      status: '200',
      length: headers['content-length'],
      agent: 'say "hi"',
      error: '-',
      integration: '-',
      key: 'k1',
      unknown: '-',
    });
    expect(bad).toMatchObject({ status: '500', error: 'Internal Server Error' });
    expect(bad.integration).toContain('does not match the expected format');
    expect(missing).toMatchObject({ status: '404', route: '-', error: 'Not Found' });
  });
});

describe('the server', () => {
  it('lets local routes answer first, and takes another version of the API', async () => {
    const api = await serve(
      { routes: [route('GET /a')] },
      { next: () => 'next' },
      {
        localRoutes: (request, response) => {
          if (request.url !== '/_local') return false;
          response.end('local');
          return true;
        },
      },
    );
    expect((await send(api, 'GET', '/_local')).text).toBe('local');
    expect((await send(api, 'GET', '/b')).status).toBe(404);
    api.reload({ logicalId: 'Api', apiId: 'api1', name: 'api', routes: [route('GET /b', 'next')] });
    expect(await send(api, 'GET', '/b')).toMatchObject({ status: 200, text: 'next' });
  });

  it('closes when what runs has ended, and no later than in two seconds', async () => {
    const routes = [route('GET /slow', 'slow'), route('GET /never', 'never')];
    const functions = { slow: () => sleep(100).then(() => 'done'), never: () => new Promise(() => {}) };
    const patient = await serve({ routes }, functions);
    const agent = new http.Agent({ keepAlive: true });
    const kept = new Promise((resolve) =>
      http.get(`${patient.url}/slow`, { agent }, (response) => resolve(response.resume())),
    );
    const answer = send(patient, 'GET', '/slow');
    await sleep(30);
    const startedAt = performance.now();
    await patient.close();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await answer).text).toBe('done');
    await kept;
    agent.destroy();
    await expect(send(patient, 'GET', '/slow')).rejects.toThrow('ECONNREFUSED');

    const stubborn = await serve({ routes }, functions);
    const lost = send(stubborn, 'GET', '/never').catch((error) => error.code);
    await sleep(30);
    await stubborn.close();
    expect(await lost).toBe('ECONNRESET');
  });
});
