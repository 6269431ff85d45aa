import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { problems, type Refusal } from '../contract/problems.ts';

const safety = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** An answer in JSON. */
export function jsonAnswer(status: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...safety },
    body: JSON.stringify(body),
  };
}

/** A refusal as a problem document (RFC 9457). */
export function problemAnswer(refusal: Refusal, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { refused, detail, errors, extra } = refusal;
  const { status, title } = problems[refused];
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...safety },
    body: JSON.stringify({
      type: `urn:plusone:problem:${refused}`,
      title,
      status,
      code: refused,
      ...(detail !== undefined && { detail }),
      ...(errors !== undefined && { errors }),
      requestId,
      ...extra,
    }),
  };
}
