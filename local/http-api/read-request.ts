import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** The most that API Gateway takes of a request line with its headers, in bytes. */
const MAX_HEADER_BYTES = 10_240;
/** The most that API Gateway takes of a body, in bytes. */
const MAX_BODY_BYTES = 10 * 1_048_576;
/** The most that is read of a body that won't be taken. */
const MAX_DRAINED_BYTES = 10 * MAX_BODY_BYTES;

/** What ends at the gateway and is no business of a function. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** A request as events tell of it. */
export interface ApiRequest {
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly timeEpoch: number;
  readonly method: string;
  /** As the client spelled it. */
  readonly encodedPath: string;
  readonly rawQueryString: string;
  readonly protocol: string;
  /** Names in lower case, repeated ones joined by commas, without `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly sourceIp: string;
  readonly headerBytes: number;
}

/** Reads everything but the body. */
export function readRequestHead(incoming: IncomingMessage, timeEpoch: number): ApiRequest {
  const url = incoming.url ?? '/';
  const question = url.indexOf('?');
  const random = randomBytes(23);
  const { headers, cookies, bytes } = readHeaders(incoming.rawHeaders);
  const sourceIp = addForwardingHeaders(headers, incoming, timeEpoch, random);
  return {
    requestId: `${random.toString('base64url', 0, 11)}=`,
    timeEpoch,
    method: incoming.method ?? 'GET',
    encodedPath: question === -1 ? url : url.slice(0, question),
    rawQueryString: question === -1 ? '' : url.slice(question + 1),
    protocol: `HTTP/${incoming.httpVersion}`,
    headers: Object.fromEntries(headers),
    cookies,
    sourceIp,
    headerBytes: bytes + url.length,
  };
}

export function hasTooLargeHeaders(request: ApiRequest): boolean {
  return request.headerBytes > MAX_HEADER_BYTES;
}

/**
 * The whole body, or `too-large`. A body that is too large is read to its end all the same, within reason: a client
 * that still writes wouldn't see the answer. Rejects if the client goes away.
 */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | 'too-large'> {
  const { 'content-length': announced, 'transfer-encoding': encoding } = incoming.headers;
  if (announced === undefined && encoding === undefined) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    if (size > MAX_DRAINED_BYTES) break;
  }
  return size > MAX_BODY_BYTES ? 'too-large' : Buffer.concat(chunks);
}

function readHeaders(raw: readonly string[]) {
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  let bytes = 0;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? '';
    const value = raw[i + 1] ?? '';
    bytes += name.length + value.length;
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    else if (!HOP_BY_HOP.has(name))
      headers.set(name, headers.has(name) ? `${headers.get(name)},${value}` : value);
  }
  return { headers, cookies, bytes };
}

/**
 * Adds what API Gateway adds, and gives the caller's address: that of the peer. A peer on this machine that sends
 * `X-Forwarded-For` is taken for a proxy that has done the appending, so the last address of the header counts.
 */
function addForwardingHeaders(
  headers: Map<string, string>,
  incoming: IncomingMessage,
  timeEpoch: number,
  random: Buffer,
): string {
  const peer = incoming.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1';
  const forwarded = headers.get('x-forwarded-for');
  const last = forwarded?.slice(forwarded.lastIndexOf(',') + 1).trim() ?? '';
  const isProxied = isLoopback(peer) && isIP(last) !== 0;
  if (!isProxied) headers.set('x-forwarded-for', forwarded ? `${forwarded}, ${peer}` : peer);
  if (!isProxied || !headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', 'http');
  if (!isProxied || !headers.has('x-forwarded-port')) {
    headers.set('x-forwarded-port', String(incoming.socket.localPort ?? ''));
  }
  if (!headers.has('x-amzn-trace-id')) {
    const seconds = Math.floor(timeEpoch / 1_000).toString(16);
    headers.set('x-amzn-trace-id', `Root=1-${seconds}-${random.toString('hex', 11)}`);
  }
  return isProxied ? last : peer;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
