import type { Download, Redirection } from './call.ts';
import type { Reading } from './describe-call.ts';
import type { ProblemCode } from './problems.ts';
import type { CallError, Result } from './result.ts';

/** What an answer comes to. @throws where its body breaks off */
export async function readAnswer(response: Response, reading: Reading): Promise<Result<unknown>> {
  const location = response.headers.get('location');
  if (reading === 'redirect' && location !== null && response.status >= 300 && response.status < 400) {
    const data: Redirection = { status: response.status, location };
    return { ok: true, data };
  }
  if (!response.ok) return { ok: false, error: await readError(response) };
  if (reading === 'file') return { ok: true, data: await readFile(response) };
  const data = reading === 'json' ? await readJson(response) : undefined;
  return data === undefined ? { ok: false, error: unexpected(response) } : { ok: true, data };
}

async function readFile(response: Response): Promise<Download> {
  const nextCursor = response.headers.get('plusone-next-cursor');
  return { content: await response.blob(), ...(nextCursor !== null && { nextCursor }) };
}

async function readError(response: Response): Promise<CallError> {
  const problem = await readJson(response);
  if (problem === undefined || typeof problem['code'] !== 'string') return unexpected(response);
  const { code, title, detail, errors, requestId } = problem as Partial<CallError>;
  return {
    ...unexpected(response),
    code: code as ProblemCode,
    ...(title !== undefined && { title }),
    ...(detail !== undefined && { detail }),
    ...(errors !== undefined && { errors }),
    ...(requestId !== undefined && { requestId }),
    problem,
  };
}

/** An object in JSON; undefined for anything else. */
async function readJson(response: Response): Promise<Record<string, unknown> | undefined> {
  const text = await response.text();
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What the status line and the headers say of a failure. */
function unexpected({ status, headers }: Response): CallError {
  const requestId = headers.get('apigw-requestid');
  const retryAfter = readRetryAfter(headers.get('retry-after'));
  return {
    code: 'unexpected_answer',
    status,
    title: `An answer with status ${status} that is not of the service`,
    ...(requestId !== null && { requestId }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** Seconds, from seconds or a date (RFC 9110, 10.2.3). */
function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
