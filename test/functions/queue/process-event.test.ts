import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  return handler({ Records: Records as SQSRecord[] } as SQSEvent);
};
const event = (eventId: string) => ({ kind: 'event', programId: 'default', eventId });
const failed = (...indexes: number[]) => ({
  batchItemFailures: indexes.map((index) => ({ itemIdentifier: `message-${index}` })),
});
const available = async () => (await overviewOf(backend.ports, 'alice')).balances[0]?.available ?? 0;

describe('the reward queue', () => {
  it('does the good messages of a batch, and gives the bad ones back', async () => {
    await report(backend.ports, { id: 'good-1' }, { id: 'good-2' });
    const bad = [
      'no JSON',
      { kind: 'event' },
      event('never-reported'),
      { kind: 'other', programId: 'default' },
    ];
    expect(await deliver(event('good-1'), ...bad, event('good-2'))).toEqual(failed(1, 2, 3, 4));
    expect(await available()).toBe(200);
    expect(written.trim().split('\n')).toHaveLength(4);
    expect(JSON.parse(written.split('\n')[0] ?? '')).toMatchObject({
      level: 'error',
      message: 'message failed',
    });
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

  it('has nothing to do for a user whom nobody referred, and says why', async () => {
    await happen(backend.ports, { id: 'stranger', userId: 'stranger' });
    expect((await backend.ports.findEvent('default', 'stranger'))?.explanation).toEqual([
      { outcome: 'skipped', reason: 'user_not_referred' },
    ]);
    expect(await deliver(event('stranger'))).toEqual(failed());
  });
});
