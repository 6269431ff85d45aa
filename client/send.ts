import type { CallOptions } from './call.ts';
import type { Call } from './describe-call.ts';
import type { PlusoneOptions } from './options.ts';
import { readAnswer } from './read-answer.ts';
import type { CallError, Result } from './result.ts';
import { pauseBeforeRetry } from './retry.ts';
import { holdToken, type TokenHolder } from './token.ts';
import { type Request, writeRequest } from './write-request.ts';

/** Sends a call, as often as it takes. */
export type Send = (
  call: Call,
  input?: Readonly<Record<string, unknown>>,
  options?: CallOptions,
) => Promise<Result<unknown>>;

/** One try of a call, by a token or by nobody. */
type Try = (token: string | undefined) => Promise<Result<unknown>>;

/** Makes what sends the calls of a client. @throws TypeError if `baseUrl` is no address */
export function createSender(client: PlusoneOptions): Send {
  const baseUrl = readBaseUrl(client.baseUrl);
  const credential = client.apiKey ?? client.token;
  const holder = credential === undefined ? undefined : holdToken(credential);
  return async (call, input, options = {}) => {
    const { signal, retries = client.retries ?? 2, timeoutMs = client.timeoutMs ?? 10_000 } = options;
    const request = writeRequest(call, input);
    if ('code' in request) return { ok: false, error: request };
    const isRepeatable = request.method !== 'PATCH' && call.takesAway !== true;
    const headers = headersOf(call, request, options);
    const attempt: Try = (token) =>
      untilTimeout(timeoutMs, signal, async (ending) => {
        const response = await (client.fetch ?? fetch)(baseUrl + request.path, {
          method: request.method,
          headers: token === undefined ? headers : { authorization: `Bearer ${token}`, ...headers },
          redirect: call.reading === 'file' ? 'follow' : 'manual',
          signal: ending,
          ...(request.body !== undefined && { body: request.body }),
        });
        return readAnswer(response, call.reading);
      });
    for (let tries = 1; ; tries++) {
      const result = await asCaller(holder, attempt);
      if (result.ok || tries > retries) return result;
      const pause = pauseBeforeRetry(isRepeatable, result.error, tries, Math.random());
      if (pause === undefined) return result;
      if (!(await wait(pause, signal))) return failure('aborted', signal?.reason);
    }
  };
}

function readBaseUrl(given: string): string {
  if (/^https?:\/\//i.test(given) && URL.canParse(given)) return given.replace(/\/+$/, '');
  throw new TypeError(
    `baseUrl must be an address such as https://api.example.com, not ${JSON.stringify(given)}`,
  );
}

function headersOf(call: Call, { method, body }: Request, options: CallOptions): Record<string, string> {
  const { idempotencyKey = call.hasIds ? undefined : randomKey() } = options;
  return {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(method === 'POST' && idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...options.headers,
  };
}

/** 128 random bits. `crypto.randomUUID` is not there in pages without TLS. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** Tries as who asks; once more by a new token where the service says that it has expired. */
async function asCaller(holder: TokenHolder | undefined, attempt: Try): Promise<Result<unknown>> {
  if (holder === undefined) return attempt(undefined);
  try {
    const token = await holder.current();
    const result = await attempt(token);
    if (result.ok || result.error.code !== 'expired_token') return result;
    const next = await holder.after(token);
    return next === undefined ? result : await attempt(next);
  } catch (error) {
    return failure('no_token', error);
  }
}

const titles = {
  network_error: 'The service could not be reached',
  timeout: 'The service did not answer in time',
  aborted: 'The call was aborted',
  no_token: 'There is no token to call with',
} as const;

function failure(
  code: keyof typeof titles,
  cause: unknown,
): { readonly ok: false; readonly error: CallError } {
  return { ok: false, error: { code, status: 0, title: titles[code], cause } };
}

/** Does something that ends by a signal when its time is over or the caller wants no more of it. Never throws. */
async function untilTimeout(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (ending: AbortSignal) => Promise<Result<unknown>>,
): Promise<Result<unknown>> {
  if (signal?.aborted) return failure('aborted', signal.reason);
  const controller = new AbortController();
  const end = () => controller.abort();
  const timer = setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (signal?.aborted) return failure('aborted', signal.reason);
    return failure(controller.signal.aborted ? 'timeout' : 'network_error', error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

/** @returns whether the whole time passed before the caller gave up */
function wait(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(false);
    const done = (passed: boolean) => () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      resolve(passed);
    };
    const aborted = done(false);
    const timer = setTimeout(done(true), ms);
    signal?.addEventListener('abort', aborted);
  });
}
