import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueSpec } from '../deployment.ts';
import type { QueueSource } from '../event-sources/sqs-poller.ts';
import { ROOT_ACCESS_KEY } from '../gate/access-keys.ts';
import { deadLettersFirst, type Queues } from './queues.ts';

type Received = Awaited<ReturnType<QueueSource['receive']>>[number];

const answerTimeoutMs = 3_000;

/** SQS takes whole seconds, up to 20. */
const longestWaitSeconds = 20;

/**
 * Uses an SQS that runs elsewhere. Its queues are found by the names that the template gives.
 *
 * @throws an error of one line if none answers there
 */
export async function openRemoteQueues(endpoint: string, region: string): Promise<Queues> {
  if (!(await doesAnswer(endpoint, region))) throw new Error(`No SQS answers at ${endpoint}`);
  const client = new SQSClient({
    endpoint,
    region,
    credentials: { accessKeyId: ROOT_ACCESS_KEY, secretAccessKey: 'local' },
  });
  const urls = new Map<string, string>();
  const urlOf = async (queueArn: string): Promise<string> => {
    const QueueName = queueArn.split(':').at(-1) ?? '';
    const url =
      urls.get(QueueName) ?? (await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
    urls.set(QueueName, url);
    return url;
  };
  return {
    url: endpoint,
    what: 'given endpoint',
    receive: async ({ queueArn, max, waitMs, signal }) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: await urlOf(queueArn),
        MaxNumberOfMessages: max,
        WaitTimeSeconds: Math.min(longestWaitSeconds, Math.ceil(waitMs / 1_000)),
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      const { Messages = [] } = await client
        .send(command, { abortSignal: signal })
        .catch((error: unknown) => {
          if (signal.aborted) return { Messages: [] };
          throw error;
        });
      return Messages.map(
        (message): Received => ({
          messageId: message.MessageId ?? '',
          receiptHandle: message.ReceiptHandle ?? '',
          body: message.Body ?? '',
          attributes: (message.Attributes ?? {}) as Received['attributes'],
          messageAttributes: {},
        }),
      );
    },
    deleteMessage: async ({ queueArn, receiptHandle }) => {
      await client.send(
        new DeleteMessageCommand({ QueueUrl: await urlOf(queueArn), ReceiptHandle: receiptHandle }),
      );
    },
    make: async (specs) => {
      for (const spec of deadLettersFirst(specs)) await makeQueue(client, spec);
    },
    send: async (queueArn, MessageBody) => {
      await client.send(new SendMessageCommand({ QueueUrl: await urlOf(queueArn), MessageBody }));
    },
    close: async () => client.destroy(),
  };
}

/** Asks without the SDK, whose retries and words for a wrong address take long to understand. */
async function doesAnswer(endpoint: string, region: string): Promise<boolean> {
  const scope = `${ROOT_ACCESS_KEY}/20200101/${region}/sqs/aws4_request`;
  try {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.ListQueues',
        'x-amz-date': '20200101T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      },
      body: '{}',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    return answer.ok && (await answer.json()) !== undefined;
  } catch {
    return false;
  }
}

async function makeQueue(client: SQSClient, { name, attributes }: QueueSpec): Promise<void> {
  const found = await client.send(new GetQueueUrlCommand({ QueueName: name })).catch((error: unknown) => {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  });
  if (found?.QueueUrl === undefined)
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  else await client.send(new SetQueueAttributesCommand({ QueueUrl: found.QueueUrl, Attributes: attributes }));
}
