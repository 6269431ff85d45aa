import { createServer, type Server } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Table } from '../../shared/table/client.ts';
import { type AllPorts, allPorts, saveDefaultProgram } from '../support/ports.ts';
import { type Engine, startEngine } from '../support/table.ts';

/** What the functions of a test file run against: a table, and a stand-in for the secrets. */
export interface Backend {
  readonly engine: Engine;
  readonly table: Table;
  readonly ports: AllPorts;
  /** Values by the ARN of their secret. */
  readonly secrets: Map<string, string>;
  stop(): Promise<void>;
}

/** Starts a backend, and points the environment at it as a deployment does. Handlers are imported after this. */
export async function startBackend(): Promise<Backend> {
  const secrets = new Map([['arn:hash', 'a secret of the tests']]);
  const [engine, server] = await Promise.all([startEngine(), serveSecrets(secrets)]);
  const table = await engine.makeTable();
  const ports = allPorts(table);
  await saveDefaultProgram(ports);
  const address = server.address();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: engine.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    TABLE_NAME: table.name,
    HASH_SECRET_ARN: 'arn:hash',
    FIRST_KEY_SECRET_ARN: 'arn:first-key',
    HOOK_SECRET_ARN: 'arn:hooks',
    DEFAULT_DESTINATION: 'https://example.com/',
    LINK_BASE_URL: 'https://go.example.com/',
    API_URL: 'https://api.example.com',
    REWARD_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/rewards',
    NOTICE_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/notices',
    EVENT_BUS_NAME: 'plusone',
  });
  let stopped: Promise<void> | undefined;
  return {
    engine,
    table,
    ports,
    secrets,
    stop: () => {
      server.close();
      server.closeAllConnections();
      stopped ??= engine.stop();
      return stopped;
    },
  };
}

/** The two calls of Secrets Manager that the functions make. */
function serveSecrets(secrets: Map<string, string>): Promise<Server> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { SecretId, SecretString } = JSON.parse(text) as { SecretId: string; SecretString?: string };
    if (SecretString !== undefined) secrets.set(SecretId, SecretString);
    const value = secrets.get(SecretId);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.statusCode = value === undefined ? 400 : 200;
    response.end(
      JSON.stringify(value === undefined ? { __type: 'ResourceNotFoundException' } : { SecretString: value }),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

interface Request {
  readonly routeKey: string;
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly cookies?: string[];
  readonly ip?: string;
  /** What the authorizer said; a server with every scope unless given. */
  readonly caller?: object | null;
}

/** A request as API Gateway hands it to a function (payload format 2.0). */
export function requestEvent(request: Request): APIGatewayProxyEventV2 {
  const [method = 'GET', path = '/'] = request.routeKey.split(' ');
  const { caller = { caller: 'server', keyId: 'k', scopes: '*' } } = request;
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      ...request.headers,
    },
    ...(request.cookies && { cookies: request.cookies }),
    ...(request.query && { queryStringParameters: request.query }),
    ...(request.pathParameters && { pathParameters: request.pathParameters }),
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: request.ip ?? '203.0.113.7', userAgent: '' },
      ...(caller && { authorizer: { lambda: caller } }),
    },
  } as unknown as APIGatewayProxyEventV2;
}

type Handler = (event: APIGatewayProxyEventV2, context: Context) => unknown;

/** Calls a function of the API as the gateway does. */
export async function call(handler: Handler, request: Request) {
  const answer = (await handler(requestEvent(request), {} as Context)) as APIGatewayProxyStructuredResultV2;
  return {
    status: answer.statusCode,
    headers: answer.headers ?? {},
    cookies: answer.cookies ?? [],
    body: answer.headers?.['content-type']?.toString().includes('json')
      ? JSON.parse(answer.body ?? '')
      : answer.body,
  };
}
