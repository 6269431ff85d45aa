import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App,
  aws_apigatewayv2 as apigateway,
  aws_apigatewayv2_authorizers as authorizers,
  CustomResource,
  Duration,
  aws_dynamodb as dynamodb,
  aws_events as events,
  aws_iam as iam,
  aws_apigatewayv2_integrations as integrations,
  aws_lambda as lambda,
  Stack,
  aws_scheduler as scheduler,
  aws_scheduler_targets as schedulerTargets,
  aws_secretsmanager as secretsmanager,
  aws_lambda_event_sources as sources,
  aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../../local/deployment.ts';
import { readDeployment } from '../../../local/template/read-deployment.ts';

const ARN = 'us-east-1:000000000000';

const addTable = (stack: Stack) =>
  new dynamodb.TableV2(stack, 'Table', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    timeToLiveAttribute: 'expiresAt',
    globalSecondaryIndexes: [
      { indexName: 'byCode', partitionKey: { name: 'code', type: dynamodb.AttributeType.STRING } },
    ],
  });

const addFunction = (stack: Stack, table: dynamodb.TableV2, deadLetters: sqs.Queue, jobs: sqs.Queue) => {
  const code = mkdtempSync(join(tmpdir(), 'plusone-code-'));
  writeFileSync(join(code, 'index.js'), 'exports.handler = async () => ({});');
  const worker = new lambda.Function(stack, 'Worker', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(code),
    environment: { TABLE: table.tableName, JOBS: jobs.queueUrl },
    timeout: Duration.seconds(20),
    memorySize: 512,
    reservedConcurrentExecutions: 7,
    tracing: lambda.Tracing.ACTIVE,
  });
  table.grantReadData(worker);
  worker.addEventSource(
    new sources.SqsEventSource(jobs, {
      batchSize: 25,
      maxConcurrency: 5,
      reportBatchItemFailures: true,
      maxBatchingWindow: Duration.seconds(1),
    }),
  );
  worker.addEventSource(
    new sources.DynamoEventSource(table as dynamodb.ITable, {
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual('INSERT') })],
      onFailure: new sources.SqsDlq(deadLetters),
      bisectBatchOnError: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(1),
      parallelizationFactor: 2,
    }),
  );
  return worker;
};

const addApi = (stack: Stack, worker: lambda.Function) => {
  const api = new apigateway.HttpApi(stack, 'Api', {
    corsPreflight: {
      allowOrigins: ['*'],
      allowMethods: [apigateway.CorsHttpMethod.GET],
      maxAge: Duration.minutes(1),
    },
    createDefaultStage: false,
  });
  const stage = api.addStage('Live', { autoDeploy: true, throttle: { rateLimit: 100, burstLimit: 50 } });
  const cfn = stage.node.defaultChild as apigateway.CfnStage;
  cfn.accessLogSettings = {
    destinationArn: 'arn:aws:logs:us-east-1:0:log-group:a',
    format: '{"id":"$context.requestId"}',
  };
  const authorizer = new authorizers.HttpLambdaAuthorizer('Guard', worker, {
    responseTypes: [authorizers.HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: Duration.seconds(60),
  });
  const integration = new integrations.HttpLambdaIntegration('Proxy', worker, {
    timeout: Duration.seconds(10),
  });
  api.addRoutes({ path: '/r/{code}', methods: [apigateway.HttpMethod.GET], integration });
  api.addRoutes({ path: '/v1/events', methods: [apigateway.HttpMethod.POST], integration, authorizer });
  worker.addEnvironment('API_URL', api.apiEndpoint);
};

const addSchedulesAndRules = (stack: Stack, worker: lambda.Function, deadLetters: sqs.Queue) => {
  new scheduler.Schedule(stack, 'Hourly', {
    schedule: scheduler.ScheduleExpression.rate(Duration.hours(1)),
    target: new schedulerTargets.LambdaInvoke(worker, {
      input: scheduler.ScheduleTargetInput.fromObject({ a: 1 }),
      deadLetterQueue: deadLetters,
      retryAttempts: 3,
    }),
  });
  new events.Rule(stack, 'Nightly', {
    schedule: events.Schedule.cron({ hour: '3', minute: '0' }),
    targets: [new targets.LambdaFunction(worker)],
  });
  const bus = new events.EventBus(stack, 'Bus');
  new events.Rule(stack, 'OnReward', {
    eventBus: bus,
    eventPattern: { source: ['plusone'], detailType: events.Match.prefix('reward.') },
    targets: [new targets.LambdaFunction(worker, { deadLetterQueue: deadLetters, retryAttempts: 2 })],
  });
  bus.grantPutEventsTo(worker);
};

const synthesize = (): string => {
  const outdir = mkdtempSync(join(tmpdir(), 'plusone-out-'));
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, context: { 'aws:cdk:disable-stack-trace': true } });
  const stack = new Stack(app, 'Plusone');
  const table = addTable(stack);
  const deadLetters = new sqs.Queue(stack, 'DeadLetters', {
    retentionPeriod: Duration.days(14),
    enforceSSL: true,
  });
  const jobs = new sqs.Queue(stack, 'Jobs', {
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    visibilityTimeout: Duration.seconds(120),
  });
  new sqs.Queue(stack, 'Ordered', { fifo: true, contentBasedDeduplication: true });
  const worker = addFunction(stack, table, deadLetters, jobs);
  addApi(stack, worker);
  addSchedulesAndRules(stack, worker, deadLetters);
  new secretsmanager.Secret(stack, 'Keys', {
    generateSecretString: {
      secretStringTemplate: '{"a":1}',
      generateStringKey: 'key',
      passwordLength: 40,
      excludePunctuation: true,
    },
  }).grantRead(worker);
  worker.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['dynamodb:PutItem'],
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['REWARD#*'] } },
    }),
  );
  new CustomResource(stack, 'Seed', {
    serviceToken: worker.functionArn,
    resourceType: 'Custom::Seed',
    properties: { Table: table.tableName },
  });
  app.synth();
  return outdir;
};

let cdkOutDir: string;
let deployment: Deployment;

beforeAll(() => {
  cdkOutDir = synthesize();
  deployment = readDeployment({
    cdkOutDir,
    stackName: 'Plusone',
    apiUrl: 'http://127.0.0.1:4000',
    queueUrl: (name) => `http://127.0.0.1:4001/000000000000/${name}`,
  });
});

describe('readDeployment of an app made with the CDK', () => {
  it('runs all of it', () => {
    expect(deployment.unsupported).toEqual([]);
    expect(deployment.passive.map(({ type }) => type)).toContain('AWS::Lambda::Permission');
  });

  it('makes a table ready to be created', () => {
    const [table] = deployment.tables;
    expect(table).toMatchObject({
      ttlAttribute: 'expiresAt',
      arn: `arn:aws:dynamodb:${ARN}:table/${table?.name}`,
    });
    expect(table?.name).toMatch(/^Plusone-Table/);
    expect(table?.streamArn).toContain(`${table?.arn}/stream/`);
    expect(table?.createTable).toMatchObject({
      TableName: table?.name,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [{ IndexName: 'byCode', Projection: { ProjectionType: 'ALL' } }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  it('gives queues their attributes as SQS takes them', () => {
    const byId = (start: string) => deployment.queues.find(({ logicalId }) => logicalId.startsWith(start));
    expect(byId('Jobs')?.attributes).toEqual({
      VisibilityTimeout: '120',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: byId('DeadLetters')?.arn, maxReceiveCount: 5 }),
    });
    expect(byId('Ordered')).toMatchObject({
      attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' },
    });
    expect(byId('Ordered')?.name).toMatch(/\.fifo$/);
  });

  it('finds the code, role and environment of a function', () => {
    const [worker] = deployment.functions;
    expect(worker).toMatchObject({
      handler: 'index.handler',
      runtime: 'nodejs22.x',
      memoryMb: 512,
      timeoutMs: 20_000,
      reservedConcurrency: 7,
    });
    expect(existsSync(join(worker?.codeDir ?? '', 'index.js'))).toBe(true);
    expect(worker?.environment).toMatchObject({
      TABLE: deployment.tables[0]?.name,
      JOBS: deployment.queues.find(({ logicalId }) => logicalId.startsWith('Jobs'))?.url,
      API_URL: 'http://127.0.0.1:4000',
    });
    expect(deployment.roles.map(({ arn }) => arn)).toContain(worker?.roleArn);
  });

  it('reads event source mappings of queues and streams', () => {
    const functionArn = deployment.functions[0]?.arn;
    expect(deployment.mappings).toMatchObject([
      {
        kind: 'sqs',
        functionArn,
        batchSize: 25,
        batchWindowMs: 1000,
        reportBatchItemFailures: true,
        maximumConcurrency: 5,
        filters: [],
      },
      {
        kind: 'stream',
        functionArn,
        streamArn: deployment.tables[0]?.streamArn,
        startingPosition: 'TRIM_HORIZON',
        batchSize: 100,
        parallelizationFactor: 2,
        bisectOnError: true,
        maximumRetryAttempts: 5,
        maximumRecordAgeMs: 3_600_000,
        reportBatchItemFailures: false,
        onFailureArn: deployment.queues.find(({ logicalId }) => logicalId.startsWith('DeadLetters'))?.arn,
        filters: [{ eventName: ['INSERT'] }],
      },
    ]);
  });

  it('reads the HTTP API with its routes, guard, CORS and stage', () => {
    const functionArn = deployment.functions[0]?.arn;
    expect(deployment.httpApis).toMatchObject([
      {
        name: 'Api',
        cors: { allowOrigins: ['*'], allowMethods: ['GET'], maxAgeSeconds: 60, allowCredentials: false },
        routes: [
          { routeKey: 'GET /r/{code}', functionArn, timeoutMs: 10_000 },
          {
            routeKey: 'POST /v1/events',
            authorizer: {
              name: 'Guard',
              functionArn,
              identitySource: ['$request.header.Authorization'],
              cacheTtlMs: 60_000,
              simpleResponses: true,
            },
          },
        ],
      },
    ]);
    expect(deployment.httpApis[0]?.routes[0]).not.toHaveProperty('authorizer');
  });

  it('reads schedules of both kinds, buses and their rules', () => {
    const deadLetterArn = deployment.queues.find(({ logicalId }) => logicalId.startsWith('DeadLetters'))?.arn;
    const functionArn = deployment.functions[0]?.arn;
    expect(deployment.schedules).toMatchObject([
      {
        expression: 'rate(1 hour)',
        timezone: 'Etc/UTC',
        enabled: true,
        input: '{"a":1}',
        maximumRetryAttempts: 3,
        deadLetterArn,
      },
      { expression: 'cron(0 3 * * ? *)', timezone: 'UTC', enabled: true, targetArn: functionArn },
    ]);
    expect(deployment.busRules).toMatchObject([
      {
        busName: deployment.buses[0]?.name,
        pattern: { source: ['plusone'], 'detail-type': [{ prefix: 'reward.' }] },
        targets: [{ arn: functionArn, deadLetterArn, maximumRetryAttempts: 2 }],
      },
    ]);
  });

  it('reads secrets and custom resources', () => {
    expect(deployment.secrets).toMatchObject([
      { generate: { length: 40, excludePunctuation: true, template: '{"a":1}', key: 'key' } },
    ]);
    expect(deployment.secrets[0]?.arn).toMatch(/:secret:Plusone-Keys\w+-[0-9a-f]{6}$/);
    expect(deployment.customResources).toMatchObject([
      {
        logicalId: 'Seed',
        type: 'Custom::Seed',
        functionArn: deployment.functions[0]?.arn,
        properties: { Table: deployment.tables[0]?.name },
      },
    ]);
  });

  it('collects all that a role is granted, with known managed policies written out', () => {
    const role = deployment.roles.find(({ arn }) => arn === deployment.functions[0]?.roleArn);
    const statements = role?.policies.flatMap(({ Statement }) => Statement) ?? [];
    const actions = statements.flatMap(({ Action }) => Action ?? []);
    expect(actions).toEqual(
      expect.arrayContaining([
        'logs:PutLogEvents',
        'sqs:ReceiveMessage',
        'events:PutEvents',
        'dynamodb:GetItem',
      ]),
    );
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: 'dynamodb:PutItem',
      Resource: deployment.tables[0]?.arn,
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['REWARD#*'] } },
    });
  });

  it('names the stacks that there are if the one asked for is not', () => {
    const options = { cdkOutDir, stackName: 'Other', apiUrl: '', queueUrl: () => '' };
    expect(() => readDeployment(options)).toThrow(
      'Expected one stack named Other in cdk.out, which holds: Plusone',
    );
  });
});
