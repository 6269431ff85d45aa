import http from 'node:http';
import type { AuthorizerSpec, HttpApiSpec, RouteSpec } from '../../../local/deployment.ts';
import { type HttpApi, type HttpApiOptions, startHttpApi } from '../../../local/http-api/start-http-api.ts';
import { failedFunction, type InvokeError, type InvokeResult } from '../../../local/lambda/invoke-result.ts';

/** What the fakes look at in an event. */
export interface FakeEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Stands in for a function: gets the parsed event, returns the answer or throws. */
export type FakeFunction = (event: FakeEvent) => unknown;

export function route(routeKey: string, functionArn = 'echo', more: Partial<RouteSpec> = {}): RouteSpec {
  return { routeKey, functionArn, timeoutMs: 30_000, ...more };
}

export function authorizer(more: Partial<AuthorizerSpec> = {}): AuthorizerSpec {
  return {
    logicalId: 'Authorizer',
    name: 'authorizer',
    functionArn: 'authorizer',
    identitySource: ['$request.header.Authorization'],
    cacheTtlMs: 0,
    simpleResponses: true,
    ...more,
  };
}

/** An error to throw from a fake function that was refused or failed in a certain way. */
export class InvokeFailure extends Error {
  readonly invokeError: InvokeError;
  constructor(invokeError: InvokeError) {
    super(invokeError.errorMessage);
    this.invokeError = invokeError;
  }
}

const running: HttpApi[] = [];

/** Starts an API over fake functions; `echo` answers with its event. */
export async function serve(
  api: Partial<HttpApiSpec>,
  functions: Record<string, FakeFunction> = {},
  options: Partial<HttpApiOptions> = {},
): Promise<HttpApi> {
  const all: Record<string, FakeFunction> = { echo: (event) => event, ...functions };
  const started = await startHttpApi({
    api: { logicalId: 'Api', apiId: 'api1', name: 'api', routes: [route('$default')], ...api },
    port: 0,
    accountId: '123456789012',
    region: 'eu-west-1',
    invoke: (functionArn, payload) => invokeFake(all[functionArn], payload),
    ...options,
  });
  running.push(started);
  return started;
}

export async function closeApis(): Promise<void> {
  await Promise.all(running.splice(0).map((api) => api.close()));
}

/** A request that, unlike `fetch`, sends exactly what it is told and nothing more. */
export function send(
  api: HttpApi,
  method: string,
  path: string,
  headers: http.OutgoingHttpHeaders | string[] = {},
  body?: string | Buffer,
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(api.url, { method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function invokeFake(fake: FakeFunction | undefined, payload: string): Promise<InvokeResult> {
  const requestId = 'invocation';
  try {
    if (!fake) throw new Error('no such function');
    return { ok: true, requestId, payload: JSON.stringify(await fake(JSON.parse(payload))) ?? 'null' };
  } catch (error) {
    const invokeError =
      error instanceof InvokeFailure ? error.invokeError : failedFunction('Error', String(error));
    return { ok: false, requestId, error: invokeError };
  }
}
