import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEvent } from '../../../shared/usecases/events/read-event.ts';
import { happen, join, linkOf, overviewOf, report } from '../../table/use-table.ts';
import { type Backend, startBackend } from '../backend.ts';

let backend: Backend;
let handler: typeof import('../../../functions/queue/process-event/handler.ts').handler;
let written = '';

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/queue/process-event/handler.ts'));
  await join(backend.ports, 'bob', await linkOf(backend.ports, 'alice'));
});
afterAll(() => backend.stop());
beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const deliver = (...bodies: unknown[]) => {
  const Records = bodies.map((body, i) => ({
    messageId: `message-${i}`,
    attributes: { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1763719200000' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  return handler({ Records: Records as unknown as SQSRecord[] } as SQSEvent);
};
const events = (userId: string, ...eventIds: string[]) => ({
  kind: 'events',
  programId: 'default',
  userId,
  eventIds,
});
const event = (eventId: string, userId = 'bob') => events(userId, eventId);
const failed = (...indexes: number[]) => ({
  batchItemFailures: indexes.map((index) => ({ itemIdentifier: `message-${index}` })),
});
/** What is given back, whatever the order of the answer. */
const sorted = ({ batchItemFailures }: Awaited<ReturnType<typeof deliver>>) => ({
  batchItemFailures: batchItemFailures.sort((a, b) => (a.itemIdentifier < b.itemIdentifier ? -1 : 1)),
});
const available = async () => (await overviewOf(backend.ports, 'alice')).balances[0]?.available ?? 0;

describe('the reward queue', () => {
  it('does the good messages of a batch, and gives the bad ones back', async () => {
    await report(backend.ports, { id: 'good-1' }, { id: 'good-2' });
    const bad = [
      'no JSON',
      { kind: 'events' },
      event('never-reported'),
      { kind: 'other', programId: 'default' },
    ];
    expect(sorted(await deliver(event('good-1'), ...bad, event('good-2')))).toEqual(failed(1, 2, 3, 4));
    expect(await available()).toBe(200);
    expect(written.trim().split('\n')).toHaveLength(4);
    const messages = written
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(messages.map(({ level }) => level)).toEqual(Array(4).fill('error'));
    expect(messages.map(({ message }) => message).sort()).toEqual([
      'event failed',
      ...Array(3).fill('message failed'),
    ]);
  });

  it('takes a message again, twice in a batch and in batches at the same moment', async () => {
    await report(backend.ports, { id: 'again' });
    const before = await available();
    const outcomes = await Promise.all([
      deliver(event('again'), event('again')),
      deliver(event('again')),
      deliver(event('again')),
    ]);
    expect(outcomes).toEqual([failed(), failed(), failed()]);
    expect(await available()).toBe(before + 100);
  });

  it('grants milestones where it is told of progress', async () => {
    const link = await linkOf(backend.ports, 'carol');
    const silent = { ...backend.ports, grantMilestone: async () => 'granted_before' as const };
    for (let i = 0; i < 5; i++) await join(silent, `of-carol-${i}`, link);
    expect((await overviewOf(backend.ports, 'carol')).milestones).toEqual([]);
    const progress = { kind: 'progress', programId: 'default', userId: 'carol' };
    expect(await deliver(progress, progress)).toEqual(failed());
    expect((await overviewOf(backend.ports, 'carol')).milestones).toHaveLength(1);
  });

  it('takes events of one user in a batch in the order of their time', async () => {
    await join(backend.ports, 'erin', await linkOf(backend.ports, 'dave'));
    const at = (hour: number) => `2026-05-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
    const ids = [5, 1, 4, 2, 3].map((hour) => ({ id: `at-${hour}`, userId: 'erin', occurredAt: at(hour) }));
    await report(backend.ports, ...ids.map((one, i) => ({ ...one, amount: 1000 * (i + 1) })));
    expect(await deliver(...ids.map(({ id }) => event(id, 'erin')))).toEqual(failed());
    const { journal } = await backend.ports.loadRefereeAccount('default', 'erin');
    expect(journal.map(({ eventId }) => eventId)).toEqual(['at-1', 'at-2', 'at-3', 'at-4', 'at-5']);
    expect(journal.map(({ postings }) => postings.length)).toEqual([1, 1, 1, 0, 0]);
    expect((await overviewOf(backend.ports, 'dave')).balances).toMatchObject([{ available: 1100 }]);
  });

  it('does what the completion of a referral is to do, once', async () => {
    const program = await backend.ports.findProgram('default');
    if (program === undefined) throw new Error('No program');
    const [rule] = program.rules;
    if (rule === undefined) throw new Error('No rule');
    const flat = { type: 'flat', amount: 700, currency: 'EUR' } as const;
    const welcome = { ...rule, ruleId: 'welcome', event: 'referral.completed', amount: flat };
    await backend.ports.saveProgram({ ...program, programId: 'greeting', rules: [welcome] });
    const link = await linkOf(backend.ports, 'frank', 'greeting');
    await join(backend.ports, 'grace', link);
    const completed = { kind: 'referral', programId: 'greeting', userId: 'grace' };
    expect(await deliver(completed, completed)).toEqual(failed());
    await Promise.all([deliver(completed), deliver(completed)]);
    expect((await overviewOf(backend.ports, 'frank', 'greeting')).balances).toMatchObject([
      { currency: 'EUR', available: 700 },
    ]);
  });

  it('has nothing to do for a user whom nobody referred, and says why', async () => {
    await happen(backend.ports, { id: 'stranger', userId: 'stranger' });
    expect(await readEvent(backend.ports, 'default', 'stranger')).toMatchObject({
      event: { status: 'processed', explanation: [{ outcome: 'skipped', reason: 'user_not_referred' }] },
    });
    expect(await deliver(event('stranger', 'stranger'))).toEqual(failed());
  });
});
