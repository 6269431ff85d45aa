import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type Answer = APIGatewayProxyStructuredResultV2;

/** What every answer has, unless it says otherwise: kept by nobody, taken for nothing else, and shown in no frame. */
const safety = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;

/** An answer with the headers that keep it safe: the one place that adds them. */
export function safeAnswer(answer: Answer): Answer {
  return { ...answer, headers: { ...safety, ...answer.headers } };
}
