import { gunzipSync, gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { buildOpenApi } from '../../../shared/contract/openapi.ts';
import { refuse } from '../../../shared/contract/problems.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { asGet } from '../../../shared/http/as-get.ts';
import { jsonAnswer, problemAnswer } from '../../../shared/http/problem.ts';
import { safeAnswer } from '../../../shared/http/safe-answer.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { allowedMethods } from './allowed-methods.ts';
import type { ManualPage } from './manual.ts';
import { siteFiles } from './site.ts';

/** The guides, which the bundler puts in this place: infra/render-manual.ts. */
declare const PLUSONE_MANUAL: readonly ManualPage[];

type Answer = APIGatewayProxyStructuredResultV2;

const version = '0.1.0';
const apiUrl = requireEnvironment('API_URL');
const files = siteFiles(routes, PLUSONE_MANUAL);
/** Answers by address, packed; an instance makes each once. */
const packed = new Map<string, Buffer>();

const answers: Readonly<Record<string, (event: APIGatewayProxyEventV2) => Answer>> = {
  'GET /health': () => jsonAnswer(200, { status: 'ok', version }),

  'GET /openapi.json': (event) =>
    sendPacked(
      event,
      pack('openapi.json', () => JSON.stringify(buildOpenApi(routes, apiUrl, version))),
      {
        'content-type': 'application/json',
        'cache-control': 'max-age=60',
      },
    ),

  'GET /docs': (event) => sendFile(event, ''),

  'GET /docs/{asset}': (event) => sendFile(event, event.pathParameters?.['asset'] ?? ''),
};

function sendFile(event: APIGatewayProxyEventV2, name: string): Answer {
  const file = files.get(name);
  if (file === undefined) return notFound(event);
  const { type, make, contentSecurity } = file;
  return sendPacked(
    event,
    pack(name, () => withOwnAddress(make())),
    {
      'content-type': type,
      'content-security-policy': contentSecurity,
      'cache-control': `public, max-age=${name === 'rapidoc.js' ? 86400 : 60}`,
    },
  );
}

/** What the manual supposes of a laptop, and leaves to the reader, is this deployment's: its commands can be copied. */
function withOwnAddress(made: string | Uint8Array): string | Uint8Array {
  return typeof made === 'string'
    ? made.replaceAll(/http:\/\/127\.0\.0\.1:4000\b|https:\/\/YOUR-API\b/g, () => apiUrl)
    : made;
}

function pack(name: string, make: () => string | Uint8Array): Buffer {
  const before = packed.get(name);
  if (before !== undefined) return before;
  const made = make();
  const bytes = typeof made === 'string' ? gzipSync(made) : Buffer.from(made);
  packed.set(name, bytes);
  return bytes;
}

/** Sends what is packed as it is, or unpacked to who does not take that. */
function sendPacked(event: APIGatewayProxyEventV2, bytes: Buffer, headers: Record<string, string>): Answer {
  const all = { ...headers, vary: 'accept-encoding' };
  const isTaken = /\bgzip\b/.test(event.headers?.['accept-encoding'] ?? '');
  if (!isTaken) return { statusCode: 200, headers: all, body: gunzipSync(bytes).toString() };
  return {
    statusCode: 200,
    headers: { ...all, 'content-encoding': 'gzip' },
    isBase64Encoded: true,
    body: bytes.toString('base64'),
  };
}

function notFound(event: APIGatewayProxyEventV2): Answer {
  return problemAnswer(refuse('not_found'), event.requestContext.requestId);
}

/** What ends at no route has an address that nobody serves, or a method that is not for it. */
function elsewhere(event: APIGatewayProxyEventV2): Answer {
  const allowed = allowedMethods(routes, event.rawPath);
  if (allowed.length === 0 || allowed.includes(event.requestContext.http.method)) return notFound(event);
  const answer = problemAnswer(refuse('method_not_allowed'), event.requestContext.requestId);
  return { ...answer, headers: { ...answer.headers, allow: allowed.join(', ') } };
}

/** Serves what is open to all: health, the OpenAPI document and the pages, and answers what no other route does. */
export async function handler(event: APIGatewayProxyEventV2): Promise<Answer> {
  return safeAnswer((answers[asGet(event.routeKey)] ?? elsewhere)(event));
}
