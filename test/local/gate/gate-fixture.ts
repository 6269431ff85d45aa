import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Deployment, PolicyStatement, TableSpec } from '../../../local/deployment.ts';
import { createTable } from '../../../local/engines/create-table.ts';
import { findDynamodbEngine } from '../../../local/engines/find-dynamodb-engine.ts';
import { startDynamodb } from '../../../local/engines/start-dynamodb.ts';
import { accessKeyFor, readAccessKey } from '../../../local/gate/access-keys.ts';
import type { Principal } from '../../../local/gate/authorize.ts';
import type { FaultInjector } from '../../../local/gate/inject-fault.ts';
import { type Denial, startGate } from '../../../local/gate/start-gate.ts';
import { failedFunction, type InvokeResult, refusedCall } from '../../../local/lambda/invoke-result.ts';
import { createEventBridge } from '../../../local/services/event-bridge.ts';
import { createLambdaApi } from '../../../local/services/lambda-api.ts';
import { openMailbox } from '../../../local/services/mailbox.ts';
import { createSecretsManager } from '../../../local/services/secrets-manager.ts';

export const PLACE = 'us-east-1:000000000000';
export const TABLE_ARN = `arn:aws:dynamodb:${PLACE}:table/Main`;
export const QUEUE_ARN = `arn:aws:sqs:${PLACE}:jobs`;
export const FUNCTION_ARN = `arn:aws:lambda:${PLACE}:function:`;
export const SECRET_ARN = `arn:aws:secretsmanager:${PLACE}:secret:App-Keys-abc123`;

const TABLE: TableSpec = {
  logicalId: 'Table',
  name: 'Main',
  arn: TABLE_ARN,
  streamArn: `${TABLE_ARN}/stream/template`,
  createTable: {
    TableName: 'Main',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'code'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCode',
        KeySchema: [{ AttributeName: 'code', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  },
};

const createDeployment = (grants: Readonly<Record<string, readonly PolicyStatement[]>>): Deployment => ({
  stackName: 'App',
  region: 'us-east-1',
  accountId: '000000000000',
  tables: [TABLE],
  secrets: [{ logicalId: 'Keys', name: 'App-Keys', arn: SECRET_ARN, value: 'first' }],
  roles: Object.entries(grants).map(([name, Statement]) => ({
    logicalId: name,
    arn: `arn:aws:iam::000000000000:role/${name}-role`,
    policies: [{ Version: '2012-10-17', Statement }],
  })),
  queues: [],
  functions: [],
  mappings: [],
  httpApis: [],
  schedules: [],
  buses: [],
  busRules: [],
  customResources: [],
  outputs: {},
  passive: [],
  unsupported: [],
});

/** Answers every call with what it was asked, in the manner of SQS. */
const startStubSqs = async () => {
  const calls: { target: string; accessKey: string | undefined; body: unknown }[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    calls.push({
      target: String(incoming.headers['x-amz-target']),
      accessKey: readAccessKey(incoming.headers.authorization),
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      .end('{"MessageId":"m1","Successful":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, calls, stop };
};

/** The functions of the fixture: one gives back what it gets, one throws, and there is no other. */
const answerInvoke = (arn: string, payload: string): InvokeResult => {
  const requestId = 'request';
  if (arn === `${FUNCTION_ARN}echo`) return { ok: true, requestId, payload };
  if (arn === `${FUNCTION_ARN}broken`) {
    return { ok: false, requestId, error: failedFunction('TypeError', 'x is not a function') };
  }
  const message = `Function not found: ${arn}`;
  return { ok: false, requestId, error: refusedCall(404, 'ResourceNotFoundException', message) };
};

/** A gate in front of a real DynamoDB engine; each function has the role of its name with the statements given. */
export const openGate = async (grants: Readonly<Record<string, readonly PolicyStatement[]>>) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plusone-gate-'));
  const engine = await findDynamodbEngine({ environment: process.env, from: import.meta.filename });
  const dynamodb = await startDynamodb({ engine, dataDir });
  const { streamArn = '' } = await createTable(dynamodb.url, TABLE);
  const sqs = await startStubSqs();
  const deployment = createDeployment(grants);
  const denials: Denial[] = [];
  const fault: { inject?: FaultInjector | undefined } = {};
  const random = { randomBytes: (length: number) => new Uint8Array(length), now: () => 0, newId: () => 'id' };
  const mailbox = openMailbox({ file: join(dataDir, 'mails.jsonl'), ...random });
  const eventBridge = createEventBridge({
    ...deployment,
    ...random,
    rules: [],
    logFolder: dataDir,
    deliver: async () => undefined,
  });
  const secretsManager = createSecretsManager({
    secrets: deployment.secrets,
    file: join(dataDir, 'secrets.json'),
    ...random,
  });
  const invoked: { arn: string; payload: string; kind: string }[] = [];
  const failed: string[] = [];
  const lambda = createLambdaApi(
    async (arn, payload, { kind = 'request' } = {}) => {
      invoked.push({ arn, payload, kind });
      return answerInvoke(arn, payload);
    },
    (arn, reason) => failed.push(`${arn} ${reason}`),
  );
  const principals = new Map<string, Principal>(
    deployment.roles.map(({ arn, logicalId }) => [
      accessKeyFor(logicalId),
      { roleArn: arn, functionName: logicalId },
    ]),
  );
  const gate = await startGate({
    port: 0,
    deployment,
    backends: { dynamodb: dynamodb.url, sqs: sqs.url },
    services: { secretsManager, eventBridge, mailbox, lambda },
    principals,
    faults: (call) => fault.inject?.(call),
    onDenied: (denial) => denials.push(denial),
  });
  const clientsOf = (accessKeyId: string) => {
    const config = {
      endpoint: gate.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey: 'x' },
      maxAttempts: 1,
    };
    return {
      dynamodb: new DynamoDBClient(config),
      streams: new DynamoDBStreamsClient(config),
      sqs: new SQSClient({ ...config, md5: false }),
      secrets: new SecretsManagerClient(config),
      events: new EventBridgeClient(config),
    };
  };
  return {
    gate,
    sqs,
    fault,
    denials,
    invoked,
    failed,
    streamArn,
    engineUrl: dynamodb.url,
    as: (functionName: string) => clientsOf(accessKeyFor(functionName)),
    withKey: clientsOf,
    close: async () => {
      await gate.close();
      await sqs.stop();
      await dynamodb.stop();
    },
  };
};
