import { createServer, type Server } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { EnvironmentName } from '../../infra/function-spec.ts';
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
  const secrets = new Map([
    ['arn:hash', 'a secret of the tests'],
    ['arn:contacts', 'a secret of the tests'],
    ['arn:webhooks', 'a key of the tests'],
  ]);
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
    DELIVERIES: '5',
    ...environmentOf(table.name),
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

/** What a deployment leaves out unless its settings ask for it. Who tests it sets it. */
type Optional =
  | 'ADDRESS_HEADER'
  | 'ASN_HEADER'
  | 'CALCULATION_HOOK_ARN'
  | 'COUNTRY_HEADER'
  | 'NOTIFICATION_HOOK_ARN'
  | 'NOTIFICATION_SENDER'
  | 'OIDC_AUDIENCE'
  | 'OIDC_ISSUER'
  | 'OIDC_PROGRAM_CLAIM'
  | 'OIDC_USER_CLAIM'
  | 'PUBLISH_CLICKS'
  | 'RATE_LIMITS'
  | 'VALIDATION_HOOK_ARN'
  | 'WEBHOOK_RETRY_SECONDS';

/** Every other variable that a function can ask for: a new one does not compile until it is here. */
function environmentOf(tableName: string): Record<Exclude<EnvironmentName, Optional>, string> {
  const queueUrl = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`;
  return {
    API_URL: 'https://api.example.com',
    CONTACT_SECRET_ARN: 'arn:contacts',
    DEFAULT_DESTINATION: 'https://example.com/',
    EVENT_BUS_NAME: 'plusone',
    FAILURE_QUEUES: JSON.stringify([
      { name: 'rewards', url: queueUrl('rewards-failures'), tries: 5, ofQueue: true },
    ]),
    FIRST_KEY_SECRET_ARN: 'arn:first-key',
    HASH_SECRET_ARN: 'arn:hash',
    HOOK_SECRET_ARN: 'arn:hooks',
    LINK_BASE_URL: 'https://go.example.com/',
    NOTICE_QUEUE_URL: queueUrl('notices'),
    NOTIFICATION_QUEUE_URL: queueUrl('notifications'),
    PAYOUT_PROVIDERS_SECRET_ARN: 'arn:payout-providers',
    REDRIVES: JSON.stringify({ rewards: { queueUrl: queueUrl('rewards') } }),
    REWARD_QUEUE_URL: queueUrl('rewards'),
    SIGNING_KEY_DAYS: '90',
    SIGNING_SECRET_ARN: 'arn:signing',
    TABLE_NAME: tableName,
    SLOW_WEBHOOK_QUEUE_URL: queueUrl('slow-webhooks'),
    WEBHOOK_QUEUE_URL: queueUrl('webhooks'),
    WEBHOOK_SECRET_ARN: 'arn:webhooks',
  };
}

interface SecretCall {
  readonly SecretId: string;
  readonly SecretString?: string;
  readonly ClientRequestToken?: string;
}

/** The two calls of Secrets Manager that the functions make. A version's id is given once. */
function serveSecrets(secrets: Map<string, string>): Promise<Server> {
  const versions = new Map<string, string[]>();
  const answer = ({ SecretId, SecretString, ClientRequestToken }: SecretCall): Record<string, unknown> => {
    const ids = secrets.has(SecretId) ? (versions.get(SecretId) ?? []) : [];
    if (SecretString !== undefined) {
      const id = ClientRequestToken ?? `version-${ids.length}`;
      if (ids.includes(id)) return { __type: 'ResourceExistsException' };
      versions.set(SecretId, [...ids, id]);
      secrets.set(SecretId, SecretString);
    }
    const value = secrets.get(SecretId);
    if (value === undefined) return { __type: 'ResourceNotFoundException' };
    return { SecretString: value, VersionId: versions.get(SecretId)?.at(-1) };
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = answer(JSON.parse(text) as SecretCall);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.statusCode = '__type' in body ? 400 : 200;
    response.end(JSON.stringify(body));
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
  const { caller = { caller: 'server', keyId: 'k', scopes: '*', programs: '*' } } = request;
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
