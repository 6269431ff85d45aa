import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runCustomResources } from './custom-resources/run-custom-resources.ts';
import { closeDataFolder, openDataFolder } from './data-folder.ts';
import type { Deployment } from './deployment.ts';
import { findFreePort } from './find-free-port.ts';
import { accessKeyFor } from './gate/access-keys.ts';
import type { FaultInjector } from './gate/inject-fault.ts';
import { type Gate, type GateOptions, startGate } from './gate/start-gate.ts';
import { startHttpApi } from './http-api/start-http-api.ts';
import { createLambda, type Lambda } from './lambda/create-lambda.ts';
import { openFunctionLogs } from './lambda/open-function-logs.ts';
import { startMailPages } from './mails/start-mail-pages.ts';
import { openLineLog } from './open-line-log.ts';
import { startSchedules } from './schedules/start-schedules.ts';
import { createLambdaApi } from './services/lambda-api.ts';
import { type Engines, startEngines } from './start-engines.ts';
import { startEventSources } from './start-event-sources.ts';
import { startServices } from './start-services.ts';
import { readDeployment } from './template/read-deployment.ts';

export interface BootOptions {
  /** A synthesized cloud assembly. */
  readonly cdkOutDir: string;
  readonly stackName?: string;
  readonly dataDir: string;
  /** Empties the data folder first. */
  readonly fresh?: boolean;
  /** Port of the HTTP API; 0 takes a free one. */
  readonly port: number;
  /** A DynamoDB that runs already. */
  readonly dynamodbUrl?: string;
  /** An SQS that runs already. */
  readonly sqsUrl?: string;
  /** A file inside the project, from which the engine's npm package is found. */
  readonly projectFile: string;
  readonly faults?: FaultInjector;
  /** Variables that every function has besides those of the template. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Most instances of one function at a time. @default as many as the machine has processors, 2 to 4 */
  readonly maxInstances?: number;
  /** Told of each step when it is done. */
  readonly onStep?: (step: string, detail: string) => void;
  /** Told of trouble: a resource that is not run, a call that a role does not allow, an engine that ended. */
  readonly onTrouble?: (what: string, detail: string) => void;
}

/** A stack at work. */
export interface RunningStack {
  readonly deployment: Deployment;
  readonly apiUrl: string;
  readonly dynamodbUrl: string;
  readonly sqsUrl: string;
  readonly lambda: Lambda;
  /** Where the mails are shown that were caught. */
  readonly mailsUrl: string;
  /** The value of a secret, by ARN; undefined while it has none. */
  readSecret(arn: string): Promise<string | undefined>;
  /** Runs a schedule now, by its logical id. */
  runSchedule(logicalId: string): Promise<void>;
  /** Stops everything; what was accepted is kept. */
  stop(): Promise<void>;
}

/** What boot's steps work with. Each part that runs leaves in `stops` how to stop it. */
interface Booting {
  readonly options: BootOptions;
  readonly deployment: Deployment;
  readonly apiPort: number;
  readonly gatePort: number;
  readonly stops: (() => unknown)[];
  readonly step: (step: string, detail: string) => void;
  readonly trouble: (what: string, detail: string) => void;
}

/**
 * Boots a stack from its synthesized template.
 *
 * @throws an error of one clear line if something that it needs is missing; what was started by then is stopped
 */
export async function boot(options: BootOptions): Promise<RunningStack> {
  const apiPort = await findFreePort(options.port);
  const stops: (() => unknown)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopAll(stops);
    return stopped;
  };
  try {
    const booting = await prepare(options, apiPort, stops);
    openDataFolder(options.dataDir, options.fresh ?? false);
    stops.push(() => closeDataFolder(options.dataDir));
    return { ...(await startAll(booting)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stopAll(stops: (() => unknown)[]): Promise<void> {
  for (const stopPart of stops.reverse()) await stopPart();
}

async function prepare(options: BootOptions, apiPort: number, stops: (() => unknown)[]): Promise<Booting> {
  const { onStep: step = () => undefined, onTrouble: trouble = () => undefined, stackName } = options;
  // Clients of SQS call the address of the queue, which must be the gate's.
  const gatePort = await findFreePort();
  const fromTemplate = readDeployment({
    cdkOutDir: options.cdkOutDir,
    ...(stackName !== undefined && { stackName }),
    apiUrl: `http://127.0.0.1:${apiPort}`,
    queueUrl: (name) => `http://127.0.0.1:${gatePort}/000000000000/${name}`,
  });
  const deployment = withVariables(fromTemplate, options.variables ?? {});
  const { functions, passive, unsupported } = deployment;
  step(
    'template',
    `${deployment.stackName}: ${functions.length} functions; ${passive.length} resources have no effect here`,
  );
  for (const { type, logicalId, why } of unsupported) trouble(`${type} ${logicalId}`, why);
  return { options, deployment, apiPort, gatePort, stops, step, trouble };
}

function withVariables(deployment: Deployment, variables: Readonly<Record<string, string>>): Deployment {
  const functions = deployment.functions.map((spec) => ({
    ...spec,
    environment: { ...spec.environment, ...variables },
  }));
  return { ...deployment, functions };
}

async function startAll(booting: Booting): Promise<Omit<RunningStack, 'stop'>> {
  const { options, deployment, stops, step, trouble } = booting;
  const engines = await startEngines(options, deployment, stops);
  step('engines', `DynamoDB: ${engines.dynamodb.engine}, SQS: ${engines.queues.what}`);
  const services = startServices(deployment, options.dataDir, (arn, event) =>
    deliver(arn, JSON.stringify(event)),
  );
  stops.push(() => services.eventBridge.close());
  const mailPages = await startMailPages(services.mailbox);
  stops.push(() => mailPages.close());
  const lambdaApi = createLambdaApi((...call) => lambda.invoke(...call), trouble);
  const gate = await startGuard(booting, engines, { ...services, lambda: lambdaApi });
  const lambda = startLambda(booting, gate);
  const deliver = async (arn: string, body: string): Promise<void> => {
    if (arn.startsWith('arn:aws:sqs:')) return engines.queues.send(arn, body);
    const result = await lambda.invoke(arn, body, { kind: 'event' });
    if (!result.ok) throw new Error(result.error.errorMessage);
  };
  step('permissions', 'each AWS call of a function passes the role that the template gives it');
  const { customResources: resources } = deployment;
  await runCustomResources({ ...deployment, resources, invoke: lambda.invoke, dataDir: options.dataDir });
  step('set-up', `${resources.length} custom resource`);
  const sources = await startEventSources({
    deployment,
    dataDir: options.dataDir,
    dynamodbUrl: engines.dynamodb.url,
    engineStreams: engines.streams,
    queues: engines.queues,
    authorize: gate.authorize,
    invoke: lambda.invoke,
    onError: (what, error) => trouble(what, String(error)),
  });
  stops.push(() => sources.stop(2_000));
  const runSchedule = startClock(booting, engines, gate, lambda);
  const { mappings, busRules, schedules } = deployment;
  step(
    'triggers',
    `${mappings.length} event sources, ${busRules.length} bus rules, ${schedules.length} schedules`,
  );
  const apiUrl = await startApi(booting, lambda);
  step('HTTP API', apiUrl);
  const { readSecret } = services;
  const { url: sqsUrl } = engines.queues;
  const { url: mailsUrl } = mailPages;
  const { url: dynamodbUrl } = engines.dynamodb;
  return { deployment, apiUrl, mailsUrl, dynamodbUrl, sqsUrl, lambda, readSecret, runSchedule };
}

async function startGuard(
  booting: Booting,
  engines: Engines,
  services: GateOptions['services'],
): Promise<Gate> {
  const { options, deployment, gatePort, stops, trouble } = booting;
  const principals = deployment.functions.map(
    ({ name, roleArn }) => [accessKeyFor(name), { roleArn, functionName: name }] as const,
  );
  const gate = await startGate({
    port: gatePort,
    deployment,
    backends: { dynamodb: engines.dynamodb.url, sqs: engines.queues.url },
    streams: engines.streams,
    services,
    principals: new Map(principals),
    ...(options.faults && { faults: options.faults }),
    onDenied: ({ principal, action, resource }) =>
      trouble(principal.functionName, `its role does not allow ${action} on ${resource}`),
  });
  stops.push(() => gate.close());
  return gate;
}

/**
 * More than one of a function, so that calls meet as they do in AWS, and one more than there are processors, as calls
 * mostly wait; in all not more than its memory is to hold, at about 20 MB each.
 */
function instancesForMachine(): { maxInstances: number; maxInstancesInAll: number } {
  const processors = Math.min(4, Math.max(2, availableParallelism()));
  return { maxInstances: processors + 1, maxInstancesInAll: 6 + 4 * processors };
}

/**
 * A function that several queues call has instances for all that they call at once: in AWS the calls for one queue don't
 * wait for those of another.
 */
function ownInstancesOf({ mappings }: Deployment, functionArn: string): number {
  const queues = mappings
    .filter((one) => one.kind === 'sqs')
    .filter((one) => one.functionArn === functionArn);
  if (queues.length < 2) return 1;
  return queues.reduce((sum, { maximumConcurrency = 1 }) => sum + maximumConcurrency, 0);
}

function startLambda({ options, deployment, stops }: Booting, gate: Gate): Lambda {
  const logs = openFunctionLogs(join(options.dataDir, 'logs'));
  stops.push(() => logs.close());
  const lambda = createLambda({
    functions: deployment.functions,
    gateUrl: gate.url,
    accessKeyFor,
    log: logs.log,
    ...instancesForMachine(),
    ownInstances: (arn) => ownInstancesOf(deployment, arn),
    ...(options.maxInstances !== undefined && { maxInstances: options.maxInstances }),
  });
  stops.push(() => lambda.close());
  return lambda;
}

function startClock(
  booting: Booting,
  engines: Engines,
  gate: Gate,
  lambda: Lambda,
): RunningStack['runSchedule'] {
  const schedules = startSchedules({
    schedules: booting.deployment.schedules,
    invoke: lambda.invoke,
    sendMessage: engines.queues.send,
    authorize: gate.authorize,
    functionDeadLetters: (arn) =>
      booting.deployment.functions.find((spec) => spec.arn === arn)?.deadLetterArn,
    onFailed: (schedule, reason) => booting.trouble(schedule.name, reason),
  });
  booting.stops.push(() => schedules.stop(1_000));
  return (logicalId) => schedules.runNow(logicalId);
}

async function startApi({ options, deployment, apiPort, stops }: Booting, lambda: Lambda): Promise<string> {
  const [api, ...others] = deployment.httpApis;
  if (api === undefined || others.length > 0) throw new Error('The template must have one HTTP API');
  const logDir = join(options.dataDir, 'logs');
  mkdirSync(logDir, { recursive: true });
  const accessLog = openLineLog(join(logDir, 'api-access.log'));
  stops.push(() => accessLog.close());
  const server = await startHttpApi({
    api,
    port: apiPort,
    accountId: deployment.accountId,
    region: deployment.region,
    invoke: lambda.invoke,
    accessLog: accessLog.write,
  });
  stops.push(() => server.close());
  return server.url;
}
