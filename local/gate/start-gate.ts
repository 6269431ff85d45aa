import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Deployment } from '../deployment.ts';
import { AwsError, type JsonService } from '../services/aws-error.ts';
import type { LambdaApi } from '../services/lambda-api.ts';
import { ROOT_ACCESS_KEY, readAccessKey } from './access-keys.ts';
import { type Authorize, createAuthorizer, createDenial, type Principal } from './authorize.ts';
import { checkLimits, maxRequestBytes } from './check-limits.ts';
import { type Backend, createBackend } from './forward-call.ts';
import { type FaultInjector, sufferFault } from './inject-fault.ts';
import { createCheckList, functionArnOf } from './list-access-checks.ts';
import { readBody, readInvoke, readTarget, type ServiceCall, type ServiceName } from './read-call.ts';
import { writeAnswer, writeError, writeText } from './write-answer.ts';

/** A call that was refused for want of a grant. */
export interface Denial {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly because: 'explicit-deny' | 'implicit-deny';
  /** Condition operators of the role's policies that are not known here. */
  readonly unknownOperators: readonly string[];
}

export interface GateOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly deployment: Deployment;
  readonly backends: { readonly dynamodb: string; readonly sqs: string };
  /** What the engine calls the streams, by the template's ARNs. */
  readonly streams?: ReadonlyMap<string, string>;
  readonly services: {
    readonly secretsManager: JsonService;
    readonly eventBridge: JsonService;
    readonly mailbox: JsonService;
    readonly lambda: LambdaApi;
  };
  /** Callers by access key id; may grow while the gate runs. */
  readonly principals: ReadonlyMap<string, Principal>;
  readonly faults?: FaultInjector;
  readonly onDenied?: (denial: Denial) => void;
}

/** The one endpoint of all AWS services. */
export interface Gate {
  readonly url: string;
  /** For pollers, which act in the name of a function's role. */
  readonly authorize: Authorize;
  close(): Promise<void>;
}

/** Longer than any client keeps a socket idle, so that none is closed under a call. */
const KEEP_ALIVE_MS = 120_000;

const collectBody = async (incoming: IncomingMessage, most: number | undefined): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (most === undefined || bytes <= most) chunks.push(chunk);
  }
  if (most === undefined || bytes <= most)
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  throw new AwsError('RequestEntityTooLargeException', `The request is larger than ${most} bytes`, 413);
};

/** The caller; undefined for local tools. */
const findPrincipal = (incoming: IncomingMessage, { principals }: GateOptions): Principal | undefined => {
  const accessKey = readAccessKey(incoming.headers.authorization);
  if (accessKey === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  if (accessKey === ROOT_ACCESS_KEY) return undefined;
  const principal = principals.get(accessKey);
  if (principal !== undefined) return principal;
  throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
};

type Handle = (incoming: IncomingMessage, response: ServerResponse) => Promise<void>;

const createGuard = (options: GateOptions, authorize: Authorize) => {
  const listChecks = createCheckList(options.deployment);
  return (call: ServiceCall, principal: Principal | undefined): void => {
    const checks = listChecks(call);
    if (principal === undefined) return;
    for (const { action, resource, context } of checks) {
      const { allowed, because, unknownOperators } = authorize(principal.roleArn, action, resource, context);
      if (allowed || because === 'allowed') continue;
      options.onDenied?.({ principal, action, resource, because, unknownOperators });
      throw createDenial(call.service, principal, action, resource, because);
    }
  };
};

const answerInvoke = async (
  { deployment, services }: GateOptions,
  { body }: ServiceCall,
  response: ServerResponse,
  drop: boolean,
): Promise<void> => {
  const { status, headers, payload } = await services.lambda({
    functionArn: functionArnOf(String(body['FunctionName']), deployment),
    invocationType: String(body['InvocationType']),
    payload: String(body['Payload']),
  });
  if (!drop) writeText(response, status, payload, headers);
};

const createHandler = (
  options: GateOptions,
  authorize: Authorize,
  backends: Readonly<Record<'dynamodb' | 'sqs', Backend>>,
): Handle => {
  const guard = createGuard(options, authorize);
  const { secretsManager, eventBridge, mailbox } = options.services;
  const asEngineSays = (raw: Buffer, { StreamArn, ...rest }: ServiceCall['body']): Buffer => {
    const own = typeof StreamArn === 'string' ? options.streams?.get(StreamArn) : undefined;
    return own === undefined ? raw : Buffer.from(JSON.stringify({ ...rest, StreamArn: own }));
  };
  const inProcess = new Map<ServiceName, JsonService>([
    ['secretsmanager', secretsManager],
    ['events', eventBridge],
    ['ses', mailbox],
  ]);
  return async (incoming, response) => {
    let service: ServiceName | undefined;
    try {
      const line = `${incoming.method} ${incoming.url}`;
      const target = readTarget(incoming.headers, line);
      service = target.service;
      const raw = await collectBody(incoming, maxRequestBytes(service));
      const principal = findPrincipal(incoming, options);
      const isInvoke = service === 'lambda';
      const call = { ...target, body: isInvoke ? readInvoke(incoming.headers, line, raw) : readBody(raw) };
      checkLimits(call);
      guard(call, principal);
      const fault = options.faults?.({ ...call, principal, action: `${service}:${call.operation}` });
      await sufferFault(fault, call);
      const drop = fault !== undefined && 'dropAnswer' in fault;
      const own = inProcess.get(service);
      const backend = service === 'sqs' ? backends.sqs : backends.dynamodb;
      if (isInvoke) await answerInvoke(options, call, response, drop);
      else if (own === undefined)
        await backend.forward(incoming, asEngineSays(raw, call.body), response, drop);
      else {
        const answer = await own.handle(call.operation, call.body);
        if (!drop) writeAnswer(response, service, 200, answer);
      }
      if (drop) response.destroy();
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
      writeError(response, service, known);
    }
  };
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('The gate has no address'));
    });
  });

/** Starts the endpoint that all functions and local tools call, in the place of AWS. */
export const startGate = async (options: GateOptions): Promise<Gate> => {
  const authorize = createAuthorizer(options.deployment);
  const backends = {
    dynamodb: createBackend(options.backends.dynamodb),
    sqs: createBackend(options.backends.sqs),
  };
  const handle = createHandler(options, authorize, backends);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      backends.dynamodb.close();
      backends.sqs.close();
    });
  return { url: `http://127.0.0.1:${port}`, authorize, close };
};
