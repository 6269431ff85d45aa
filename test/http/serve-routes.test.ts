import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { refuse } from '../../shared/contract/problems.ts';
import { defineRoute } from '../../shared/contract/route.ts';
import { operation, serveRoutes } from '../../shared/http/serve-routes.ts';
import { spendTokens } from '../../shared/usecases/requests/spend-tokens.ts';

const route = defineRoute({
  operationId: 'putParticipant',
  method: 'POST',
  path: '/things/{name}',
  area: 'links',
  audited: ['link.changed'],
  tag: 'Things',
  summary: 'Make a thing',
  params: z.strictObject({ name: z.string().max(5) }),
  body: z.strictObject({ size: z.int() }),
  success: { status: 201, description: 'Made' },
});
const openRoute = defineRoute({
  ...route,
  method: 'GET',
  audited: undefined,
  path: '/open',
  operationId: 'health',
});

const aServer = { lambda: { caller: 'server', keyId: 'k', scopes: '*', programs: '*' } };

function request(more: { routeKey?: string; authorizer?: unknown; body?: string; name?: string } = {}) {
  return {
    routeKey: more.routeKey ?? 'POST /things/{name}',
    pathParameters: { name: more.name ?? 'ball' },
    body: more.body ?? '{"size":3}',
    isBase64Encoded: false,
    requestContext: { requestId: 'request-1', authorizer: 'authorizer' in more ? more.authorizer : aServer },
  } as unknown as APIGatewayProxyEventV2;
}

const run = vi.fn<(input: { params: { name: string }; body: { size: number } }) => Promise<object>>();
/** Counters in memory. */
const taken = new Map<string, number>();
const count = {
  ...spendTokens({
    now: () => Date.now(),
    takeTokens: async ({ name, most }, subject, windowStart, tokens) => {
      const key = [name, subject, windowStart].join();
      const before = taken.get(key) ?? 0;
      if (before + tokens > most) return { granted: false, taken: before };
      taken.set(key, before + tokens);
      return { granted: true, taken: before + tokens };
    },
    countUnknown: () => undefined,
  }),
  addressSubject: async () => 'somewhere',
};
const handler = serveRoutes(
  [operation(route, run), operation(openRoute, async () => ({ open: true }))],
  count,
);

async function answerTo(event: APIGatewayProxyEventV2) {
  const answer = (await handler(event, {} as Context)) as APIGatewayProxyStructuredResultV2;
  return {
    status: answer.statusCode,
    type: answer.headers?.['content-type'],
    body: JSON.parse(answer.body ?? ''),
  };
}

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  run.mockReset().mockResolvedValue({ thing: 'ball' });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    logged.push(String(text));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('an answer', () => {
  it('has the status that the contract says, and must not be kept', async () => {
    const answer = (await handler(request(), {} as Context)) as APIGatewayProxyStructuredResultV2;
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'ratelimit-policy': '"key";q=60000;w=60',
      ratelimit: expect.stringMatching(/^"key";r=59999;t=\d+$/),
    });
    expect(JSON.parse(answer.body ?? '')).toEqual({ thing: 'ball' });
    expect(run).toHaveBeenCalledWith(
      expect.objectContaining({ params: { name: 'ball' }, body: { size: 3 }, requestId: 'request-1' }),
    );
  });

  it('is a problem where the operation refuses', async () => {
    run.mockResolvedValue(refuse('code_taken', { detail: 'ball', extra: { owner: 'nobody' } }));
    expect(await answerTo(request())).toEqual({
      status: 409,
      type: 'application/problem+json',
      body: {
        type: 'urn:plusone:problem:code_taken',
        title: 'This code belongs to somebody',
        status: 409,
        code: 'code_taken',
        detail: 'ball',
        owner: 'nobody',
        requestId: 'request-1',
      },
    });
  });

  it('is not found where no operation serves the route', async () => {
    expect((await answerTo(request({ routeKey: '$default' }))).body).toMatchObject({
      status: 404,
      code: 'not_found',
    });
  });

  it('refuses a wrong request before the operation runs', async () => {
    const { body } = await answerTo(request({ body: '{"size":"3"}', name: 'football' }));
    expect(body).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(body.errors.map((error: { field: string }) => error.field)).toEqual(['name', 'size']);
    expect(run).not.toHaveBeenCalled();
  });
});

describe('a stranger', () => {
  it.each([
    ['without a word of the authorizer', undefined, 401, 'missing_key'],
    ['with an empty word of it', {}, 401, 'missing_key'],
    ['without a key', { lambda: { caller: 'nobody', because: 'missing_key' } }, 401, 'missing_key'],
    ['with a wrong key', { lambda: { caller: 'nobody', because: 'invalid_key' } }, 401, 'invalid_key'],
    [
      'whose key has no scope',
      { lambda: { caller: 'server', keyId: 'k', scopes: '' } },
      403,
      'insufficient_scope',
    ],
    [
      'whose key has another scope',
      { lambda: { caller: 'server', keyId: 'k', scopes: 'a b*' } },
      403,
      'insufficient_scope',
    ],
  ])('%s is refused before the request is read', async (_, authorizer, status, code) => {
    expect((await answerTo(request({ authorizer, body: 'no JSON' }))).body).toMatchObject({ status, code });
    expect(run).not.toHaveBeenCalled();
  });

  it('is welcome on an open route', async () => {
    const answer = await answerTo(request({ routeKey: 'GET /open', authorizer: undefined }));
    expect(answer).toMatchObject({ status: 201, body: { open: true } });
  });
});

describe('an error', () => {
  const secret = 'table arn:aws:dynamodb:eu-west-1:123456789012:table/x';

  it('is answered without its text, and logged with it', async () => {
    run.mockRejectedValue(new TypeError(secret));
    const { status, body } = await answerTo(request());
    expect(status).toBe(500);
    expect(body).toEqual({
      type: 'urn:plusone:problem:internal_error',
      title: 'Something failed on our side',
      status: 500,
      code: 'internal_error',
      requestId: 'request-1',
    });
    expect(JSON.parse(logged.join(''))).toMatchObject({
      level: 'error',
      requestId: 'request-1',
      routeKey: 'POST /things/{name}',
      error: 'TypeError',
      detail: secret,
    });
  });

  it('that is no Error is answered as one', async () => {
    run.mockRejectedValue('just text');
    expect(await answerTo(request())).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(logged.join('')).not.toContain('just text');
  });

  it('says nothing of the body in the log', async () => {
    run.mockRejectedValue(new Error('x'));
    await answerTo(request({ body: '{"size":987654321}' }));
    expect(logged.join('')).not.toContain('987654321');
  });

  const named = (name: string, code?: string) =>
    Object.assign(new Error(secret), { name, ...(code && { code }) });

  it.each([
    named('ThrottlingException'),
    named('ProvisionedThroughputExceededException'),
    named('RequestLimitExceeded'),
    named('TransactionConflictException'),
    named('TimeoutError'),
    named('InternalServerError'),
    named('Error', 'ECONNREFUSED'),
    named('Error', 'ECONNRESET'),
  ])('that will pass is a 503: $name $code', async (error) => {
    run.mockRejectedValue(error);
    const { status, body } = await answerTo(request());
    expect(status).toBe(503);
    expect(body.code).toBe('unavailable');
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  it.each([named('ValidationException'), named('AccessDeniedException'), named('ResourceNotFoundException')])(
    'that will not pass is a 500: $name',
    async (error) => {
      run.mockRejectedValue(error);
      expect((await answerTo(request())).status).toBe(500);
    },
  );
});
