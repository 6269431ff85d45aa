import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeseries } from '../../../shared/contract/analytics.ts';
import { noClicks } from '../../../shared/domain/clicks/totals.ts';
import { countClicks } from '../../../shared/usecases/clicks/count-clicks.ts';
import { recordVisit } from '../../../shared/usecases/clicks/record-visit.ts';
import { linkOf } from '../../table/use-table.ts';
import { type Backend, call, startBackend } from '../backend.ts';

let backend: Backend;
let handler: Parameters<typeof call>[0];
let code: string;

const today = '2026-11-21';
const at = Date.parse(`${today}T13:05:00Z`);

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/api/analytics/handler.ts'));
  const link = await linkOf(backend.ports, 'alice');
  code = link.code;
  const arrived: { visit: Parameters<typeof backend.ports.storeVisit>[0]; first: boolean }[] = [];
  const visitor = { ip: '203.0.113.7', userAgent: 'Firefox', referrer: undefined } as const;
  for (const [time, kind] of [
    [at, 'human'],
    [at + 1, 'human'],
    [at + 3_600_000, 'human'],
    [at - 86_400_000, 'prefetch'],
  ] as const) {
    const ports = {
      ...backend.ports,
      now: () => time,
      storeVisit: async (visit: (typeof arrived)[number]['visit'], known: boolean) => {
        const stored = await backend.ports.storeVisit(visit, known);
        arrived.push({ visit, first: stored.first });
        return stored;
      },
    };
    await recordVisit(ports, link, { ...visitor, kind });
  }
  await countClicks(backend.ports, arrived);
});
afterAll(() => backend.stop());

const ask = (query: Record<string, string>, programId = 'default') =>
  call(handler, {
    routeKey: 'GET /v1/programs/{programId}/analytics/timeseries',
    pathParameters: { programId },
    query,
  });

describe('the series of clicks', () => {
  const day = { ...noClicks, clicks: 3, uniqueClicks: 2 };
  const before = { ...noClicks, botClicks: 1, prefetchClicks: 1 };
  const total = { ...day, botClicks: 1, prefetchClicks: 1 };

  it.each([
    ['a program', () => ({})],
    ['a participant', () => ({ userId: 'alice' })],
    ['a link', () => ({ code: code.toUpperCase() })],
  ])('of %s, by day', async (_, whose) => {
    const { status, body } = await ask({ from: '2026-11-19', to: today, ...whose() });
    expect(status).toBe(200);
    expect(timeseries.success.schema.parse(body)).toEqual(body);
    expect(body).toEqual({
      programId: 'default',
      interval: 'day',
      from: '2026-11-19',
      to: today,
      total,
      points: [
        { start: '2026-11-19T00:00:00.000Z', ...noClicks },
        { start: '2026-11-20T00:00:00.000Z', ...before },
        { start: '2026-11-21T00:00:00.000Z', ...day },
      ],
    });
  });

  it('by hour', async () => {
    const { body } = await ask({ interval: 'hour', to: today, code });
    expect(body.points).toHaveLength(24);
    expect(body.points.slice(12, 15)).toEqual([
      { start: `${today}T12:00:00.000Z`, ...noClicks },
      { start: `${today}T13:00:00.000Z`, ...noClicks, clicks: 2, uniqueClicks: 1 },
      { start: `${today}T14:00:00.000Z`, ...noClicks, clicks: 1, uniqueClicks: 1 },
    ]);
  });

  it('of the last 30 days, unless asked otherwise', async () => {
    expect((await ask({})).body.points).toHaveLength(30);
  });

  it.each([
    ['an unknown program', {}, 'other', 404, 'program_not_found'],
    ['an unknown participant', { userId: 'nobody' }, 'default', 404, 'participant_not_found'],
    ['an unknown code', { code: 'nothing' }, 'default', 404, 'code_not_found'],
  ])('is refused of %s', async (_, query, programId, status, problem) => {
    expect(await ask(query, programId)).toMatchObject({ status, body: { code: problem } });
  });

  it('of a link is refused where the link is of another program', async () => {
    expect((await ask({ code }, 'other')).body.code).toBe('code_not_found');
  });

  it.each([
    [{ interval: 'minute' }, 'interval'],
    [{ from: '2026-02-30' }, 'from'],
    [{ from: '2026-11-22', to: today }, 'to'],
    [{ from: '2999-01-01' }, 'from'],
    [{ from: '2024-01-01', to: '2026-01-01' }, 'from'],
    [{ interval: 'hour', from: '2026-01-01', to: '2026-02-01' }, 'from'],
    [{ userId: 'alice', code: 'abc' }, 'code'],
    [{ zone: 'UTC' }, 'zone'],
  ])('is refused for %j, naming %s', async (query, field) => {
    const { status, body } = await ask(query as Record<string, string>);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
  });
});
