import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import {
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PolicyStatement } from '../../../local/deployment.ts';
import { accessKeyFor, ROOT_ACCESS_KEY } from '../../../local/gate/access-keys.ts';
import { callLambda } from '../../../shared/runtime/hooks/call-lambda.ts';
import { FUNCTION_ARN, openGate, PLACE, QUEUE_ARN, SECRET_ARN, TABLE_ARN } from './gate-fixture.ts';

const allow = (
  Action: string | string[],
  Resource: string | string[],
  rest: Partial<PolicyStatement> = {},
): PolicyStatement => ({ Effect: 'Allow', Action, Resource, ...rest });

const GRANTS: Record<string, PolicyStatement[]> = {
  nobody: [],
  reader: [allow(['dynamodb:GetItem', 'dynamodb:Query'], TABLE_ARN)],
  writer: [
    allow(['dynamodb:*Item', 'dynamodb:Query', 'dynamodb:Scan'], [TABLE_ARN, `${TABLE_ARN}/index/*`]),
    { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: '*' },
  ],
  users: [
    allow(
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
      ],
      [TABLE_ARN, `${TABLE_ARN}/index/*`],
      {
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['USER#*'] } },
      },
    ),
  ],
  counter: [
    allow('dynamodb:UpdateItem', TABLE_ARN, {
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'clicks'] } },
    }),
    allow('dynamodb:PutItem', TABLE_ARN, {
      Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] } },
    }),
  ],
  tail: [
    allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'],
      `${TABLE_ARN}/stream/*`,
    ),
  ],
  sender: [allow('sqs:SendMessage', QUEUE_ARN)],
  caller: [
    allow('lambda:InvokeFunction', [`${FUNCTION_ARN}echo`, `${FUNCTION_ARN}broken`, `${FUNCTION_ARN}gone`]),
  ],
  keys: [allow('secretsmanager:GetSecretValue', SECRET_ARN)],
  publisher: [
    allow('events:PutEvents', `arn:aws:events:${PLACE}:event-bus/default`, {
      Condition: { StringEquals: { 'events:source': 'plusone' } },
    }),
  ],
};

let open: Awaited<ReturnType<typeof openGate>>;
beforeAll(async () => {
  open = await openGate(GRANTS);
});
afterAll(() => open.close());
afterEach(() => {
  open.fault.inject = undefined;
});

const TableName = 'Main';
const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'a' } });
const put = (pk: string, more = {}) => new PutItemCommand({ TableName, Item: { ...keyOf(pk), ...more } });
const get = (pk: string) => new GetItemCommand({ TableName, Key: keyOf(pk) });
const query = (pk: string, more = {}) =>
  new QueryCommand({
    TableName,
    KeyConditionExpression: '#k = :pk AND begins_with(sk, :s)',
    ExpressionAttributeNames: { '#k': 'pk' },
    ExpressionAttributeValues: { ':pk': { S: pk }, ':s': { S: 'a' } },
    ...more,
  });
const transactPut = (...pks: string[]) =>
  new TransactWriteItemsCommand({
    TransactItems: pks.map((pk) => ({ Put: { TableName, Item: keyOf(pk) } })),
  });

const deniedOf = (who: string, action: string, resource: string) =>
  `User: arn:aws:sts::000000000000:assumed-role/${who}-role/${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

describe('who calls', () => {
  it('is told apart by access key, and nobody else gets in', async () => {
    await expect(open.withKey('AKIASTRANGER').dynamodb.send(get('a'))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      $metadata: { httpStatusCode: 400 },
    });
    const bare = await fetch(open.gate.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      body: '{}',
    });
    expect(await bare.json()).toMatchObject({
      __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
    });
  });

  it('may do everything as a local tool', async () => {
    const { TableNames } = await open.withKey(ROOT_ACCESS_KEY).dynamodb.send(new ListTablesCommand({}));
    expect(TableNames).toEqual(['Main']);
  });
});

describe('DynamoDB', () => {
  it('does what is granted', async () => {
    await open.as('writer').dynamodb.send(put('USER#1', { code: { S: 'X' } }));
    expect((await open.as('reader').dynamodb.send(get('USER#1'))).Item).toMatchObject({ code: { S: 'X' } });
    expect((await open.as('writer').dynamodb.send(query('USER#1'))).Count).toBe(1);
  });

  it("refuses the rest in AWS's words", async () => {
    await expect(open.as('reader').dynamodb.send(put('a'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: deniedOf('reader', 'dynamodb:PutItem', TABLE_ARN),
      $metadata: { httpStatusCode: 400 },
    });
    expect(open.denials.at(-1)).toMatchObject({
      principal: { functionName: 'reader' },
      action: 'dynamodb:PutItem',
      because: 'implicit-deny',
    });
  });

  it('tells an explicit deny apart', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Delete: { TableName, Key: keyOf('a') } }],
    });
    await expect(open.as('writer').dynamodb.send(transaction)).rejects.toThrow(
      `is not authorized to perform: dynamodb:DeleteItem on resource: ${TABLE_ARN} with an explicit deny in an identity-based policy`,
    );
  });

  it('checks each item of a transaction by its own action', async () => {
    await open.as('writer').dynamodb.send(transactPut('t1', 't2'));
    await expect(open.as('reader').dynamodb.send(transactPut('t1'))).rejects.toThrow(
      deniedOf('reader', 'dynamodb:PutItem', TABLE_ARN),
    );
    const check = {
      ConditionCheck: { TableName, Key: keyOf('t1'), ConditionExpression: 'attribute_exists(pk)' },
    };
    await expect(
      open.as('reader').dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [check] })),
    ).rejects.toThrow('dynamodb:ConditionCheckItem');
  });

  it('checks batches by themselves', async () => {
    const write = new BatchWriteItemCommand({
      RequestItems: { Main: [{ PutRequest: { Item: keyOf('USER#b') } }] },
    });
    await open.as('users').dynamodb.send(write);
    await open.as('writer').dynamodb.send(write);
    await expect(open.as('reader').dynamodb.send(write)).rejects.toThrow(
      deniedOf('reader', 'dynamodb:BatchWriteItem', TABLE_ARN),
    );
  });

  it('checks a query of an index on the index', async () => {
    const byCode = new QueryCommand({
      TableName,
      IndexName: 'byCode',
      KeyConditionExpression: 'code = :c',
      ExpressionAttributeValues: { ':c': { S: 'X' } },
    });
    expect((await open.as('writer').dynamodb.send(byCode)).Count).toBe(1);
    await expect(open.as('reader').dynamodb.send(byCode)).rejects.toThrow(
      deniedOf('reader', 'dynamodb:Query', `${TABLE_ARN}/index/byCode`),
    );
  });

  it('holds leading keys against the policy', async () => {
    const { dynamodb } = open.as('users');
    await dynamodb.send(put('USER#1'));
    await dynamodb.send(query('USER#1'));
    await dynamodb.send(transactPut('USER#1', 'USER#2'));
    const byCode = new QueryCommand({
      TableName,
      IndexName: 'byCode',
      KeyConditionExpression: ':c = code',
      ExpressionAttributeValues: { ':c': { S: 'USER#1' } },
    });
    await dynamodb.send(byCode);
    const batch = (...pks: string[]) =>
      new BatchGetItemCommand({ RequestItems: { Main: { Keys: pks.map(keyOf) } } });
    await dynamodb.send(batch('USER#1', 'USER#2'));
    const AccessDenied = { name: 'AccessDeniedException' };
    await expect(dynamodb.send(put('REWARD#1'))).rejects.toMatchObject(AccessDenied);
    await expect(dynamodb.send(get('REWARD#1'))).rejects.toMatchObject(AccessDenied);
    await expect(dynamodb.send(query('REWARD#1'))).rejects.toMatchObject(AccessDenied);
    await expect(dynamodb.send(transactPut('USER#1', 'REWARD#1'))).rejects.toMatchObject(AccessDenied);
    await expect(dynamodb.send(batch('USER#1', 'REWARD#1'))).rejects.toMatchObject(AccessDenied);
    await expect(dynamodb.send(new ScanCommand({ TableName }))).rejects.toMatchObject(AccessDenied);
  });

  it('holds attributes and the enclosing operation against the policy', async () => {
    const { dynamodb } = open.as('counter');
    const update = (expression: string) =>
      new UpdateItemCommand({
        TableName,
        Key: keyOf('c'),
        UpdateExpression: expression,
        ExpressionAttributeNames: { '#n': 'clicks' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      });
    await dynamodb.send(update('SET #n = if_not_exists(#n, :one)'));
    await expect(dynamodb.send(update('SET #n = :one, balance = :one'))).rejects.toThrow(
      'dynamodb:UpdateItem',
    );
    await dynamodb.send(transactPut('c'));
    await expect(dynamodb.send(put('c'))).rejects.toThrow('dynamodb:PutItem');
  });

  it('passes on what the engine answers, errors too', async () => {
    const conditional = new PutItemCommand({
      TableName,
      Item: keyOf('USER#1'),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(open.as('writer').dynamodb.send(conditional)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  it('refuses PartiQL and too long transactions', async () => {
    const statement = new ExecuteStatementCommand({ Statement: 'SELECT * FROM Main' });
    await expect(open.withKey(ROOT_ACCESS_KEY).dynamodb.send(statement)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: 'DynamoDB ExecuteStatement is not run here',
    });
    const pks = Array.from({ length: 101 }, (_, index) => `p${index}`);
    await expect(open.as('writer').dynamodb.send(transactPut(...pks))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('takes large items and refuses a request past 16 MB', async () => {
    await open.as('writer').dynamodb.send(put('big', { text: { S: 'x'.repeat(390_000) } }));
    const tooLarge = put('huge', { text: { S: 'x'.repeat(17 * 1024 * 1024) } });
    await expect(open.as('writer').dynamodb.send(tooLarge)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 413 },
    });
  });

  it('reads its streams for who may', async () => {
    const { streams } = open.as('tail');
    const StreamArn = open.streamArn;
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records?.length).toBeGreaterThan(0);
    const denied = open.as('reader').streams.send(new GetRecordsCommand({ ShardIterator }));
    await expect(denied).rejects.toThrow(
      deniedOf('reader', 'dynamodb:GetRecords', `${TABLE_ARN}/stream/template`),
    );
  });
});

describe('SQS', () => {
  const QueueUrl = 'http://127.0.0.1:1/000000000000/jobs';

  it('checks a batch as its single call, and passes it on as it came, in the name of local tools', async () => {
    const Entries = [{ Id: '1', MessageBody: 'hi' }];
    await open.as('sender').sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(open.sqs.calls.at(-1)).toEqual({
      target: 'AmazonSQS.SendMessageBatch',
      accessKey: ROOT_ACCESS_KEY,
      body: { QueueUrl, Entries },
    });
  });

  it('refuses in its own manner: status 403, the old code, the action in small letters', async () => {
    const receive = open.as('sender').sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    await expect(receive).rejects.toMatchObject({
      name: 'AccessDenied',
      message: deniedOf('sender', 'sqs:receivemessage', QUEUE_ARN),
      $metadata: { httpStatusCode: 403 },
    });
    const other = new SendMessageCommand({ QueueUrl: `${QueueUrl}-other`, MessageBody: 'x' });
    await expect(open.as('sender').sqs.send(other)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(open.as('sender').sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).rejects.toThrow(
      'sqs:getqueueurl',
    );
  });
});

describe('services of the process itself', () => {
  it('gives secrets to who may read them', async () => {
    const value = await open.as('keys').secrets.send(new GetSecretValueCommand({ SecretId: 'App-Keys' }));
    expect(value).toMatchObject({ SecretString: 'first', ARN: SECRET_ARN });
    expect(value.CreatedDate).toBeInstanceOf(Date);
    const change = new PutSecretValueCommand({ SecretId: SECRET_ARN, SecretString: 'x' });
    await expect(open.as('keys').secrets.send(change)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: deniedOf('keys', 'secretsmanager:PutSecretValue', SECRET_ARN),
    });
    const missing = new GetSecretValueCommand({ SecretId: 'Nope' });
    await expect(open.withKey(ROOT_ACCESS_KEY).secrets.send(missing)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('takes events of who may put them, within the limits', async () => {
    const entry = { Source: 'plusone', DetailType: 'x', Detail: '{}' };
    const send = (...Entries: (typeof entry)[]) =>
      open.as('publisher').events.send(new PutEventsCommand({ Entries }));
    expect(await send(entry, { ...entry, Detail: '[' })).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: 'id' }, { ErrorCode: 'MalformedDetail' }],
    });
    await expect(send({ ...entry, Source: 'other' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(send(...Array.from({ length: 11 }, () => entry))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(send({ ...entry, Detail: JSON.stringify('x'.repeat(256 * 1024)) })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('names what it does not run', async () => {
    const headers = { 'x-amz-target': 'Kinesis_20131202.PutRecord' };
    const answer = await fetch(open.gate.url, { method: 'POST', headers, body: '{}' });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      {
        __type: 'com.amazon.coral.service#UnknownOperationException',
        message: 'Kinesis_20131202.PutRecord is not run here',
      },
    ]);
    const rest = await fetch(`${open.gate.url}/bucket/key`);
    expect(await rest.json()).toMatchObject({ message: 'GET /bucket/key is not run here' });
  });
});

describe('pollers', () => {
  it('are held to the role in whose name they act', () => {
    const role = (name: string) => `arn:aws:iam::000000000000:role/${name}-role`;
    const { authorize } = open.gate;
    expect(authorize(role('tail'), 'dynamodb:GetRecords', `${TABLE_ARN}/stream/template`).allowed).toBe(true);
    expect(authorize(role('nobody'), 'sqs:ReceiveMessage', QUEUE_ARN)).toMatchObject({
      allowed: false,
      because: 'implicit-deny',
    });
    expect(authorize('arn:aws:iam::000000000000:role/unknown', 'sqs:ReceiveMessage', QUEUE_ARN).allowed).toBe(
      false,
    );
  });
});

describe('faults', () => {
  it('throttle', async () => {
    open.fault.inject = () => ({ throttle: true });
    await expect(open.as('reader').dynamodb.send(get('a'))).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    const QueueUrl = 'http://127.0.0.1:1/000000000000/jobs';
    await expect(
      open.as('sender').sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })),
    ).rejects.toMatchObject({ name: 'RequestThrottled' });
    await expect(
      open.as('keys').secrets.send(new GetSecretValueCommand({ SecretId: 'App-Keys' })),
    ).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('conflict, alone and in a transaction, and leave nothing behind', async () => {
    open.fault.inject = () => ({ conflict: true });
    await expect(open.as('writer').dynamodb.send(put('conflict'))).rejects.toMatchObject({
      name: 'TransactionConflictException',
    });
    await expect(open.as('writer').dynamodb.send(transactPut('conflict', 'other'))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    expect((await open.as('reader').dynamodb.send(get('conflict'))).Item).toBeUndefined();
  });

  it('delay', async () => {
    open.fault.inject = () => ({ delayMs: 60 });
    const started = performance.now();
    await open.as('reader').dynamodb.send(get('a'));
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
  });

  it('drop the answer of a call that was carried out', async () => {
    open.fault.inject = ({ action, principal }) =>
      action === 'dynamodb:PutItem' && principal?.functionName === 'writer'
        ? { dropAnswer: true }
        : undefined;
    await expect(open.as('writer').dynamodb.send(put('dropped'))).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect((await open.as('reader').dynamodb.send(get('dropped'))).Item).toMatchObject(keyOf('dropped'));
  });

  it('befall nobody who is refused', async () => {
    let asked = 0;
    open.fault.inject = () => {
      asked++;
      return undefined;
    };
    await expect(open.as('nobody').dynamodb.send(get('a'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(asked).toBe(0);
  });
});

describe('a backend that is gone', () => {
  it('is an error of the server, not a hang', async () => {
    const gone = await openGate(GRANTS);
    await gone.sqs.stop();
    const send = new SendMessageCommand({ QueueUrl: 'http://127.0.0.1:1/0/jobs', MessageBody: 'x' });
    await expect(gone.as('sender').sqs.send(send)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    });
    await gone.close();
  });
});

describe('Lambda', () => {
  const invoke = async (who: string, name: string, type?: string) => {
    const answer = await fetch(
      `${open.gate.url}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      {
        method: 'POST',
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyFor(who)}/20261121/us-east-1/lambda/aws4_request`,
          ...(type && { 'x-amz-invocation-type': type }),
        },
        body: '[1,"two"]',
      },
    );
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  it('calls a function by its ARN or name, and gives back what it returns', async () => {
    for (const name of [`${FUNCTION_ARN}echo`, 'echo']) {
      const { status, headers, text } = await invoke('caller', name);
      expect([status, headers.get('x-amz-function-error'), text]).toEqual([200, null, '[1,"two"]']);
    }
    expect(open.invoked.at(-1)).toEqual({
      arn: `${FUNCTION_ARN}echo`,
      payload: '[1,"two"]',
      kind: 'request',
    });
  });

  it('tells what a function threw', async () => {
    const { status, headers, text } = await invoke('caller', 'broken');
    expect([status, headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(text)).toEqual({ errorType: 'TypeError', errorMessage: 'x is not a function' });
  });

  it('does not wait for an event, and tells whom it failed', async () => {
    expect(await invoke('caller', 'echo', 'Event')).toMatchObject({ status: 202, text: '' });
    expect(open.invoked.at(-1)?.kind).toBe('event');
    expect(await invoke('caller', 'gone', 'Event')).toMatchObject({ status: 202 });
    expect(open.failed).toEqual([`${FUNCTION_ARN}gone Function not found: ${FUNCTION_ARN}gone`]);
  });

  it('knows no other functions', async () => {
    const { status, headers } = await invoke('caller', 'gone');
    expect([status, headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException']);
  });

  it('refuses who may not call it, by version or alias as well', async () => {
    const calls = open.invoked.length;
    for (const [who, name] of [
      ['nobody', 'echo'],
      ['caller', 'other'],
      ['caller', `${FUNCTION_ARN}echo:live`],
    ] as const) {
      const { status, headers, text } = await invoke(who, name);
      expect([status, headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
      expect(text).toContain('is not authorized to perform: lambda:InvokeFunction on resource: ');
    }
    expect(open.denials.at(-1)).toMatchObject({
      action: 'lambda:InvokeFunction',
      resource: `${FUNCTION_ARN}echo:live`,
    });
    expect(open.invoked).toHaveLength(calls);
  });

  it('is called so by what asks hooks', async () => {
    const credentials = { AWS_ACCESS_KEY_ID: accessKeyFor('caller'), AWS_SECRET_ACCESS_KEY: 'x' };
    for (const [name, value] of Object.entries({ AWS_ENDPOINT_URL: open.gate.url, ...credentials })) {
      vi.stubEnv(name, value);
    }
    const call = { kind: 'validation' as const, id: 'hook_1', body: '{"a":1}', timeoutMs: 2_000 };
    expect(await callLambda(`${FUNCTION_ARN}echo`, call)).toEqual({ body: '{"a":1}' });
    expect(await callLambda(`${FUNCTION_ARN}broken`, call)).toEqual({ because: 'failed', again: true });
    expect(await callLambda(`${FUNCTION_ARN}other`, call)).toEqual({ because: 'not_granted', again: false });
    vi.unstubAllEnvs();
  });
});
