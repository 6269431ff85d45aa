import { Plusone } from '../../../client/index.ts';

/** An answer of the API; `body` is its JSON, or its text. */
export interface Answer<Body = Document> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** What tests read of answers. Fields that an answer lacks are undefined, and a test that expects them fails. */
export interface Document {
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly nextCursor?: string;
  readonly [field: string]: unknown;
}

export interface CallOptions {
  /** Sent as it is. */
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default the key of the stack; null sends none */
  readonly key?: string | null;
}

/** Calls a running stack over HTTP as a customer's server does. */
export interface ApiClient {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** What the customer's server uses. What fails, throws. */
  readonly plusone: Plusone['orThrow'];
  /** Sends what the client would not. */
  call<Body = Document>(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<Answer<Body>>;
  /** Calls, and expects success. @returns the body. @throws with the answer's text otherwise */
  get<Body>(path: string): Promise<Body>;
  post<Body>(path: string, body?: unknown): Promise<Body>;
}

export function createApiClient(apiUrl: string, apiKey: string): ApiClient {
  async function call<Body>(
    method: string,
    path: string,
    body?: unknown,
    { rawBody, headers = {}, key = apiKey }: CallOptions = {},
  ): Promise<Answer<Body>> {
    const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed = (isJson && text !== '' ? JSON.parse(text) : text) as Body;
    return { status: response.status, headers: response.headers, text, body: parsed };
  }
  async function expectSuccess<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await call<Body>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }
  return {
    apiUrl,
    apiKey,
    plusone: new Plusone({ baseUrl: apiUrl, apiKey, timeoutMs: 60_000 }).orThrow,
    call,
    get: (path) => expectSuccess('GET', path),
    post: (path, body) => expectSuccess('POST', path, body),
  };
}
