import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rewardMessage } from '../../../shared/queue/messages.ts';
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
const messages = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .flatMap((call) => call.args[0].input.Entries ?? [])
    .map((entry) => JSON.parse(entry.MessageBody ?? ''));
const news = () =>
  eventBridge
    .commandCalls(PutEventsCommand)
    .flatMap((call) => call.args[0].input.Entries ?? [])
    .map((entry) => ({ ...entry, Detail: JSON.parse(entry.Detail ?? '') }));

describe('the reward queue', () => {
  it('gets what was accepted, in messages that it understands', async () => {
    await handler(streamOf(changeOf(eventOf('e1'))));
    expect(messages()).toEqual([{ kind: 'event', programId: 'default', userId: 'bob', eventId: 'e1' }]);
    expect(messages().every((message) => rewardMessage.safeParse(message).success)).toBe(true);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input.QueueUrl).toBe(
      process.env['REWARD_QUEUE_URL'],
    );
    expect(eventBridge.calls()).toHaveLength(0);
  });

  it('gets progress where it grew, and only there', async () => {
    const progress = itemOf('progress');
    await handler(streamOf(changeOf(progress), changeOf({ ...progress, completed: 2 }, progress)));
    expect(messages()).toEqual(Array(2).fill({ kind: 'progress', programId: 'default', userId: 'alice' }));
    sqs.resetHistory();
    await handler(streamOf(changeOf(progress, progress), changeOf({ ...progress, rejected: 1 }, progress)));
    expect(messages()).toEqual([]);
  });

  it('does not get an event again for having been explained', async () => {
    await handler(streamOf(changeOf({ ...eventOf('e1'), explanation: [] }, eventOf('e1'))));
    expect(sqs.calls()).toHaveLength(0);
  });

  it('gets them ten a call, each with an id of its own in the call', async () => {
    await handler(streamOf(...Array.from({ length: 24 }, (_, i) => changeOf(eventOf(`many-${i}`)))));
    const calls = sqs.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries ?? []);
    expect(calls.map((entries) => entries.length)).toEqual([10, 10, 4]);
    for (const entries of calls) expect(new Set(entries.map((entry) => entry.Id)).size).toBe(entries.length);
    expect(new Set(messages().map((message) => message.eventId)).size).toBe(24);
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
          id: `change-7-${type}`,
          version: 1,
          type,
          programId: 'default',
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
