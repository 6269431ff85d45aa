import type { SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningSqs, startSqs } from '../../../local/sqs/start-sqs.ts';
import { redriveTo } from './support/fake-engine.ts';
import { makeClient } from './support/sqs-client.ts';

let server: RunningSqs;
let client: ReturnType<typeof makeClient>;
let queues = 0;

beforeAll(async () => {
  server = await startSqs({ shuffle: false });
  client = makeClient(server.url);
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

async function open(Attributes: Record<string, string> = {}, suffix = '') {
  const name = `q${++queues}${suffix}`;
  const fifo = suffix === '.fifo' ? { FifoQueue: 'true' } : {};
  const { QueueUrl } = await client.createQueue({ QueueName: name, Attributes: { ...fifo, ...Attributes } });
  const all = await client.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
  return {
    QueueUrl,
    name,
    arn: all.Attributes?.['QueueArn'] ?? '',
    send: (MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
      client.sendMessage({ QueueUrl, MessageBody, ...more }),
    receive: async (
      more: { MaxNumberOfMessages?: number; WaitTimeSeconds?: number; VisibilityTimeout?: number } = {},
    ) => {
      const names = { MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['All'] };
      const answer = await client.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, ...names, ...more });
      return answer.Messages ?? [];
    },
  };
}

it('answers with URLs and ARNs of its own', async () => {
  const queue = await open();
  expect(queue.QueueUrl).toBe(`${server.url}/000000000000/${queue.name}`);
  expect(queue.QueueUrl).toBe(server.queueUrl(queue.name));
  expect(queue.arn).toBe(`arn:aws:sqs:us-east-1:000000000000:${queue.name}`);
  expect((await client.getQueueUrl({ QueueName: queue.name })).QueueUrl).toBe(queue.QueueUrl);
  expect((await client.listQueues({ QueueNamePrefix: queue.name })).QueueUrls).toEqual([queue.QueueUrl]);
});

it('lists queues in pages', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) await client.createQueue({ QueueName: name });
  const first = await client.listQueues({ QueueNamePrefix: 'page-', MaxResults: 2 });
  expect(first.QueueUrls).toHaveLength(2);
  const { NextToken = '' } = first;
  const second = await client.listQueues({ QueueNamePrefix: 'page-', MaxResults: 2, NextToken });
  expect(second.QueueUrls).toEqual([server.queueUrl('page-c')]);
  expect(second.NextToken).toBeUndefined();
});

it('carries body and attributes so that the client can check them', async () => {
  const queue = await open();
  const attributes = {
    s: { DataType: 'String', StringValue: 'väl' },
    n: { DataType: 'Number.int', StringValue: '1' },
    b: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
  };
  const sent = await queue.send('hi é \u2028', { MessageAttributes: attributes });
  const [message] = await queue.receive();
  expect(message?.Body).toBe('hi é \u2028');
  expect(message?.MessageAttributes).toMatchObject(attributes);
  expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  expect(message?.MD5OfBody).toBe(sent.MD5OfMessageBody);
  await client.deleteMessage({ QueueUrl: queue.QueueUrl, ReceiptHandle: message?.ReceiptHandle });
});

it('has a known MD5 for a known attribute', async () => {
  const queue = await open();
  const timestamp = { DataType: 'Number', StringValue: '1493147359900' };
  const sent = await queue.send('x', { MessageAttributes: { timestamp } });
  expect(sent.MD5OfMessageAttributes).toBe('235c5c510d26fb653d073faed50ae77c');
});

it('gives only the attributes that were asked for', async () => {
  const queue = await open({ VisibilityTimeout: '0' });
  const value = { DataType: 'String', StringValue: 'v' };
  await queue.send('x', { MessageAttributes: { 'app.a': value, 'app.b': value, other: value } });
  const { QueueUrl } = queue;
  const [bare] = (await client.receiveMessage({ QueueUrl })).Messages ?? [];
  expect(bare).not.toHaveProperty('Attributes');
  expect(bare).not.toHaveProperty('MessageAttributes');
  const some = { MessageAttributeNames: ['app.*'], MessageSystemAttributeNames: ['SentTimestamp' as const] };
  const [message] = (await client.receiveMessage({ QueueUrl, ...some })).Messages ?? [];
  expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['app.a', 'app.b']);
  expect(Object.keys(message?.Attributes ?? {})).toEqual(['SentTimestamp']);
});

it('names its errors as AWS does', async () => {
  const queue = await open({ VisibilityTimeout: '20' });
  const { QueueUrl, name } = queue;
  await expect(queue.send('x', { QueueUrl: `${QueueUrl}zz` })).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(
    client.createQueue({ QueueName: name, Attributes: { VisibilityTimeout: '21' } }),
  ).rejects.toMatchObject({ name: 'QueueNameExists' });
  await expect(client.deleteMessage({ QueueUrl, ReceiptHandle: 'nope' })).rejects.toMatchObject({
    name: 'ReceiptHandleIsInvalid',
  });
  await expect(queue.receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  await expect(queue.receive({ WaitTimeSeconds: 21 })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  await expect(queue.receive({ VisibilityTimeout: 43_201 })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  await expect(queue.send('x', { DelaySeconds: 901 })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  });
  await expect(queue.send('')).rejects.toMatchObject({ name: 'MissingParameter' });
  await expect(
    client.addPermission({ QueueUrl, Label: 'l', AWSAccountIds: ['1'], Actions: ['*'] }),
  ).rejects.toThrow(/not valid for this endpoint/);
});

it('refuses requests that are no JSON objects', async () => {
  for (const body of ['nonsense', '[]', '{"QueueName":1}']) {
    const headers = { 'x-amz-target': 'AmazonSQS.CreateQueue' };
    const answer = await fetch(server.url, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: 'com.amazonaws.sqs#SerializationException' });
  }
});

it('limits sizes and characters', async () => {
  const queue = await open();
  await queue.send('x'.repeat(1_048_576));
  await expect(queue.send('x'.repeat(1_048_577))).rejects.toThrow(/must be shorter than 1048576 bytes/);
  await expect(queue.send('a\u0001b')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  await queue.send('fine: \t\r\n 😀');
  const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) }));
  await expect(client.sendMessageBatch({ QueueUrl: queue.QueueUrl, Entries })).rejects.toMatchObject({
    name: 'BatchRequestTooLong',
  });
});

it('takes batches of one to ten, and answers each entry apart', async () => {
  const { QueueUrl, receive } = await open();
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Id: `i${index}`, MessageBody: `b${index}` }));
  const sendBatch = (Entries: { Id: string; MessageBody: string }[]) =>
    client.sendMessageBatch({ QueueUrl, Entries });
  await expect(sendBatch(entries(11))).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
  await expect(sendBatch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
  await expect(sendBatch([...entries(1), ...entries(1)])).rejects.toMatchObject({
    name: 'BatchEntryIdsNotDistinct',
  });
  await expect(sendBatch([{ Id: 'a b', MessageBody: 'x' }])).rejects.toMatchObject({
    name: 'InvalidBatchEntryId',
  });
  const mixed = await sendBatch([...entries(9), { Id: 'bad', MessageBody: '\u0000' }]);
  expect(mixed.Successful).toHaveLength(9);
  expect(mixed.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);

  const messages = await receive();
  expect(messages).toHaveLength(9);
  const [first, ...others] = messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
  const shown = await client.changeMessageVisibilityBatch({
    QueueUrl,
    Entries: [
      { ...first!, VisibilityTimeout: 0 },
      { ...first!, Id: 'again', VisibilityTimeout: 0 },
    ],
  });
  expect(shown.Successful).toMatchObject([{ Id: 'm0' }]);
  expect(shown.Failed).toMatchObject([{ Id: 'again', Code: 'AWS.SimpleQueueService.MessageNotInflight' }]);
  const gone = await client.deleteMessageBatch({
    QueueUrl,
    Entries: [...others, { Id: 'bad', ReceiptHandle: 'nope' }],
  });
  expect(gone.Successful).toHaveLength(8);
  expect(gone.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
  expect(await receive()).toHaveLength(1);
});

it('wakes a waiting receive on arrival, and gives a client that hangs up nothing', async () => {
  const queue = await open();
  const hangUp = new AbortController();
  const gone = client.receiveMessage(
    { QueueUrl: queue.QueueUrl, WaitTimeSeconds: 20 },
    { abortSignal: hangUp.signal },
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  hangUp.abort();
  await expect(gone).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const start = Date.now();
  const waiting = queue.receive({ WaitTimeSeconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await queue.send('x');
  expect(await waiting).toHaveLength(1);
  expect(Date.now() - start).toBeLessThan(5000);
});

it('counts messages by state and changes attributes', async () => {
  const { QueueUrl, send, receive } = await open();
  for (const DelaySeconds of [0, 0, 0, 60]) await send('x', { DelaySeconds });
  await receive({ MaxNumberOfMessages: 1 });
  await client.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: '7' } });
  const { Attributes } = await client.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '2',
    ApproximateNumberOfMessagesNotVisible: '1',
    ApproximateNumberOfMessagesDelayed: '1',
    VisibilityTimeout: '7',
    MessageRetentionPeriod: '345600',
  });
  await client.purgeQueue({ QueueUrl });
  expect(await receive()).toEqual([]);
});

it('redrives to the dead-letter queue and back', async () => {
  const dead = await open();
  const queue = await open({ VisibilityTimeout: '0', ...redriveTo(dead.arn, 1) });
  const sources = await client.listDeadLetterSourceQueues({ QueueUrl: dead.QueueUrl });
  expect(sources.queueUrls).toEqual([queue.QueueUrl]);
  const { MessageId } = await queue.send('poison');
  await queue.receive();
  expect(await queue.receive()).toEqual([]);
  const [moved] = await dead.receive({ VisibilityTimeout: 0 });
  expect(moved).toMatchObject({ MessageId, Attributes: { DeadLetterQueueSourceArn: queue.arn } });

  const { TaskHandle } = await client.startMessageMoveTask({ SourceArn: dead.arn });
  expect(TaskHandle).toBeTruthy();
  await expect.poll(async () => await queue.receive()).toHaveLength(1);
  const { Results } = await client.listMessageMoveTasks({ SourceArn: dead.arn });
  expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
  await expect(client.cancelMessageMoveTask({ TaskHandle })).rejects.toThrow(/Only active tasks/);
});

it('speaks FIFO', async () => {
  const queue = await open({ ContentBasedDeduplication: 'true' }, '.fifo');
  const first = await queue.send('1', { MessageGroupId: 'A' });
  const repeat = await queue.send('1', { MessageGroupId: 'A' });
  const second = await queue.send('2', { MessageGroupId: 'A' });
  expect(repeat).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
  expect(BigInt(second.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
  const messages = await queue.receive();
  expect(messages.map(({ Body }) => Body)).toEqual(['1', '2']);
  expect(messages[1]?.Attributes).toMatchObject({
    MessageGroupId: 'A',
    SequenceNumber: second.SequenceNumber,
  });
  await expect(queue.send('3')).rejects.toMatchObject({ name: 'MissingParameter' });
});

it('takes a message group on a standard queue', async () => {
  const queue = await open();
  await queue.send('x', { MessageGroupId: 'tenant' });
  const [message] = await queue.receive();
  expect(message?.Attributes?.MessageGroupId).toBe('tenant');
});

it('accepts tags', async () => {
  const { QueueUrl } = await open();
  await client.tagQueue({ QueueUrl, Tags: { a: '1', b: '2' } });
  await client.untagQueue({ QueueUrl, TagKeys: ['a'] });
  expect((await client.listQueueTags({ QueueUrl })).Tags).toEqual({ b: '2' });
});

it('hands each of many messages to one of many consumers', async () => {
  const { QueueUrl, receive } = await open({ VisibilityTimeout: '30' });
  for (let batch = 0; batch < 20; batch++) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: `i${index}`,
      MessageBody: `${batch}-${index}`,
    }));
    await client.sendMessageBatch({ QueueUrl, Entries });
  }
  const seen: (string | undefined)[] = [];
  const consume = async () => {
    for (let messages = await receive(); messages.length > 0; messages = await receive()) {
      seen.push(...messages.map(({ Body }) => Body));
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `i${index}`, ReceiptHandle }));
      await client.deleteMessageBatch({ QueueUrl, Entries });
    }
  };
  await Promise.all(Array.from({ length: 8 }, consume));
  expect(seen).toHaveLength(200);
  expect(new Set(seen).size).toBe(200);
});
