import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { callLambda } from '../../../shared/runtime/hooks/call-lambda.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:validate:live';
const call = { kind: 'validation' as const, id: 'hook_1', body: '{"a":1}', timeoutMs: 2_000 };

let server: Server;
let seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[];
let answer: { status: number; headers?: Record<string, string>; body: string };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});
beforeEach(() => {
  seen = [];
  answer = { status: 200, body: '{"decision":"accept"}' };
});

it('invokes the function, and waits for what it returns', async () => {
  expect(await callLambda(functionArn, call)).toEqual({ body: '{"decision":"accept"}' });
  expect(seen).toMatchObject([
    {
      method: 'POST',
      url: `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`,
      body: call.body,
      headers: { 'x-amz-invocation-type': 'RequestResponse', 'x-amz-security-token': 'token' },
    },
  ]);
  expect(seen[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-west-1\/lambda\/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$/,
  );
});

it.each([
  [
    { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: '{}' },
    { because: 'failed', again: true },
  ],
  [
    { status: 403, body: '{"Message":"not authorized"}' },
    { because: 'not_granted', again: false },
  ],
  [
    { status: 404, body: '{}' },
    { because: 'not_granted', again: false },
  ],
  [
    { status: 429, body: '{}' },
    { because: 'failed', again: true },
  ],
  [
    { status: 502, body: '{}' },
    { because: 'failed', again: true },
  ],
  [
    { status: 413, body: '{}' },
    { because: 'refused', again: false },
  ],
])('tells %j', async (given, reply) => {
  answer = given;
  expect(await callLambda(functionArn, call)).toEqual(reply);
});
