import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../../../shared/table/keys.ts';
import { type Loopback, startLoopback } from '../../support/loopback.ts';
import { linkOf } from '../../table/use-table.ts';
import { type Backend, call, startBackend } from '../backend.ts';

let backend: Backend;
let ses: Loopback;
let handler: typeof import('../../../functions/queue/notify-participant/handler.ts').handler;
let api: typeof import('../../../functions/api/notifications/handler.ts').handler;
let written = '';
let count = 0;

beforeAll(async () => {
  [backend, ses] = await Promise.all([startBackend(), startLoopback()]);
  process.env['AWS_ENDPOINT_URL_SESV2'] = ses.url;
  ({ handler } = await import('../../../functions/queue/notify-participant/handler.ts'));
  ({ handler: api } = await import('../../../functions/api/notifications/handler.ts'));
  await linkOf(backend.ports, 'alice');
  await linkOf(backend.ports, 'silent');
});
afterAll(() => {
  ses.stop();
  delete process.env['AWS_ENDPOINT_URL_SESV2'];
  return backend.stop();
});
beforeEach(async () => {
  ses.received.length = 0;
  ses.reply = () => ({ status: 200, body: '{"MessageId":"1"}' });
  written = '';
  vi.stubEnv('NOTIFICATION_SENDER', 'Example <hello@example.com>');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  expect(await contact('PUT', { email: 'alice@example.com', notifications: true })).toMatchObject({
    status: 200,
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const contact = (method: string, body?: object) =>
  call(api as never, {
    routeKey: `${method} /v1/programs/{programId}/participants/{userId}/contact`,
    pathParameters: { programId: 'default', userId: 'alice' },
    ...(body && { body }),
  });
const notification = (notificationId = `reward_earned-${count++}`, userId = 'alice') => ({
  notificationId,
  kind: 'reward_earned',
  programId: 'default',
  userId,
  facts: { amount: 490, currency: 'USD' },
});
const deliver = async (...bodies: unknown[]) => {
  const attributes = { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: '1763719200000' };
  const Records = bodies.map((body, i) => ({ messageId: `m-${i}`, attributes, body: JSON.stringify(body) }));
  const { batchItemFailures } = await handler({ Records: Records as unknown as SQSRecord[] } as SQSEvent);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};
const logged = () =>
  written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const failing = (status: number, type: string) => () => ({ status, headers: { 'x-amzn-errortype': type } });

describe('a notification', () => {
  it('is a mail with a way to unsubscribe, and a line without a person in the log', async () => {
    expect(await deliver(notification())).toEqual([]);
    const sent = JSON.parse(ses.received[0]?.body ?? '');
    expect(sent).toMatchObject({
      FromEmailAddress: 'Example <hello@example.com>',
      Destination: { ToAddresses: ['alice@example.com'] },
      Content: { Simple: { Subject: { Data: 'You have earned $4.90' } } },
    });
    const { Headers, Body } = sent.Content.Simple;
    const url = /^<(https:\/\/api\.example\.com\/unsubscribe\/u1\.[\w.-]+)>$/.exec(Headers[0].Value)?.[1];
    expect(url).toBeDefined();
    expect(Headers[1]).toEqual({ Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' });
    expect(Body.Text.Data).toContain(url);
    expect(logged()).toMatchObject([{ message: 'notification', outcome: 'sent' }]);
    expect(written).not.toContain('alice');
  });

  it('is sent once, however often and at whatever moments it is delivered', async () => {
    const one = notification();
    await Promise.all([deliver(one, one), deliver(one)]);
    await deliver(one);
    expect(ses.received).toHaveLength(1);
  });

  it.each([
    [429, 'TooManyRequestsException'],
    [400, 'LimitExceededException:http://internal.amazon.com/'],
    [403, 'AccessDeniedException'],
  ])(
    'that SES does not take for now (%i %s) is left for the queue, and sent once later',
    async (status, type) => {
      const one = notification();
      ses.reply = failing(status, type);
      expect(await deliver(one)).toEqual(['m-0']);
      ses.reply = () => ({ status: 200 });
      expect(await deliver(one)).toEqual([]);
      expect(await deliver(one)).toEqual([]);
      expect(ses.received).toHaveLength(2);
    },
  );

  it('that SES refuses for good is counted, and not sent again', async () => {
    const one = notification();
    ses.reply = failing(400, 'MessageRejected');
    expect(await deliver(one)).toEqual([]);
    expect(logged()).toContainEqual(
      expect.objectContaining({ outcome: 'refused', because: 'MessageRejected' }),
    );
    expect(logged()).toContainEqual(expect.objectContaining({ MailsRefused: 1 }));
    await deliver(one);
    expect(ses.received).toHaveLength(1);
  });

  it('of which nobody knows whether it was taken is counted, and never sent again', async () => {
    const one = notification();
    ses.reply = failing(500, 'InternalFailure');
    expect(await deliver(one)).toEqual([]);
    expect(logged()).toContainEqual(expect.objectContaining({ MailsInDoubt: 1 }));
    await deliver(one);
    expect(ses.received).toHaveLength(1);
  });

  it('is in the language of the participant, where neither they nor the program say otherwise', async () => {
    await contact('PUT', { email: 'alice@example.com', language: 'de-AT' });
    await deliver(notification());
    const { Subject, Body } = JSON.parse(ses.received[0]?.body ?? '').Content.Simple;
    expect(Subject.Data).toMatch(/^Du hast \$.4,90 verdient$/);
    expect(Body.Html).toMatchObject({ Charset: 'UTF-8', Data: expect.stringContaining('Abmelden') });
    await contact('PUT', { email: 'alice@example.com' });
  });

  it('of what is held no longer goes out once a program has a template of it', async () => {
    const available = () => ({ ...notification(`reward_available-${count++}`), kind: 'reward_available' });
    await deliver(available());
    expect(logged()).toMatchObject([{ kind: 'reward_available', because: 'not_wanted' }]);
    const template = { subject: '{{reward}} for you', text: '{{unsubscribeUrl}}' };
    const params = { programId: 'default', kind: 'reward_available', language: 'en' };
    const set = await call(api as never, {
      routeKey: 'PUT /v1/programs/{programId}/notification-templates/{kind}/{language}',
      pathParameters: params,
      body: template,
    });
    expect(set).toMatchObject({ status: 200 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    await deliver(available());
    vi.useRealTimers();
    expect(ses.received.map(({ body }) => JSON.parse(body).Content.Simple.Subject.Data)).toEqual([
      '$4.90 for you',
    ]);
  });

  it('goes to nobody once the deployment names no sender any more', async () => {
    vi.stubEnv('NOTIFICATION_SENDER', '');
    expect(await deliver(notification())).toEqual([]);
    expect(logged()).toMatchObject([
      { message: 'notification', kind: 'reward_earned', because: 'no_sender' },
    ]);
    expect(ses.received).toEqual([]);
  });

  it('goes to nobody without a contact, who unsubscribed, or who is inactive', async () => {
    expect(await deliver(notification(undefined, 'silent'))).toEqual([]);
    await contact('PUT', { email: 'alice@example.com', notifications: false });
    await deliver(notification());
    await contact('PUT', { email: 'alice@example.com', notifications: true });
    const read = await backend.ports.findParticipant('default', 'alice');
    if (read) await backend.ports.changeParticipant(read, { status: 'inactive' });
    await deliver(notification());
    if (read) await backend.ports.changeParticipant({ ...read, status: 'inactive' }, { status: 'active' });
    expect(logged().map(({ because }) => because)).toEqual(['no_contact', 'unsubscribed', 'inactive']);
    expect(ses.received).toEqual([]);
  });
});

describe('the templates', () => {
  const defaultsIn = async (language?: string) => {
    const { body } = await call(api as never, {
      routeKey: 'GET /v1/programs/{programId}/notification-templates',
      pathParameters: { programId: 'default' },
      ...(language !== undefined && { query: { language } }),
    });
    return body.defaults as { kind: string; language: string; subject: string; optional: boolean }[];
  };

  it('of our own are listed in a language that we have, with those that are not sent by themselves', async () => {
    const [english, german, dutch] = [await defaultsIn(), await defaultsIn('de-CH'), await defaultsIn('nl')];
    expect(new Set(english.map(({ language }) => language))).toEqual(new Set(['en']));
    expect(german).toContainEqual(
      expect.objectContaining({
        kind: 'reward_held',
        language: 'de',
        subject: 'Du hast {{reward}} verdient',
      }),
    );
    expect(dutch).toEqual(english);
    expect(english.filter(({ optional }) => optional).map(({ kind }) => kind)).toEqual(['reward_available']);
  });
});

describe('a contact', () => {
  it('is forgotten when it is deleted, but not that its owner unsubscribed', async () => {
    await contact('PUT', { email: 'alice@example.com', notifications: false });
    expect(await contact('DELETE')).toMatchObject({ status: 200, body: { removed: true } });
    expect(await contact('DELETE')).toMatchObject({ status: 404, body: { code: 'contact_not_found' } });
    expect(await contact('GET')).toMatchObject({ status: 404 });
    expect(await contact('PUT', { email: 'new@example.com' })).toMatchObject({
      body: { contact: { email: 'n…@e….com', notifications: false } },
    });
  });

  it('opens for the participant alone whose it is', async () => {
    const { seal, unseal } = await import('../../../shared/runtime/seal.ts');
    const sealed = seal('secret', 'alice', 'alice@example.com');
    expect(unseal('secret', 'alice', sealed)).toBe('alice@example.com');
    expect(() => unseal('secret', 'bob', sealed)).toThrow();
    expect(keys.contact('k').sk).toBe('CONTACT');
  });
});
