import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

type TextType =
  | 'application/json'
  | 'text/csv; charset=utf-8; header=present'
  | 'text/html; charset=utf-8'
  | 'image/svg+xml'
  | 'image/png';

/** An answer that is no JSON: a file to keep, a picture, or a page to print. Bytes are in base64. */
export class TextAnswer {
  readonly contentType: TextType;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(contentType: TextType, text: string, headers: Readonly<Record<string, string>> = {}) {
    this.contentType = contentType;
    this.text = text;
    this.headers = headers;
  }
}

/** A page of ours holds nothing that runs and loads nothing. */
const contentSecurity =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** A text as an answer. */
export function textAnswer(status: number, answer: TextAnswer): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      'content-type': answer.contentType,
      'content-security-policy': contentSecurity,
      ...answer.headers,
    },
    body: answer.text,
    ...(answer.contentType === 'image/png' && { isBase64Encoded: true }),
  };
}

/** A CSV file as an answer. @param fileName letters, digits, `.`, `_` and `-`; all else is replaced */
export function csvAnswer(
  fileName: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): TextAnswer {
  const safe = fileName.replace(/[^A-Za-z0-9._-]/g, '_');
  return new TextAnswer('text/csv; charset=utf-8; header=present', text, {
    'content-disposition': `attachment; filename="${safe}"`,
    ...headers,
  });
}
