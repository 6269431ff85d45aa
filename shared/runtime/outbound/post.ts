import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

/** One POST, all of which has to be over in its time. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** An answer of more is a failure, or is cut where only its start is asked for. */
  readonly mostAnswerBytes: number;
  /**
   * What is read of an answer. `whole`: all of a 2xx, to its end, and nothing of others. `start`: as much as comes soon,
   * of any status; that it breaks off or never ends is no failure, since the status has been said.
   * @default whole
   */
  readonly answer?: 'whole' | 'start';
  /** @default the system's */
  readonly lookup?: LookupFunction;
}

export type Posted =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
    }
  | { readonly failed: 'timeout' | 'unreachable' | 'address_not_allowed' | 'answer_too_large' };

/** How long the start of an answer is waited for once its status is known. */
const startMs = 500;

/** Posts over a connection of its own, and follows no redirect. */
export function post({
  url,
  headers,
  body,
  timeoutMs,
  mostAnswerBytes,
  answer,
  lookup,
}: Post): Promise<Posted> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      ...(lookup !== undefined && { lookup }),
    });
    const settle = (posted: Posted): void => {
      clearTimeout(timer);
      resolve(posted);
      request.destroy();
    };
    const timer = setTimeout(() => settle({ failed: 'timeout' }), timeoutMs);
    request.on('error', (error: NodeJS.ErrnoException) => settle({ failed: nameOf(error) }));
    const read = answer === 'start' ? readStart : readWhole;
    request.on('response', (response) => read(response, mostAnswerBytes, settle));
    request.end(body);
  });
}

function nameOf({ code }: NodeJS.ErrnoException): 'address_not_allowed' | 'unreachable' {
  return code === 'ADDRESS_NOT_ALLOWED' ? 'address_not_allowed' : 'unreachable';
}

function readWhole(response: IncomingMessage, mostBytes: number, settle: (posted: Posted) => void): void {
  const status = response.statusCode ?? 0;
  const { headers } = response;
  if (status < 200 || status > 299) {
    settle({ status, headers, body: '' });
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) settle({ failed: 'answer_too_large' });
    else chunks.push(chunk);
  });
  response.on('end', () => settle({ status, headers, body: Buffer.concat(chunks).toString('utf8') }));
  response.on('error', () => settle({ failed: 'unreachable' }));
  response.on('aborted', () => settle({ failed: 'unreachable' }));
}

function readStart(response: IncomingMessage, mostBytes: number, settle: (posted: Posted) => void): void {
  const { statusCode: status = 0, headers } = response;
  let body = Buffer.alloc(0);
  const end = (): void => {
    clearTimeout(timer);
    settle({ status, headers, body: body.toString('utf8') });
  };
  const timer = setTimeout(end, startMs);
  response.on('data', (chunk: Buffer) => {
    body = Buffer.concat([body, chunk]).subarray(0, mostBytes);
    if (body.length === mostBytes) end();
  });
  response.on('end', end);
  response.on('error', end);
  response.on('aborted', end);
}
