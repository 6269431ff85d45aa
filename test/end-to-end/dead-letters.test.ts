import { rmSync } from 'node:fs';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../shared/domain/dead-letters/dead-letter.ts';
import { changeAssembly } from './support/change-assembly.ts';
import { readLogs, startStack, type TestStack } from './support/start-stack.ts';
import { balancesOf, makeLink, paidOrder, processed, signUp } from './support/story.ts';
import { waitUntil } from './support/wait-until.ts';

let stack: TestStack;
let assembly: string;
let sqs: SQSClient;
/** Calls to the table that this refuses fail. */
let refuses: (operation: string, functionName: string) => boolean = () => false;

beforeAll(async () => {
  // A message that failed shows up again after a second, not after minutes.
  assembly = changeAssembly((template) => {
    template.setProperty('AWS::SQS::Queue', 'VisibilityTimeout', 1);
    template.setProperty('AWS::Lambda::EventSourceMapping', 'MaximumRetryAttempts', 0);
  });
  stack = await startStack({
    cdkOutDir: assembly,
    faults: ({ service, operation, principal }) =>
      service === 'dynamodb' && refuses(operation, principal?.functionName ?? '')
        ? { throttle: true }
        : undefined,
  });
  sqs = new SQSClient({
    endpoint: stack.description.sqsUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIALOCALROOT', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  sqs?.destroy();
  await stack?.end();
  rmSync(assembly, { recursive: true, force: true });
});

const queueUrl = (idPart: string): string =>
  Object.entries(stack.description.queues).find(([name]) => name.includes(idPart))?.[1] ?? '';

/** Collects what has been given up, as happens every minute. */
async function collect(): Promise<void> {
  const schedule = stack.running.deployment.schedules.find(({ logicalId }) =>
    logicalId.startsWith('DeadLettersEachMinute'),
  );
  await stack.running.runSchedule(schedule?.logicalId ?? '');
}

async function lettersOf(queue: string, status = 'open'): Promise<readonly DeadLetter[]> {
  const path = `/v1/dead-letters?queue=${queue}&status=${status}`;
  return (await stack.get<{ deadLetters: DeadLetter[] }>(path)).deadLetters;
}

const untilDead = (queue: string, count: number): Promise<readonly DeadLetter[]> =>
  waitUntil(
    `${count} dead letters of ${queue}`,
    async () => {
      await collect();
      const letters = await lettersOf(queue);
      return letters.length === count && letters;
    },
    60_000,
  );

const outcomesOf = async (body: object): Promise<unknown[]> => {
  const { results } = await stack.post<{ results: { outcome: string }[] }>('/v1/dead-letters/redrive', body);
  return results.map(({ outcome }) => outcome);
};

describe('a message that nobody can process', () => {
  it('is listed with its cause after its tries, while others flow on', async () => {
    const poison = [
      'no JSON',
      JSON.stringify({ kind: 'events', programId: 'default', userId: 'bob', eventIds: ['comes-late'] }),
    ];
    const QueueUrl = queueUrl('-RewardsQueue');
    for (const MessageBody of poison) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { code } = await makeLink(stack, 'alice');
    await signUp(stack, code, 'bob');
    await stack.post('/v1/events', paidOrder('bob', 'flows-on', 1_000));
    await processed(stack, 'flows-on');
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 100 }]);

    const letters = await untilDead('rewards', 2);
    const told = {
      status: 'open',
      tries: 5,
      firstTriedAt: expect.any(String),
      lastTriedAt: expect.any(String),
    };
    expect(letters).toContainEqual(
      expect.objectContaining({
        ...told,
        about: {},
        cause: expect.objectContaining({ code: 'SyntaxError' }),
      }),
    );
    const late = letters.find(({ about }) => about['userId'] === 'bob');
    expect(late).toMatchObject({
      ...told,
      about: { kind: 'events', programId: 'default', eventIds: ['comes-late'] },
      cause: { code: 'Error', detail: expect.any(String) },
    });
  });

  it('is done when it is sent again after its cause is mended, and noted in the audit log', async () => {
    const late = (await lettersOf('rewards')).find(({ about }) => about['userId'] === 'bob');
    await stack.post('/v1/events', paidOrder('bob', 'comes-late', 2_000));
    await processed(stack, 'comes-late');
    const ids = [late?.deadLetterId ?? '', 'nobodys'];
    expect(await outcomesOf({ ids })).toEqual(['redriven', 'not_found']);
    expect(await outcomesOf({ ids })).toEqual(['already_redriven', 'not_found']);
    // It was processed meanwhile: doing it again pays nothing more.
    expect(await balancesOf(stack, 'alice')).toMatchObject([{ available: 300 }]);
    expect(await lettersOf('rewards', 'redriven')).toMatchObject([
      { deadLetterId: late?.deadLetterId, redrivenAt: expect.any(String) },
    ]);
    expect(await stack.get('/v1/audit-log?action=dead_letter.redriven')).toMatchObject({
      entries: [{ target: { type: 'dead_letter', id: late?.deadLetterId, userId: 'bob' } }],
    });
  });

  it('is told of on the bus', async () => {
    const log = await waitUntil('the event is logged', () => {
      const text = [...readLogs(stack.dataDir).values()].join('\n');
      return text.includes('dead_letter.created') && text;
    });
    expect(log).toContain('"queue":"rewards"');
  });
});

describe('records that a reader of the stream gives up', () => {
  it('are read from the stream again and worked on', async () => {
    refuses = (operation, name) => operation === 'Query' && name.includes('CountClicks');
    const { code } = await makeLink(stack, 'carol');
    await stack.post('/track-click', {
      referralCode: code,
      ip: '203.0.113.9',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    });
    const [letter] = await untilDead('count-clicks', 1);
    expect(letter).toMatchObject({
      cause: { code: 'RetryAttemptsExhausted' },
      about: { records: expect.any(Number), shardId: expect.any(String) },
    });
    expect(await outcomesOf({ queue: 'count-clicks' })).toEqual(['failed']);
    const unknown = await stack.call('GET', '/v1/dead-letters?queue=nope');
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'queue' }] } });
    refuses = () => false;
    expect(await outcomesOf({ all: true, limit: 1 })).toEqual(['redriven']);
    await waitUntil('the click is counted', async () => {
      const { clicks } = await stack.get<{ clicks: number }>('/referral-stats/carol');
      return clicks === 1;
    });
    expect(await lettersOf('count-clicks')).toEqual([]);
  });
});
