import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { type Backend, call, startBackend } from './backend.ts';

let backend: Backend;
let handler: typeof import('../../functions/redirect/handler.ts').handler;
let written: string[] = [];
const follow = (code: string) =>
  call(handler, { routeKey: 'GET /r/{code}', pathParameters: { code }, caller: null });

/** The function has seen the link and its program once; then the table goes. */
beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../functions/redirect/handler.ts'));
  const alice = { programId: 'default', userId: 'alice', code: 'warm', createParticipant: true };
  await createLink(backend.ports, alice);
  await follow('warm');
  await backend.stop();
});
afterAll(() => backend.stop());
beforeEach(() => {
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

it('sends visitors of a link it knows on, without a click, and says that the visit was lost', async () => {
  const { status, headers, cookies } = await follow('warm');
  expect(status).toBe(302);
  expect(headers['location']).toBe('https://example.com/?plusone_code=warm');
  expect(cookies).toEqual([]);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 'error', message: 'visit lost', code: 'warm' });
});

it('asks visitors of a link it does not know to come again', async () => {
  const { status, headers, body } = await follow('cold');
  expect(status).toBe(503);
  expect(headers['retry-after']).toBe('5');
  expect(body).toBe('Try again in a moment.');
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ message: 'redirect failed', requestId: 'request-1' });
  expect(written.join('')).not.toContain('203.0.113.7');
});
