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
import { deadLettersFirst, type Queues } from './queues.ts';

type Received = Awaited<ReturnType<QueueSource['receive']>>[number];

/** SQS takes whole seconds, up to 20. */
const longestWaitSeconds = 20;

/** Uses an SQS that runs elsewhere. Its queues are found by the names that the template gives. */
export function openRemoteQueues(endpoint: string, region: string): Queues {
  const client = new SQSClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'AKIALOCALROOT', secretAccessKey: 'local' },
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

async function makeQueue(client: SQSClient, { name, attributes }: QueueSpec): Promise<void> {
  const found = await client.send(new GetQueueUrlCommand({ QueueName: name })).catch((error: unknown) => {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  });
  if (found?.QueueUrl === undefined)
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  else await client.send(new SetQueueAttributesCommand({ QueueUrl: found.QueueUrl, Attributes: attributes }));
}
