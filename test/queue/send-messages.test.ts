import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RunningSqs, startSqs } from '../../local/sqs/start-sqs.ts';

let sqs: RunningSqs;
let sendMessages: typeof import('../../shared/queue/send-messages.ts').sendMessages;

beforeAll(async () => {
  sqs = await startSqs({ shuffle: false });
  vi.stubEnv('AWS_ENDPOINT_URL', sqs.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  ({ sendMessages } = await import('../../shared/queue/send-messages.ts'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await sqs?.close();
});

it('brings every text through, also with characters that SQS refuses', async () => {
  const client = new SQSClient({});
  await client.send(new CreateQueueCommand({ QueueName: 'texts' }));
  const texts = [
    'plain',
    '\u0000\u0008\u001f\u007f\u0085',
    '\ufffe and \uffff',
    '\ufdd0 \u{1fffe} \u2028',
    '🙂\ufffd',
  ];
  await sendMessages(
    sqs.queueUrl('texts'),
    texts.map((text) => ({ MessageBody: JSON.stringify({ text }) })),
  );
  const received = new ReceiveMessageCommand({ QueueUrl: sqs.queueUrl('texts'), MaxNumberOfMessages: 10 });
  const { Messages = [] } = await client.send(received);
  expect(Messages.map(({ Body = '' }) => JSON.parse(Body).text).sort()).toEqual(texts.sort());
});
