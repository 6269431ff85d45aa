import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isRefusal, type Refusal, refuseField } from '../contract/problems.ts';
import { type Route, routeKey } from '../contract/route.ts';
import type { Caller } from '../domain/access/reach.ts';
import { canonicalJson } from '../domain/requests/canonical-json.ts';
import { requireEnvironment } from '../runtime/environment.ts';
import { describeError, log } from '../runtime/log.ts';
import { seal, unseal } from '../runtime/seal.ts';
import { loadHasher } from '../runtime/secrets.ts';
import { repeatableSystem, system } from '../runtime/system.ts';
import { openTable } from '../table/client.ts';
import { requestItems } from '../table/request-items.ts';
import { answerOnce, type Done } from '../usecases/requests/answer-once.ts';
import type { System } from '../usecases/system.ts';
import { bodyText } from './read-input.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/** An item holds 400 KB. What is larger, packed, is not kept: who asks again gets it worked out again. */
const mostSealedBytes = 300 * 1024;

const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/;
const bare = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,255}$/;

/**
 * The idempotency key of a request that has one; refuses one of another form. It is a string of structured fields
 * (draft-ietf-httpapi-idempotency-key-header), or the same without quotes.
 */
export function idempotencyKeyOf(route: Route, event: APIGatewayProxyEventV2): string | undefined | Refusal {
  const header = route.method === 'POST' ? event.headers?.['idempotency-key']?.trim() : undefined;
  if (header === undefined) return undefined;
  const inner = quoted.exec(header)?.[1]?.replace(/\\(.)/g, '$1');
  const key = inner ?? bare.exec(header)?.[0];
  if (key !== undefined) return key;
  const message = 'must be 1 to 255 visible ASCII characters, without comma or backslash unless in quotes';
  return refuseField('Idempotency-Key', message);
}

/** A request under an idempotency key. */
export interface KeyedRequest {
  readonly route: Route;
  readonly event: APIGatewayProxyEventV2;
  readonly caller: Caller;
  readonly key: string;
}

/**
 * Answers a request under an idempotency key once: who asks again gets the answer of before, with the header
 * `idempotency-replayed`. What failed on our side is not kept, and worked out again by who asks again.
 *
 * @param act works the request out under the time and ids that it is given: the same, however often it is asked for
 */
export async function answerUnderKey(
  request: KeyedRequest,
  act: (system: System) => Promise<Answer>,
): Promise<Answer | Refusal> {
  const { key, caller, route } = request;
  const { lasting } = await loadHasher();
  const id = lasting('idempotency-key', [nameOf(caller), routeKey(route), key].join('\n'));
  // Only who knows the key can have the answer opened: the table and the deployment's secret are not enough.
  const secret = lasting('idempotency-answer', `${id}\n${key}`);
  const asked = { id, fingerprint: lasting('idempotency-content', contentOf(request)) };
  const outcome = await answerOnce(ports(), asked, async ({ at }, isRepeat): Promise<Done<Answer>> => {
    const seed = lasting('idempotency-ids', `${id}\n${at}`);
    const answer = await act(repeatableSystem(seed, at, isRepeat));
    return { answer, sealed: sealed(secret, id, answer) };
  });
  if (isRefusal(outcome)) return outcome;
  if ('answer' in outcome) return outcome.answer;
  const before = JSON.parse(unseal(secret, id, outcome.sealed)) as Answer;
  return { ...before, headers: { ...before.headers, 'idempotency-replayed': 'true' } };
}

let opened: (ReturnType<typeof requestItems> & System & { answerNotKept: typeof answerNotKept }) | undefined;

function ports() {
  opened ??= { ...system, ...requestItems(openTable(requireEnvironment('TABLE_NAME'))), answerNotKept };
  return opened;
}

function answerNotKept(error: unknown): void {
  log('error', 'answer not kept', describeError(error));
}

const nameOf = (caller: Caller): string =>
  caller.caller === 'server' ? `key ${caller.keyId}` : `participant ${caller.programId} ${caller.userId}`;

/** What a request asks for, in the same words whatever the order of its fields; the body has been read before. */
function contentOf({ route, event }: KeyedRequest): string {
  const text = route.body === undefined ? '' : bodyText(event);
  const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
  return canonicalJson([event.pathParameters ?? {}, event.queryStringParameters ?? {}, body]);
}

/** What says nothing of the request itself: what a caller may do now, or how the system stands. */
const isPassing = (status = 500): boolean =>
  status === 401 || status === 403 || status === 429 || status >= 500;

function sealed(secret: string, id: string, answer: Answer): Uint8Array | undefined {
  if (isPassing(answer.statusCode)) return undefined;
  const bytes = seal(secret, id, JSON.stringify(answer));
  return bytes.byteLength > mostSealedBytes ? undefined : bytes;
}
