import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import { inGroups } from '../../../shared/queue/in-groups.ts';
import { noticeMessage, notificationMessage, rewardMessage } from '../../../shared/queue/messages.ts';
import { happen, join, linkOf, report } from '../../table/use-table.ts';
import { type Backend, startBackend } from '../backend.ts';
import { changeOf, itemsOf, type Stored, streamOf } from './stream-event.ts';

const sqs = mockClient(SQSClient);
const eventBridge = mockClient(EventBridgeClient);
let backend: Backend;
let handler: typeof import('../../../functions/stream/relay-changes/handler.ts').handler;
let items: Stored[];

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/stream/relay-changes/handler.ts'));
  await join(backend.ports, 'bob', await linkOf(backend.ports, 'alice'));
  await happen(backend.ports, { id: 'e1' });
  await report(backend.ports, ...Array.from({ length: 24 }, (_, i) => ({ id: `many-${i}` })));
  items = await itemsOf(backend.table);
});
afterAll(() => backend.stop());
beforeEach(() => {
  sqs.reset();
  eventBridge.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
  eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});

const itemOf = (type: string): Stored => items.find((item) => item['type'] === type) ?? {};
const eventOf = (eventId: string): Stored =>
  items.find((item) => item['type'] === 'event' && item['eventId'] === eventId) ?? {};
const sentTo = (queue: string) =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .filter((call) => call.args[0].input.QueueUrl === process.env[queue])
    .flatMap((call) => call.args[0].input.Entries ?? []);
const bodiesOf = (queue: string) => sentTo(queue).map((entry) => JSON.parse(entry.MessageBody ?? ''));
const messages = () => bodiesOf('REWARD_QUEUE_URL');
const notices = () => bodiesOf('NOTICE_QUEUE_URL');
const news = () =>
  eventBridge
    .commandCalls(PutEventsCommand)
    .flatMap((call) => call.args[0].input.Entries ?? [])
    .map((entry) => ({ ...entry, Detail: JSON.parse(entry.Detail ?? '') }));

describe('the reward queue', () => {
  it('gets what was accepted, in messages that it understands', async () => {
    await handler(streamOf(changeOf(eventOf('e1'))));
    expect(messages()).toEqual([{ kind: 'events', programId: 'default', userId: 'bob', eventIds: ['e1'] }]);
    expect(messages().every((message) => rewardMessage.safeParse(message).success)).toBe(true);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input.QueueUrl).toBe(
      process.env['REWARD_QUEUE_URL'],
    );
    expect(eventBridge.calls()).toHaveLength(0);
  });

  it('gets progress where it grew, and only there', async () => {
    const progress = itemOf('progress');
    await handler(streamOf(changeOf(progress), changeOf({ ...progress, completed: 2 }, progress)));
    expect(messages()).toEqual([{ kind: 'progress', programId: 'default', userId: 'alice' }]);
    sqs.resetHistory();
    await handler(streamOf(changeOf(progress, progress), changeOf({ ...progress, rejected: 1 }, progress)));
    expect(messages()).toEqual([]);
  });

  it('does not get an event again for having been explained', async () => {
    await handler(streamOf(changeOf({ ...eventOf('e1'), explanation: [] }, eventOf('e1'))));
    expect(sqs.calls()).toHaveLength(0);
  });

  const ofUser = (item: Stored, userId: string) => ({
    ...item,
    event: { ...Object(item['event']), userId },
  });
  const ofManyUsers = () =>
    Array.from({ length: 24 }, (_, i) => changeOf(ofUser(eventOf(`many-${i}`), `user-${i}`)));

  it('gets all of them, whatever fails beside it', async () => {
    eventBridge.on(PutEventsCommand).rejects(new Error('The bus is away'));
    sqs.on(SendMessageBatchCommand).callsFake(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return {};
    });
    const link = changeOf(itemOf('link'));
    await expect(handler(streamOf(link, ...ofManyUsers()))).rejects.toThrow('The bus is away');
    expect(messages()).toHaveLength(24);
  });

  it('gets them ten a call, each with an id of its own in the call', async () => {
    await handler(streamOf(...ofManyUsers()));
    const calls = sqs.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries ?? []);
    expect(calls.map((entries) => entries.length)).toEqual([10, 10, 4]);
    for (const entries of calls) expect(new Set(entries.map((entry) => entry.Id)).size).toBe(entries.length);
    expect(new Set(messages().flatMap((message) => message.eventIds)).size).toBe(24);
  });

  it('that does not take a message makes the stream come again', async () => {
    const Failed = [{ Id: '0', SenderFault: false, Code: 'InternalError' }];
    sqs.on(SendMessageBatchCommand).resolves({ Failed });
    await expect(handler(streamOf(changeOf(eventOf('e1'))))).rejects.toThrow(
      'did not take 1 messages: InternalError',
    );
  });
});

describe('the bus', () => {
  it('is told of a referral, with an id that is the same when it is told again', async () => {
    const change = changeOf(itemOf('referral'), undefined, 'change-7');
    await handler(streamOf(change));
    await handler(streamOf(change));
    const told = news();
    expect(told.slice(0, 2)).toEqual(told.slice(2));
    expect(told.slice(0, 2)).toEqual(
      ['referral.created', 'referral.completed'].map((type) => ({
        EventBusName: 'plusone',
        Source: 'plusone',
        DetailType: type,
        Detail: {
          id: `change-7-${type.replace('.', '-')}`,
          version: 1,
          type,
          programId: 'default',
          userId: 'alice',
          occurredAt: '2026-11-21T10:00:00.000Z',
          data: { referral: expect.objectContaining({ referrerId: 'alice', refereeId: 'bob' }) },
        },
      })),
    );
  });

  it('is told of a reward with its ledger entry', async () => {
    await handler(streamOf(changeOf(itemOf('journal'))));
    expect(
      news().map(({ Detail }) => [
        Detail.type,
        Detail.data.userId,
        Detail.data.reward.amount,
        Detail.data.entry.amount,
      ]),
    ).toEqual([['reward.created', 'alice', 100, 100]]);
  });

  it('is told nothing of counters, balances, profiles and what is gone', async () => {
    const silent = ['balance', 'participant', 'event', 'programVersion'].map(itemOf);
    await handler(
      streamOf(...silent.map((item) => changeOf(item, item)), changeOf(undefined, itemOf('referral'))),
    );
    expect(eventBridge.calls()).toHaveLength(0);
    expect(sqs.calls()).toHaveLength(0);
  });

  it('never hears the hash of an address', async () => {
    await handler(streamOf(...items.map((item) => changeOf({ ...item, emailHash: 'hash-of-address' }))));
    expect(JSON.stringify(news())).not.toContain('hash-of-address');
  });

  it('that does not take an event makes the stream come again', async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 2 });
    await expect(handler(streamOf(changeOf(itemOf('link'))))).rejects.toThrow('did not take 2 events');
  });
});

describe('the notices queue', () => {
  const url = 'https://hooks.example.com/plusone';
  const notification = { url, timeoutMs: 3_000, fallback: 'default' as const };

  /** A referral of a program of its own, which the function has not looked up yet. */
  async function referralOf(programId: string, hooks: Program['hooks']): Promise<Stored> {
    const settings = { programId, ...defaultSettings(programId, 'https://example.com/'), hooks };
    const at = new Date().toISOString();
    await backend.ports.saveProgram({ ...settings, version: 1, createdAt: at, updatedAt: at });
    return ofProgram(programId);
  }
  const ofProgram = (programId: string): Stored => {
    const stored = itemOf('referral');
    return { ...stored, referral: { ...(stored['referral'] as Stored), programId } };
  };
  afterEach(() => {
    vi.restoreAllMocks();
    delete process.env['NOTIFICATION_HOOK_ARN'];
  });

  it('gets what the bus gets, of the programs that name a hook and of no other', async () => {
    const told = await referralOf('told', { notification });
    const untold = await referralOf('untold', { calculation: notification });
    await handler(streamOf(changeOf(told, undefined, 'change-1'), changeOf(untold, undefined, 'change-2')));
    const ofBus = news().map(({ Detail }) => Detail);
    expect(ofBus).toHaveLength(4);
    expect(notices()).toEqual(ofBus.filter(({ programId }) => programId === 'told'));
    expect(notices().map(({ id }) => id)).toEqual([
      'change-1-referral-created',
      'change-1-referral-completed',
    ]);
    expect(notices().every((notice) => noticeMessage.safeParse(notice).success)).toBe(true);
    expect(sentTo('NOTICE_QUEUE_URL').map((entry) => entry.MessageGroupId)).toEqual(['told', 'told']);
  });

  it('gets those of every program that names none, where the deployment has a hook', async () => {
    process.env['NOTIFICATION_HOOK_ARN'] = 'arn:aws:lambda:us-east-1:123456789012:function:notify';
    await handler(streamOf(changeOf(await referralOf('by-default', {}))));
    expect(notices()).toHaveLength(2);
  });

  it('costs one read of a program in ten seconds, and none where nothing happened', async () => {
    const first = await referralOf('read-once', { notification });
    const reads = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
    await handler(streamOf(changeOf(first), changeOf(first), changeOf(eventOf('e1'))));
    await handler(streamOf(changeOf(first)));
    await handler(streamOf(changeOf(eventOf('e1'))));
    expect(reads.mock.calls.map(([command]) => command)).toEqual([expect.any(GetCommand)]);
    expect(notices()).toHaveLength(6);
  });

  it('gets nothing of a program that is not there, which the log tells once', async () => {
    let written = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
    await handler(streamOf(changeOf(ofProgram('gone')), changeOf(ofProgram('gone'))));
    expect(notices()).toEqual([]);
    expect(news()).toHaveLength(4);
    expect(
      written
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ level }) => level === 'warn'),
    ).toEqual([{ level: 'warn', message: 'notices dropped', programId: 'gone', because: 'unknown_program' }]);
  });

  it('that does not take a notice makes the stream come again', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '0', SenderFault: false, Code: 'Busy' }] });
    await expect(handler(streamOf(changeOf(await referralOf('refused', { notification }))))).rejects.toThrow(
      'did not take 1 messages: Busy',
    );
  });
});

describe('the notifications queue', () => {
  const tell = () =>
    handler(streamOf(...['referral', 'journal', 'milestone'].map((type) => changeOf(itemOf(type)))));
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('gets each notification once, where there is somebody as whom to write', async () => {
    vi.stubEnv('NOTIFICATION_SENDER', 'hello@example.com');
    await tell();
    const sent = bodiesOf('NOTIFICATION_QUEUE_URL').map((body) => notificationMessage.parse(body));
    expect(sent.map(({ kind, userId }) => [kind, userId])).toEqual([
      ['friend_joined', 'alice'],
      ['reward_earned', 'alice'],
    ]);
    expect(sent[1]?.facts).toEqual({ amount: 100, currency: 'USD' });
    expect(JSON.stringify(sent)).not.toContain('bob');
  });

  it('gets nothing where there is nobody: lines in the log, without a person, are all', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await tell();
    expect(bodiesOf('NOTIFICATION_QUEUE_URL')).toEqual([]);
    const written = write.mock.calls.map(([text]) => String(text)).join('');
    expect(written).toContain('"outcome":"logged"');
    expect(written).not.toMatch(/alice|bob/);
  });
});

describe('groups of a call', () => {
  const sizes = (entries: string[]) => inGroups(entries, (entry) => entry).map((group) => group.length);

  it('are ten, or fewer where they are long', () => {
    expect(sizes([])).toEqual([]);
    expect(sizes(Array(21).fill('x'))).toEqual([10, 10, 1]);
    expect(sizes(Array(5).fill('x'.repeat(80_000)))).toEqual([2, 2, 1]);
    expect(sizes(['x', 'ü'.repeat(150_000), 'x'])).toEqual([1, 1, 1]);
  });

  it('hold every entry, in its order', () => {
    const entries = Array.from({ length: 40 }, (_, i) => String(i).repeat(i * 400));
    expect(inGroups(entries, (entry) => entry).flat()).toEqual(entries);
  });
});
