import { afterAll, beforeAll, expect, it } from 'vitest';
import { noClicks } from '../../../shared/domain/clicks/totals.ts';
import { recordVisit, type Visitor } from '../../../shared/usecases/clicks/record-visit.ts';
import { linkOf } from '../../table/use-table.ts';
import { type Backend, startBackend } from '../backend.ts';
import { changeOf, itemsOf, streamOf } from './stream-event.ts';

let backend: Backend;
let handler: typeof import('../../../functions/stream/count-clicks/handler.ts').handler;

beforeAll(async () => {
  backend = await startBackend();
  ({ handler } = await import('../../../functions/stream/count-clicks/handler.ts'));
});
afterAll(() => backend.stop());

it('counts the visits of a stream once, whatever else the stream brings and however often', async () => {
  const link = await linkOf(backend.ports, 'alice');
  const person: Visitor = { kind: 'human', ip: '203.0.113.7', userAgent: 'Firefox', referrer: undefined };
  const at = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const ports = { ...backend.ports, now: () => at };
  await recordVisit(ports, link, person);
  await recordVisit(ports, link, person);
  await recordVisit(ports, link, { ...person, ip: '203.0.113.8' });
  await recordVisit(ports, link, { ...person, kind: 'bot' });
  const items = await itemsOf(backend.table);
  expect(items.some((item) => item['type'] !== 'visit')).toBe(true);
  const inserted = items.map((item) => changeOf(item));
  const visit = items.find((item) => item['type'] === 'visit');
  await handler(
    streamOf(...inserted, changeOf(visit, visit), changeOf(undefined, visit), { eventName: 'INSERT' }),
  );
  await handler(streamOf(...inserted.slice(1)));
  const found = await backend.ports.findLinkWithClicks(link.code);
  expect(found?.clicks).toEqual({ ...noClicks, clicks: 3, uniqueClicks: 2, botClicks: 1 });
});

it('has nothing to do for an empty stream', async () => {
  await expect(handler(streamOf())).resolves.toBeUndefined();
});
