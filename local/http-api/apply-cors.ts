import type { CorsSpec } from '../deployment.ts';
import type { ApiAnswer } from './read-answer.ts';
import type { ApiRequest } from './read-request.ts';

/** The gateway's own answer to a preflight request; undefined if the request is none. */
export function answerPreflight(cors: CorsSpec, request: ApiRequest): ApiAnswer | undefined {
  const { origin } = request.headers;
  if (request.method !== 'OPTIONS' || !origin) return undefined;
  if (!request.headers['access-control-request-method']) return undefined;
  const allowed = allowOrigin(cors, origin);
  const headers = allowed && {
    ...allowed,
    ...joined('access-control-allow-methods', cors.allowMethods),
    ...joined('access-control-allow-headers', cors.allowHeaders),
    ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
  return { status: 204, headers: headers ?? {}, cookies: [], body: '' };
}

/** Adds the configured headers to an answer, in place of any that the function set: it has no say in this. */
export function applyCors(cors: CorsSpec, request: ApiRequest, answer: ApiAnswer): ApiAnswer {
  const kept = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const { origin } = request.headers;
  const allowed = origin ? allowOrigin(cors, origin) : undefined;
  const exposed = allowed && joined('access-control-expose-headers', cors.exposeHeaders);
  return { ...answer, headers: { ...Object.fromEntries(kept), ...allowed, ...exposed } };
}

function allowOrigin(cors: CorsSpec, origin: string): Record<string, string> | undefined {
  const allowed = cors.allowOrigins.find((pattern) => matchesOrigin(pattern, origin));
  if (allowed === undefined) return undefined;
  return {
    'access-control-allow-origin': allowed === '*' ? '*' : origin,
    ...(allowed !== '*' && { vary: 'origin' }),
    ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
  };
}

/** `*`, an origin spelled out, or all of a scheme: `https://*`. */
function matchesOrigin(pattern: string, origin: string): boolean {
  if (pattern.endsWith('*')) return origin.startsWith(pattern.slice(0, -1));
  return pattern.toLowerCase() === origin.toLowerCase();
}

function joined(name: string, values: readonly string[]): Record<string, string> {
  return values.length > 0 ? { [name]: values.join(',') } : {};
}
