import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import { formatWebhookSecret, signWebhook } from '../../../shared/runtime/outbound/sign-webhook.ts';
import { type Loopback, startLoopback } from '../../support/loopback.ts';
import { type Backend, startBackend } from '../backend.ts';

const secret = formatWebhookSecret(new Uint8Array(32).fill(7));
let backend: Backend;
let receiver: Loopback;
let handler: typeof import('../../../functions/queue/notify-hook/handler.ts').handler;
let written = '';

beforeAll(async () => {
  [backend, receiver] = await Promise.all([startBackend(), startLoopback()]);
  backend.secrets.set('arn:hooks', secret);
  process.env['HOOKS_ALLOW_LOOPBACK'] = '1';
  ({ handler } = await import('../../../functions/queue/notify-hook/handler.ts'));
  await save('listening', {
    notification: { url: `${receiver.url}/a`, timeoutMs: 200, fallback: 'default' },
  });
  await save('silent', {});
});
afterAll(() => {
  receiver.stop();
  delete process.env['HOOKS_ALLOW_LOOPBACK'];
  return backend.stop();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.reply = () => ({ status: 204 });
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function save(programId: string, hooks: Program['hooks'], version = 1): Promise<void> {
  const at = new Date().toISOString();
  const settings = { ...defaultSettings(programId, 'https://example.com/'), hooks };
  await backend.ports.saveProgram({ programId, ...settings, version, createdAt: at, updatedAt: at });
}

const notice = (id: string, programId = 'listening') => ({
  id,
  version: 1,
  type: 'referral.created',
  programId,
  occurredAt: '2026-11-21T10:00:00.000Z',
  data: { referral: { refereeId: 'bob-who-is-nobodys-business' } },
});
const deliver = async (...bodies: unknown[]) => {
  const Records = bodies.map((body, i) => ({
    messageId: `message-${i}`,
    attributes: { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1763719200000' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }));
  const { batchItemFailures } = await handler({ Records: Records as unknown as SQSRecord[] } as SQSEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const logged = () =>
  written
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('the notices queue', () => {
  it('tells a program what happened, signed, by the same id each time', async () => {
    expect(await deliver(notice('n-1'))).toEqual([]);
    expect(await deliver(notice('n-1'))).toEqual([]);
    const [first, second] = receiver.received;
    expect(first?.body).toBe(second?.body);
    const { id, version: _, ...event } = notice('n-1');
    expect(JSON.parse(first?.body ?? '')).toEqual({ version: 1, kind: 'notification', id, event });
    for (const one of receiver.received) {
      const at = Number(one.headers['webhook-timestamp']) * 1_000;
      expect(one.headers).toMatchObject(signWebhook([secret], 'n-1', at, one.body));
    }
    expect(logged()).toEqual([]);
  });

  it('gives back what failed, and only that', async () => {
    receiver.reply = ({ headers }) => {
      const id = headers['webhook-id'];
      if (id === 'n-slow') return 'silence';
      return { status: { 'n-500': 500, 'n-404': 404, 'n-429': 429 }[String(id)] ?? 200 };
    };
    const bad = ['n-500', 'n-404', 'n-429', 'n-slow'].map((id) => notice(id));
    expect(await deliver(notice('n-1'), ...bad, notice('n-2'), 'no JSON', { id: 'n' })).toEqual([
      'message-1',
      'message-2',
      'message-3',
      'message-4',
      'message-6',
      'message-7',
    ]);
    expect(receiver.received.filter(({ headers }) => headers['webhook-id'] === 'n-500')).toHaveLength(2);
    expect(written).not.toContain('nobodys-business');
  });

  it('lets a slow address hold up no other', async () => {
    receiver.reply = () => 'silence';
    const before = performance.now();
    expect(await deliver(...Array.from({ length: 10 }, (_, i) => notice(`n-${i}`)))).toHaveLength(10);
    expect(performance.now() - before).toBeLessThan(1_500);
  });

  it.each([
    ['of a program that is not there', notice('n-1', 'gone'), 'unknown_program'],
    ['of a program that wants to hear nothing any more', notice('n-1', 'silent'), 'no_hook'],
    ['that its receiver calls gone', notice('n-1'), 'gone'],
  ])('drops a notice %s, and says so', async (_, message, because) => {
    receiver.reply = () => ({ status: 410 });
    expect(await deliver(message)).toEqual([]);
    const { id: noticeId, programId, type } = message;
    expect(logged()).toContainEqual({
      level: 'warn',
      message: 'notice dropped',
      noticeId,
      programId,
      type,
      because,
    });
  });

  it('calls the address that the program names now', async () => {
    await save('moving', {
      notification: { url: `${receiver.url}/old`, timeoutMs: 200, fallback: 'default' },
    });
    await deliver(notice('n-1', 'moving'));
    await save(
      'moving',
      { notification: { url: `${receiver.url}/new`, timeoutMs: 200, fallback: 'default' } },
      2,
    );
    await deliver(notice('n-1', 'moving'));
    expect(receiver.received.map(({ path }) => path)).toEqual(['/old', '/new']);
  });

  it('gives everything back while nothing can be signed', async () => {
    backend.secrets.delete('arn:hooks');
    vi.resetModules();
    const fresh = await import('../../../functions/queue/notify-hook/handler.ts');
    const attributes = { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1763719200000' };
    const Records = [
      { messageId: 'message-0', attributes, body: JSON.stringify(notice('n-1')) },
    ] as unknown as SQSRecord[];
    expect(await fresh.handler({ Records } as SQSEvent)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }],
    });
    expect(receiver.received).toEqual([]);
    backend.secrets.set('arn:hooks', secret);
  });
});
