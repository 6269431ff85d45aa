import type { HttpApiSpec } from '../deployment.ts';
import { answerPreflight, applyCors } from './apply-cors.ts';
import { type AuthorizeRequest, createAuthorizeRequest, type InvokeFunction } from './authorize-request.ts';
import { type ApiIdentity, buildEvent, buildEventHead, type EventHead } from './build-event.ts';
import { createRouteMatcher, type MatchedRoute, splitPath } from './match-route.ts';
import { type ApiAnswer, type GatewayStatus, gatewayAnswer, readAnswer } from './read-answer.ts';
import { type ApiRequest, hasTooLargeHeaders } from './read-request.ts';
import { createTokenBucket } from './token-bucket.ts';

/** The longest that API Gateway waits for an integration. */
const MAX_INTEGRATION_MS = 30_000;

/** What happened on the way, for the access log. */
export interface Trail {
  routeKey?: string;
  integrationStatus?: number;
  integrationLatencyMs?: number;
  errorMessage?: string;
  integrationErrorMessage?: string;
  authorizerError?: string;
  authorizerContext?: unknown;
}

/** Answers one request; `readBody` is asked only if a function will see the body. */
export type AnswerRequest = (
  request: ApiRequest,
  readBody: () => Promise<Buffer | 'too-large'>,
  trail: Trail,
) => Promise<ApiAnswer>;

export interface GatewaySettings {
  readonly api: HttpApiSpec;
  readonly identity: ApiIdentity;
  readonly invoke: InvokeFunction;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** The gateway without its server: throttle, routes, authorizers, integrations and CORS of one API. */
export function createAnswerRequest(settings: GatewaySettings): AnswerRequest {
  const { api, identity, invoke, clock } = settings;
  const matchRoute = createRouteMatcher(api.routes);
  const authorize = createAuthorizeRequest(identity, invoke, clock);
  const { ratePerSecond, burst } = api.throttle ?? {};
  const takeToken =
    ratePerSecond === undefined || burst === undefined
      ? () => true
      : createTokenBucket(ratePerSecond, burst, clock);

  const answer: AnswerRequest = async (request, readBody, trail) => {
    if (hasTooLargeHeaders(request)) return refuse(trail, 431);
    if (!takeToken()) return refuse(trail, 429);
    const segments = splitPath(request.encodedPath);
    if (!segments) return refuse(trail, 400);
    const match = matchRoute(request.method, segments);
    if (!match) return refuse(trail, 404);
    trail.routeKey = match.route.routeKey;
    const head = buildEventHead(identity, request, `/${segments.join('/')}`, match);
    const entry = await enter(authorize, match, head, trail);
    if ('status' in entry) return entry;
    const body = await readBody();
    if (body === 'too-large') return refuse(trail, 413);
    return integrate(invoke, match, JSON.stringify(buildEvent(head, body, entry.context)), trail);
  };

  const { cors } = api;
  if (!cors) return answer;
  return async (request, readBody, trail) =>
    answerPreflight(cors, request) ?? applyCors(cors, request, await answer(request, readBody, trail));
}

async function enter(
  authorize: AuthorizeRequest,
  { route }: MatchedRoute,
  head: EventHead,
  trail: Trail,
): Promise<ApiAnswer | { readonly context: unknown }> {
  if (!route.authorizer) return { context: undefined };
  const authorization = await authorize(route.authorizer, head);
  if (authorization.kind === 'allowed') {
    trail.authorizerContext = authorization.context;
    return authorization;
  }
  if (authorization.kind === 'failed') trail.authorizerError = authorization.reason;
  return refuse(trail, { denied: 403, unauthorized: 401, failed: 500 }[authorization.kind] as GatewayStatus);
}

async function integrate(
  invoke: InvokeFunction,
  { route }: MatchedRoute,
  payload: string,
  trail: Trail,
): Promise<ApiAnswer> {
  const startedAt = performance.now();
  const result = await invokeInTime(
    invoke,
    route.functionArn,
    payload,
    Math.min(route.timeoutMs, MAX_INTEGRATION_MS),
  );
  trail.integrationLatencyMs = Math.round(performance.now() - startedAt);
  if (result === 'late') {
    trail.integrationErrorMessage = 'Endpoint request timed out';
    return refuse(trail, 503);
  }
  trail.integrationStatus = result.ok ? 200 : result.error.statusCode;
  if (!result.ok) {
    trail.integrationErrorMessage = `${result.error.errorType}: ${result.error.errorMessage}`;
    return refuse(trail, result.error.statusCode === 413 ? 413 : 500);
  }
  const answer = readAnswer(result.payload);
  if (answer) return answer;
  trail.integrationErrorMessage = 'The response from the Lambda function does not match the expected format';
  return refuse(trail, 500);
}

async function invokeInTime(invoke: InvokeFunction, functionArn: string, payload: string, timeoutMs: number) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      resolve('late');
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([invoke(functionArn, payload, { signal: controller.signal }), late]);
  } finally {
    clearTimeout(timer);
  }
}

function refuse(trail: Trail, status: GatewayStatus): ApiAnswer {
  const answer = gatewayAnswer(status);
  trail.errorMessage = String(JSON.parse(String(answer.body)).message);
  return answer;
}
