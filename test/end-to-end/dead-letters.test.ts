import { rmSync } from 'node:fs';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeAssembly } from './support/change-assembly.ts';
import { startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;
let assembly: string;

beforeAll(async () => {
  // A message that failed shows up again after a second, not after minutes.
  assembly = changeAssembly((template) => template.setProperty('AWS::SQS::Queue', 'VisibilityTimeout', 1));
  stack = await startStack({ cdkOutDir: assembly });
});
afterAll(async () => {
  await stack?.end();
  rmSync(assembly, { recursive: true, force: true });
});

describe('a message that nobody can process', () => {
  it('ends among the dead letters after its tries, while others flow on', async () => {
    const sqs = new SQSClient({
      endpoint: stack.description.sqsUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIALOCALROOT', secretAccessKey: 'local' },
    });
    const queueUrl = (idPart: string): string =>
      Object.entries(stack.description.queues).find(([name]) => name.includes(idPart))?.[1] ?? '';
    const poison = [
      'no JSON',
      JSON.stringify({ kind: 'events', programId: 'default', userId: 'bob', eventIds: ['was-never-stored'] }),
    ];
    const QueueUrl = queueUrl('-RewardsQueue');
    for (const MessageBody of poison) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { code } = await makeLink(stack, 'alice');
    await signUp(stack, code, 'bob');
    await stack.post('/v1/events', paidOrder('bob', 'flows-on', 1_000));
    await processed(stack, 'flows-on');
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 100 }]);

    const dead: string[] = [];
    await waitUntil(
      'two dead letters',
      async () => {
        const answer = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl('-RewardsDeadLetters'), MaxNumberOfMessages: 10 }),
        );
        for (const { Body = '' } of answer.Messages ?? []) if (!dead.includes(Body)) dead.push(Body);
        return dead.length === poison.length;
      },
      30_000,
    );
    expect(dead.sort()).toEqual([...poison].sort());
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    expect(Attributes).toEqual({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    sqs.destroy();
  });
});
