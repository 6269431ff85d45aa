import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';

/** One POST, all of which has to be over in its time. */
export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly mostAnswerBytes: number;
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

/** Posts over a connection of its own, and follows no redirect. The answer's body is read for 2xx only. */
export function post({ url, headers, body, timeoutMs, mostAnswerBytes, lookup }: Post): Promise<Posted> {
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
    request.on('response', (response) => read(response, mostAnswerBytes, settle));
    request.end(body);
  });
}

function nameOf({ code }: NodeJS.ErrnoException): 'address_not_allowed' | 'unreachable' {
  return code === 'ADDRESS_NOT_ALLOWED' ? 'address_not_allowed' : 'unreachable';
}

function read(response: IncomingMessage, mostBytes: number, settle: (posted: Posted) => void): void {
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
