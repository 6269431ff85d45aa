/** What goes back to a client. */
export interface ApiAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer | string;
}

/** What the gateway decides itself, and its text for it. */
const MESSAGES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Too Long',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export type GatewayStatus = keyof typeof MESSAGES;

/** An answer of the gateway's own. */
export function gatewayAnswer(status: GatewayStatus): ApiAnswer {
  return jsonAnswer(status, JSON.stringify({ message: MESSAGES[status] }));
}

/**
 * Turns what a function returned into an answer by the rules of payload format 2.0: with a `statusCode` it is the
 * answer, without one it is the body. Undefined if it makes no answer, which API Gateway meets with a 500.
 */
export function readAnswer(payload: string): ApiAnswer | undefined {
  const value: unknown = JSON.parse(payload);
  if (typeof value === 'string') return jsonAnswer(200, value);
  if (!isRecord(value) || value['statusCode'] === undefined) return jsonAnswer(200, payload);
  const status = Number(value['statusCode']);
  const headers = readHeaders(value['headers'] ?? {});
  const body = readBody(value['body'] ?? '', value['isBase64Encoded'] === true);
  const cookies = value['cookies'] ?? [];
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (!headers || body === undefined || !isStrings(cookies)) return undefined;
  if (body.length > 0 && !('content-type' in headers)) headers['content-type'] = 'text/plain;charset=UTF-8';
  return { status, headers, cookies, body };
}

function jsonAnswer(status: number, body: string): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, cookies: [], body };
}

function readHeaders(value: unknown): Record<string, string> | undefined {
  if (!isRecord(value)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, content] of Object.entries(value)) {
    if (content === null || content === undefined) continue;
    if (typeof content === 'object') return undefined;
    headers[name.toLowerCase()] = String(content);
  }
  // Lengths and connections are the gateway's business.
  for (const name of ['content-length', 'transfer-encoding', 'connection', 'keep-alive'])
    delete headers[name];
  return headers;
}

function readBody(value: unknown, isBase64: boolean): Buffer | string | undefined {
  if (typeof value !== 'string') return undefined;
  return isBase64 ? Buffer.from(value, 'base64') : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
