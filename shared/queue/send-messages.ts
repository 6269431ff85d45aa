import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { inGroups } from './in-groups.ts';

const sqs = new SQSClient({});

/** A message for a queue, without the id that it has within a call. Its body is JSON. */
export type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/**
 * The same JSON without the two characters that SQS refuses and that JSON.stringify leaves as they are.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function escapeForQueue(json: string): string {
  return json.replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** Puts messages on a queue, ten a call. Throws unless it took all: some may be there then. */
export async function sendMessages(QueueUrl: string, entries: readonly Entry[]): Promise<void> {
  const escaped = entries.map((entry) => ({
    ...entry,
    MessageBody: escapeForQueue(entry.MessageBody ?? ''),
  }));
  for (const group of inGroups(escaped, ({ MessageBody }) => MessageBody)) {
    const Entries = group.map((entry, index) => ({ ...entry, Id: String(index) }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0)
      throw new Error(`The queue did not take ${Failed.length} messages: ${Failed[0]?.Code}`);
  }
}
