import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import rapidoc from 'rapidoc/dist/rapidoc-min.js.gz';
import { buildOpenApi } from '../../../shared/contract/openapi.ts';
import { refuse } from '../../../shared/contract/problems.ts';
import { routes } from '../../../shared/contract/routes.ts';
import { jsonAnswer, problemAnswer } from '../../../shared/http/problem.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { page } from './page.ts';

const version = '0.1.0';
const apiUrl = requireEnvironment('API_URL');
const contentSecurity =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

let openApi: string | undefined;

const answers: Readonly<
  Record<string, (event: APIGatewayProxyEventV2) => APIGatewayProxyStructuredResultV2>
> = {
  'GET /health': () => jsonAnswer(200, { status: 'ok', version }),

  'GET /openapi.json': () => {
    openApi ??= JSON.stringify(buildOpenApi(routes, apiUrl, version));
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'max-age=60' },
      body: openApi,
    };
  },

  'GET /docs': () => ({
    statusCode: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurity,
      'x-content-type-options': 'nosniff',
    },
    body: page,
  }),

  'GET /docs/{asset}': (event) => {
    if (event.pathParameters?.['asset'] !== 'rapidoc.js') return notFound(event);
    return {
      statusCode: 200,
      headers: {
        'content-type': 'text/javascript',
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=86400',
      },
      isBase64Encoded: true,
      body: Buffer.from(rapidoc).toString('base64'),
    };
  },
};

function notFound(event: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  return problemAnswer(refuse('not_found'), event.requestContext.requestId);
}

/** Serves what is open to all: health, the OpenAPI document and its page. Addresses that nobody serves end here too. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  return (answers[event.routeKey] ?? notFound)(event);
}
