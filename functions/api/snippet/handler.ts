import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { safeAnswer } from '../../../shared/http/safe-answer.ts';

/** The minified script, which the bundler puts in this place: infra/bundle-snippet.ts. */
declare const PLUSONE_SNIPPET: string;

const packed = gzipSync(PLUSONE_SNIPPET, { level: 9 }).toString('base64');
const version = createHash('sha256').update(PLUSONE_SNIPPET).digest('hex').slice(0, 16);
const etag = `"${version}"`;
const versionedPath = `/plusone/${version}/plusone.js`;

const always = 'public, max-age=31536000, immutable';
/** How long a page may still have the snippet from before a deployment. */
const shortly = 'public, max-age=3600, stale-while-revalidate=86400';

/**
 * Serves the browser snippet: under its version for ever, and under `/plusone.js` for an hour. A version that this
 * deployment does not have leads to the one it has, so that pages that name it go on working.
 */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  return safeAnswer(answerTo(event));
}

function answerTo(event: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  const asked = event.pathParameters?.['version'];
  if (asked !== undefined && asked !== version) {
    return {
      statusCode: 302,
      headers: { ...open, location: '../../plusone.js', 'cache-control': 'public, max-age=300' },
      body: '',
    };
  }
  const headers = {
    ...open,
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': asked === undefined ? shortly : always,
    'content-location': versionedPath,
    vary: 'accept-encoding',
    etag,
  };
  if (event.headers['if-none-match']?.includes(etag)) return { statusCode: 304, headers, body: '' };
  if (!/\bgzip\b/.test(event.headers['accept-encoding'] ?? '')) {
    return { statusCode: 200, headers, body: PLUSONE_SNIPPET };
  }
  return {
    statusCode: 200,
    headers: { ...headers, 'content-encoding': 'gzip' },
    isBase64Encoded: true,
    body: packed,
  };
}

/** Pages of any host use it, also with `integrity`. */
const open = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};
