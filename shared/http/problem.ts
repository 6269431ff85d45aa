import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type ProblemCode, problems, type Refusal } from '../contract/problems.ts';

/** An answer in JSON. */
export function jsonAnswer(status: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** How a caller can make themselves known: RFC 6750, section 3. */
function challengeOf(refused: ProblemCode): string {
  return refused === 'missing_key' ? 'Bearer' : 'Bearer error="invalid_token"';
}

/** A refusal as a problem document (RFC 9457). */
export function problemAnswer(refusal: Refusal, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { refused, detail, errors, extra, retryAfter } = refusal;
  const { status, title } = problems[refused];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      ...(status === 401 && { 'www-authenticate': challengeOf(refused) }),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
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
