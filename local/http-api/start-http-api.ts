import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpApiSpec } from '../deployment.ts';
import { type AnswerRequest, createAnswerRequest, type Trail } from './answer-request.ts';
import type { InvokeFunction } from './authorize-request.ts';
import { formatTime } from './build-event.ts';
import { type AccessLogValues, createAccessLogFormatter } from './format-access-log.ts';
import { type ApiAnswer, gatewayAnswer } from './read-answer.ts';
import { type ApiRequest, readBody, readRequestHead } from './read-request.ts';

const CLOSE_GRACE_MS = 2_000;

export interface HttpApiOptions {
  readonly api: HttpApiSpec;
  readonly invoke: InvokeFunction;
  /** 0 takes a free one. */
  readonly port: number;
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
  /** Takes the lines of the stage's access log. */
  readonly accessLog?: (line: string) => void;
  /** Answers what is no part of the API, and then returns true. Asked before anything else. */
  readonly localRoutes?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface HttpApi {
  readonly url: string;
  readonly port: number;
  /** Puts another version of the API in place; what runs ends on the old one. */
  reload(api: HttpApiSpec): void;
  /** Takes no more connections, lets requests finish for up to two seconds, and ends. */
  close(): Promise<void>;
}

/** Serves an HTTP API on 127.0.0.1. */
export async function startHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  let handle = createHandler(options, options.api);
  const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 60_000 }, (request, response) => {
    if (!options.localRoutes?.(request, response)) void handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    reload(api) {
      handle = createHandler(options, api);
    },
    close: () => closeServer(server),
  };
}

function createHandler(options: HttpApiOptions, api: HttpApiSpec) {
  const { invoke, accountId, region, clock = Date.now } = options;
  const identity = { apiId: api.apiId, accountId, region };
  const answer = createAnswerRequest({ api, identity, invoke, clock });
  const formatLine =
    api.accessLogFormat === undefined ? undefined : createAccessLogFormatter(api.accessLogFormat);
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const request = readRequestHead(incoming, clock());
    const trail: Trail = {};
    const result = await answerSafely(answer, request, incoming, trail);
    sendAnswer(incoming, outgoing, request, result);
    if (formatLine && options.accessLog) {
      const values = accessLogValues(request, result, trail, Math.round(performance.now() - startedAt));
      options.accessLog(formatLine({ ...values, accountId, apiId: api.apiId }));
    }
  };
}

/** Nothing that goes wrong may leave a client without an answer. */
async function answerSafely(
  answer: AnswerRequest,
  request: ApiRequest,
  incoming: IncomingMessage,
  trail: Trail,
) {
  try {
    return await answer(request, () => readBody(incoming), trail);
  } catch (error) {
    trail.errorMessage = String(error);
    return gatewayAnswer(500);
  }
}

function sendAnswer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  request: ApiRequest,
  answer: ApiAnswer,
): void {
  const { status, headers, cookies, body } = answer;
  const hasBody = status !== 204 && status !== 304;
  try {
    outgoing.writeHead(status, {
      ...headers,
      ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
      ...(hasBody && { 'content-length': Buffer.byteLength(body) }),
      'apigw-requestid': request.requestId,
      // What is left of a body that nobody reads would be taken for the next request.
      ...(!incoming.complete && hasUnreadBody(incoming) && { connection: 'close' }),
    });
    outgoing.end(hasBody ? body : undefined);
  } catch {
    // A header that HTTP can't carry.
    const { headers: plain, body: text } = gatewayAnswer(500);
    if (!outgoing.headersSent) outgoing.writeHead(500, plain);
    outgoing.end(text);
  }
  if (!incoming.complete) incoming.resume();
}

function hasUnreadBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** `$context.authorizer.property` for what the authorizer told. */
function authorizerValues(context: unknown): AccessLogValues {
  const entries = typeof context === 'object' && context !== null ? Object.entries(context) : [];
  return Object.fromEntries(entries.map(([name, value]) => [`authorizer.${name}`, String(value)]));
}

function accessLogValues(
  request: ApiRequest,
  answer: ApiAnswer,
  trail: Trail,
  latencyMs: number,
): AccessLogValues {
  return {
    ...authorizerValues(trail.authorizerContext),
    requestId: request.requestId,
    extendedRequestId: request.requestId,
    requestTime: formatTime(request.timeEpoch),
    requestTimeEpoch: request.timeEpoch,
    httpMethod: request.method,
    path: request.encodedPath,
    protocol: request.protocol,
    stage: '$default',
    domainName: request.headers['host'],
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers['user-agent'],
    routeKey: trail.routeKey,
    status: answer.status,
    responseLength: Buffer.byteLength(answer.body),
    responseLatency: latencyMs,
    integrationStatus: trail.integrationStatus,
    'integration.status': trail.integrationStatus,
    integrationLatency: trail.integrationLatencyMs,
    'integration.latency': trail.integrationLatencyMs,
    integrationErrorMessage: trail.integrationErrorMessage,
    'integration.error': trail.integrationErrorMessage,
    'authorizer.error': trail.authorizerError,
    'error.message': trail.errorMessage,
    'error.messageString': trail.errorMessage && `"${trail.errorMessage}"`,
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  // A kept connection counts as idle only once its answer is out.
  const sweeper = setInterval(() => server.closeIdleConnections(), 20);
  await closed;
  clearTimeout(timer);
  clearInterval(sweeper);
}
