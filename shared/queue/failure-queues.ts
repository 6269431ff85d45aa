import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { GivenUp } from '../usecases/dead-letters/collect-dead-letters.ts';

const sqs = new SQSClient({});

/** Failure queues, and the queues that their messages came from. */
export const failureQueues = {
  /** Up to ten messages, which nobody else sees for half a minute. */
  async receive({ url }: { readonly url: string }): Promise<readonly GivenUp[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map(toGivenUp);
  },

  async remove({ url }: { readonly url: string }, { receipt }: GivenUp): Promise<void> {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));
  },

  async send(QueueUrl: string, { body, groupId }: Pick<GivenUp, 'body' | 'groupId'>): Promise<void> {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: body,
        ...(groupId !== undefined && { MessageGroupId: groupId }),
      }),
    );
  },
};

function toGivenUp({ MessageId, Body, ReceiptHandle, Attributes, MessageAttributes }: Message): GivenUp {
  const { SentTimestamp, MessageGroupId } = Attributes ?? {};
  const attributes = Object.entries(MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [
    name,
    StringValue,
  ]);
  return {
    messageId: MessageId ?? '',
    body: Body ?? '',
    ...(MessageGroupId !== undefined && { groupId: MessageGroupId }),
    firstTriedAt: Number(SentTimestamp),
    attributes: Object.fromEntries(attributes),
    receipt: ReceiptHandle ?? '',
  };
}
