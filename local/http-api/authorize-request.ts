import type { AuthorizerSpec } from '../deployment.ts';
import type { InvokeResult } from '../lambda/invoke-result.ts';
import { type ApiIdentity, buildAuthorizerEvent, type EventHead } from './build-event.ts';
import { policyAllows } from './policy-allows.ts';

/** API Gateway gives an authorizer ten seconds. */
const TIMEOUT_MS = 10_000;
/** Cached answers kept at most, oldest out first. */
const MAX_CACHED = 10_000;

/** Calls a function by ARN with JSON text. */
export type InvokeFunction = (
  functionArn: string,
  payload: string,
  options?: { readonly signal?: AbortSignal },
) => Promise<InvokeResult>;

/** What came of asking; `context` is what the authorizer tells the integration. */
export type Authorization =
  | { readonly kind: 'allowed'; readonly context: unknown }
  | { readonly kind: 'denied' }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'failed'; readonly reason: string };

export type AuthorizeRequest = (authorizer: AuthorizerSpec, head: EventHead) => Promise<Authorization>;

/**
 * Asks Lambda authorizers, and remembers answers by the values of the identity sources for as long as each says.
 * A remembered answer holds for all routes, as in AWS: unless `$context.routeKey` is one of the sources.
 * @param clock milliseconds
 */
export function createAuthorizeRequest(
  identity: ApiIdentity,
  invoke: InvokeFunction,
  clock: () => number,
): AuthorizeRequest {
  const cache = new Map<string, { readonly answer: unknown; readonly until: number }>();

  return async (authorizer, head) => {
    const values = authorizer.identitySource.map((source) => readIdentity(source, head));
    if (!values.every((value) => value !== undefined && value !== '')) return { kind: 'unauthorized' };
    const sources = values.filter((value) => value !== undefined);
    const key = JSON.stringify([authorizer.logicalId, sources]);
    const routeArn = routeArnOf(identity, head);
    const known = cache.get(key);
    if (known && known.until > clock()) return decide(authorizer, known.answer, routeArn);
    const event = buildAuthorizerEvent(head, routeArn, sources);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const result = await invoke(authorizer.functionArn, JSON.stringify(event), { signal });
    if (!result.ok) return { kind: 'failed', reason: result.error.errorMessage };
    const answer: unknown = JSON.parse(result.payload);
    const authorization = decide(authorizer, answer, routeArn);
    if (authorization.kind !== 'failed' && authorizer.cacheTtlMs > 0 && sources.length > 0) {
      cache.delete(key);
      cache.set(key, { answer, until: clock() + authorizer.cacheTtlMs });
      const [oldest] = cache.keys();
      if (cache.size > MAX_CACHED && oldest !== undefined) cache.delete(oldest);
    }
    return authorization;
  };
}

function readIdentity(source: string, head: EventHead): string | undefined {
  const name = source.slice(source.lastIndexOf('.') + 1);
  if (source.startsWith('$request.header.')) return head.headers[name.toLowerCase()];
  if (source.startsWith('$request.querystring.')) return head.queryStringParameters?.[name];
  if (source === '$context.routeKey') return head.routeKey;
  return undefined;
}

function routeArnOf({ region, accountId, apiId }: ApiIdentity, head: EventHead): string {
  const { method } = head.requestContext.http;
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/$default/${method}${head.rawPath}`;
}

function decide(authorizer: AuthorizerSpec, answer: unknown, routeArn: string): Authorization {
  if (typeof answer !== 'object' || answer === null) return { kind: 'failed', reason: 'answered no object' };
  const { isAuthorized, policyDocument, context } = answer as Record<string, unknown>;
  const allowed = authorizer.simpleResponses ? isAuthorized : policyAllows(policyDocument, routeArn);
  if (typeof allowed !== 'boolean') return { kind: 'failed', reason: 'answered in a wrong format' };
  return allowed ? { kind: 'allowed', context: context ?? null } : { kind: 'denied' };
}
