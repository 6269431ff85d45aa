import { describe, expect, it } from 'vitest';
import { wholeDeployment } from '../../shared/domain/audit.ts';
import type { KeptLetter } from '../../shared/domain/dead-letters/dead-letter.ts';
import { auditItems } from '../../shared/table/audit-items.ts';
import { deadLetterItems } from '../../shared/table/dead-letter-items.ts';
import { collectDeadLetters, type GivenUp } from '../../shared/usecases/dead-letters/collect-dead-letters.ts';
import {
  type RedrivePorts,
  redriveDeadLetters,
} from '../../shared/usecases/dead-letters/redrive-dead-letters.ts';
import { watchLastTries } from '../../shared/usecases/dead-letters/watch-last-tries.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, testCost, useTable } from './use-table.ts';

const world = useTable();
const at = Date.UTC(2026, 10, 21, 10);
const queue = { name: 'rewards', url: 'failures', tries: 5, ofQueue: true };
const redrives = {
  rewards: { queueUrl: 'rewards' },
  'relay-changes': { functionArn: 'arn:relay', streamArn: 'arn:stream' },
  'reconcile-payouts': { functionArn: 'arn:payouts' },
};
const operator = { keyId: 'k', requestId: 'r' };
const body = JSON.stringify({ kind: 'events', programId: 'default', userId: 'bob', eventIds: ['e1'] });
const message = (messageId: string): GivenUp => ({
  messageId,
  body,
  groupId: 'default',
  firstTriedAt: at,
  attributes: {},
  receipt: messageId,
});

/** A failure queue in memory, and the queues that messages are sent to; each call can be made to fail. */
function makeQueues(...ids: string[]) {
  const waiting = new Map(ids.map((id) => [id, message(id)]));
  const sent: { queueUrl: string; body: string; groupId?: string }[] = [];
  const called: string[] = [];
  const ports = {
    now: () => at,
    ulid: world.ports.ulid,
    ...deadLetterItems(world.table),
    operator,
    receive: async () => [...waiting.values()].slice(0, 10),
    remove: async (_: unknown, { messageId }: GivenUp) => void waiting.delete(messageId),
    failed: () => undefined,
    send: async (queueUrl: string, one: Pick<KeptLetter, 'body' | 'groupId'>) => {
      sent.push({ queueUrl, body: one.body, ...(one.groupId !== undefined && { groupId: one.groupId }) });
    },
    callNow: async (arn: string) => void called.push(arn),
    callLater: async (arn: string) => void called.push(arn),
    readRecords: async () => [{ dynamodb: { SequenceNumber: '1' } }],
  };
  return { ports, waiting, sent, called };
}

const collect = (ports: ReturnType<typeof makeQueues>['ports'], from = queue) =>
  collectDeadLetters(ports, [from], at + 1_000);
const redrive = (ports: RedrivePorts, wanted: object = {}) =>
  redriveDeadLetters(ports, redrives, wanted, { limit: 50 });
const open = async () =>
  (await deadLetterItems(world.table).listDeadLetters({ status: 'open' }, { limit: 100 }))?.items ?? [];

describe('what was given up', () => {
  it('is kept once and then leaves its queue, whoever dies in between and however often it comes', async () => {
    const { ports, waiting } = makeQueues('m1');
    const dying = { ...ports, remove: () => Promise.reject(new Error('killed')) };
    expect(await collect(dying)).toEqual({ collected: 0, failed: 1 });
    expect(await open()).toHaveLength(1);
    expect(waiting.size).toBe(1);
    await atOnce(4, () => collect(ports));
    expect(waiting.size).toBe(0);
    expect(await open()).toMatchObject([
      {
        deadLetterId: 'm1',
        queue: 'rewards',
        cause: { code: 'timed_out_or_crashed' },
        about: { programId: 'default', userId: 'bob', eventIds: ['e1'] },
        tries: 5,
      },
    ]);
  });

  it('that cannot be kept stays where it is, and is in the way of no other', async () => {
    const { ports, waiting } = makeQueues('m1', 'm2', 'm3');
    waiting.set('m2', { ...message('m2'), body: 'x'.repeat(410_000) });
    expect(await collect(ports)).toEqual({ collected: 2, failed: 1 });
    expect([...waiting.keys()]).toEqual(['m2']);
  });

  it('does not become open again by a copy that comes late', async () => {
    const { ports } = makeQueues('m1');
    await collect(ports);
    await redrive(ports);
    const late = makeQueues('m1');
    await collect(late.ports);
    expect(late.waiting.size).toBe(0);
    expect(await open()).toEqual([]);
  });

  it('says what its last try noted, and only that of the last', async () => {
    const { ports } = makeQueues('m1', 'm2', 'm3');
    const deliveries = ['m1', 'm2', 'm3'].map((messageId, index) => ({
      messageId,
      tries: index === 2 ? 4 : 5,
      firstTriedAt: at - 60_000,
    }));
    const tries = await watchLastTries(ports, deliveries, 5);
    await tries.failed('m1', { code: 'TypeError', detail: 'x' });
    await tries.failed('m3', { code: 'NotYet' });
    await collect(ports);
    const letters = Object.fromEntries((await open()).map((letter) => [letter.deadLetterId, letter]));
    const noted = {
      tries: 5,
      firstTriedAt: '2026-11-21T09:59:00.000Z',
      lastTriedAt: '2026-11-21T10:00:00.000Z',
    };
    expect(letters['m1']).toMatchObject({ ...noted, cause: { code: 'TypeError', detail: 'x' } });
    expect(letters['m2']).toMatchObject({ ...noted, cause: { code: 'timed_out_or_crashed' } });
    expect(letters['m3']).toMatchObject({ cause: { code: 'timed_out_or_crashed' } });
    expect(letters['m3']).not.toHaveProperty('lastTriedAt');
  });

  it('is listed by queue and by program, a page at a time', async () => {
    const { ports } = makeQueues(...Array.from({ length: 7 }, (_, index) => `m${index}`));
    await collect(ports);
    const { listDeadLetters } = deadLetterItems(world.table);
    const first = await listDeadLetters(
      { status: 'open', queue: 'rewards', programId: 'default' },
      { limit: 5 },
    );
    expect(first?.items).toHaveLength(5);
    const next = { limit: 5, cursor: first?.nextCursor ?? '' };
    expect((await listDeadLetters({ status: 'open' }, next))?.items).toHaveLength(2);
    expect((await listDeadLetters({ status: 'open', queue: 'notices' }, { limit: 5 }))?.items).toEqual([]);
    expect((await listDeadLetters({ status: 'open', programId: 'other' }, { limit: 5 }))?.items).toEqual([]);
  });
});

describe('sending it again', () => {
  it('loses nothing when it dies between sending and marking: it is sent once more', async () => {
    const { ports, sent } = makeQueues('m1');
    await collect(ports);
    const dying = { ...ports, markRedriven: () => Promise.reject(new Error('killed')) };
    expect(await redrive(dying)).toMatchObject({
      results: [{ outcome: 'failed', cause: { detail: 'killed' } }],
    });
    expect(await open()).toHaveLength(1);
    expect(await redrive(ports)).toMatchObject({ results: [{ outcome: 'redriven' }] });
    expect(sent).toEqual(Array(2).fill({ queueUrl: 'rewards', body, groupId: 'default' }));
  });

  it('marks and notes it once, whoever else does it at the same moment', async () => {
    const { ports } = makeQueues('m1');
    await collect(ports);
    const results = await atOnce(5, () => redrive(ports, { ids: ['m1'] }));
    const outcomes = results.flatMap((one) => one?.results.map(({ outcome }) => outcome) ?? []);
    expect(outcomes.filter((outcome) => outcome === 'redriven')).toHaveLength(1);
    const page = await auditItems(world.table).listAudit('default', { limit: 10 });
    expect(page?.items).toMatchObject([
      { action: 'dead_letter.redriven', target: { id: 'm1', userId: 'bob' } },
    ]);
  });

  it('is noted as of the deployment where it names no program', async () => {
    const { ports, waiting } = makeQueues('m1');
    waiting.set('m1', { ...message('m1'), body: 'nothing that could be read' });
    await collect(ports);
    await redrive(ports);
    const { listAudit } = auditItems(world.table);
    expect((await listAudit('default', { limit: 10 }))?.items).toEqual([]);
    expect((await listAudit(wholeDeployment, { limit: 10 }))?.items).toMatchObject([
      { action: 'dead_letter.redriven', target: { type: 'dead_letter', id: 'm1' } },
    ]);
  });

  it.each([
    ['relay-changes', { ofQueue: false }, 'redriven', ['arn:relay']],
    ['reconcile-payouts', { ofQueue: false }, 'redriven', ['arn:payouts']],
    ['of-old', {}, 'queue_gone', []],
  ])('does what %s asks for', async (name, more, outcome, called) => {
    const queues = makeQueues('m1');
    const pointer = { shardId: 's', startSequenceNumber: '1', endSequenceNumber: '1' };
    queues.waiting.set('m1', { ...message('m1'), body: JSON.stringify({ DDBStreamBatchInfo: pointer }) });
    await collect(queues.ports, { ...queue, name, ...more });
    expect(await redrive(queues.ports)).toMatchObject({ results: [{ outcome }] });
    expect(queues.called).toEqual(called);
    expect(await open()).toHaveLength(outcome === 'redriven' ? 0 : 1);
  });

  it('says that the stream has the records no more, and leaves them open', async () => {
    const { ports } = makeQueues('m1');
    await collect(ports, { ...queue, name: 'relay-changes', ofQueue: false });
    const gone = { ...ports, readRecords: async () => undefined };
    expect(await redrive(gone)).toMatchObject({ results: [{ outcome: 'records_expired' }] });
    expect(await open()).toHaveLength(1);
  });

  it('refuses the cursor of another list', async () => {
    const { ports } = makeQueues();
    expect(await redriveDeadLetters(ports, redrives, {}, { limit: 1, cursor: 'x' })).toBeUndefined();
  });
});

/** docs/access-patterns.md has these figures. */
describe('what it costs (table + list)', () => {
  testCost('a letter, one whose last try said why, and sending one again', async () => {
    const { ports } = makeQueues('m1');
    const kept = await measureWrites(world.table, () => collect(ports));
    expect(kept.units).toEqual({ table: 1, lists: 1 });
    const noted = await measureWrites(world.table, async () => {
      const tries = await watchLastTries(ports, [{ messageId: 'm2', tries: 5, firstTriedAt: at }], 5);
      await tries.failed('m2', { code: 'TypeError' });
    });
    expect(noted.units).toEqual({ table: 2, lists: 0 });
    const again = await measureWrites(world.table, () => redrive(ports, { ids: ['m1'] }));
    expect(again.units).toEqual({ table: 4, lists: 3 });
  });
});
