import { isUtf8 } from 'node:buffer';
import type { MatchedRoute } from './match-route.ts';
import type { ApiRequest } from './read-request.ts';

/** What the gateway knows of itself. */
export interface ApiIdentity {
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
}

/** Part of every event, shared by authorizers and integrations. */
export type EventHead = ReturnType<typeof buildEventHead>;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Types whose bodies reach a function as text; API Gateway encodes all others, and forms among them. */
const TEXT_TYPE = /^(text\/[^;]*|application\/(json|xml|javascript))\s*(;|$)/i;

/** All of a payload format 2.0 event but its body and its authorizer's context. */
export function buildEventHead(
  identity: ApiIdentity,
  request: ApiRequest,
  path: string,
  match: MatchedRoute,
) {
  const { routeKey } = match.route;
  const query = readQuery(request.rawQueryString);
  const domainName = request.headers['host'] ?? 'localhost';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.rawQueryString,
    ...(request.cookies.length > 0 && { cookies: request.cookies }),
    headers: request.headers,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: identity.accountId,
      apiId: identity.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey,
      stage: '$default',
      time: formatTime(request.timeEpoch),
      timeEpoch: request.timeEpoch,
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
  };
}

/** The event of an integration. */
export function buildEvent(head: EventHead, body: Buffer, authorizerContext: unknown) {
  const { requestContext } = head;
  return {
    ...head,
    ...(authorizerContext !== undefined && {
      requestContext: { ...requestContext, authorizer: { lambda: authorizerContext } },
    }),
    ...encodeBody(body, head.headers['content-type']),
  };
}

/** The event of an authorizer, payload format 2.0. */
export function buildAuthorizerEvent(
  head: EventHead,
  routeArn: string,
  identitySource: readonly string[],
): Record<string, unknown> {
  return { ...head, type: 'REQUEST', routeArn, ...(identitySource.length > 0 && { identitySource }) };
}

/** `12/Mar/2020:19:03:58 +0000`, as requests are dated. */
export function formatTime(timeEpoch: number): string {
  const [date = '', time = ''] = new Date(timeEpoch).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

function encodeBody(body: Buffer, contentType = '') {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = TEXT_TYPE.test(contentType) && isUtf8(body);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function readQuery(raw: string): Record<string, string> | undefined {
  if (raw === '') return undefined;
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(raw)) {
    values.set(name, values.has(name) ? `${values.get(name)},${value}` : value);
  }
  return Object.fromEntries(values);
}
