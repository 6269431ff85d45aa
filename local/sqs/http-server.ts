import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './protocol/dispatch.ts';

const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
const KEEP_ALIVE_MS = 65_000;
const LAST_ANSWERS_MS = 50;

/** Answers a request; `signal` is aborted when the client has hung up. */
export type Handler = (target: string, body: string, signal: AbortSignal) => Promise<Answer>;

/** Serves POSTs of the AWS JSON protocol on 127.0.0.1; port 0 takes a free one. */
export async function listen(port: number, handler: Handler): Promise<{ server: Server; port: number }> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    handle(request, response, handler).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Stops serving and cuts what connections are left. */
export async function stopListening(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
  await closed;
  clearTimeout(cut);
}

async function handle(request: IncomingMessage, response: ServerResponse, handler: Handler): Promise<void> {
  const hangUp = new AbortController();
  response.once('close', () => hangUp.abort());
  const body = await readBody(request);
  const target = request.headers['x-amz-target'];
  const answer = await handler(typeof target === 'string' ? target : '', body, hangUp.signal);
  const data = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': data.length,
    'x-amzn-requestid': randomUUID(),
    ...answer.headers,
  });
  response.end(data);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
