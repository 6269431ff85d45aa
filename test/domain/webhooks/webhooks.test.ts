import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Visit } from '../../../shared/domain/clicks/visit.ts';
import { isGivenUp, turnOf } from '../../../shared/domain/webhooks/breaker.ts';
import { clickEventOf } from '../../../shared/domain/webhooks/click-event.ts';
import { deliveryIdOf, isStale, tryOf } from '../../../shared/domain/webhooks/delivery.ts';
import { rotated, secretsAt, type WebhookEndpoint, wants } from '../../../shared/domain/webhooks/endpoint.ts';
import {
  pauseOf,
  readRetryAfter,
  retryDelay,
  usualRetrySeconds,
} from '../../../shared/domain/webhooks/schedule.ts';
import { noSequence, numberEvents } from '../../../shared/domain/webhooks/sequence.ts';
import { isSlow, slowUntilOf } from '../../../shared/domain/webhooks/slowness.ts';
import { isAllowedUrl } from '../../../shared/domain/webhooks/url.ts';

const now = Date.UTC(2026, 10, 21, 10);
const hour = 3_600_000;

describe('what an endpoint wants', () => {
  const endpoint = (over: Partial<WebhookEndpoint>): WebhookEndpoint => ({
    ...{ endpointId: 'whe_1', url: 'https://example.com/', types: [], programIds: [], enabled: true },
    ...{ createdAt: '', updatedAt: '', ...over },
  });
  const event = (type: string, programId = 'default', occurredAt = '2026-11-21T10:00:00.000Z') => ({
    ...{ type, programId, occurredAt },
  });
  const disabledAt = '2026-10-22T10:00:00.001Z';

  it.each<[string, Partial<WebhookEndpoint>, ReturnType<typeof event>, boolean]>([
    ['all without filters', {}, event('payout.paid'), true],
    ['its type', { types: ['payout.paid'] }, event('payout.paid'), true],
    ['no other type', { types: ['payout.paid'] }, event('payout.failed'), false],
    ['all of a subject', { types: ['payout.*'] }, event('payout.failed'), true],
    ['no other subject', { types: ['payout.*'] }, event('reward.created'), false],
    ['its program', { programIds: ['a', 'b'] }, event('payout.paid', 'b'), true],
    ['no other program', { programIds: ['a'] }, event('payout.paid', 'b'), false],
    ['no clicks without filters', {}, event('click.recorded'), false],
    ['no clicks for other types', { types: ['reward.*', 'link.created'] }, event('click.recorded'), false],
    ['clicks by their name', { types: ['click.recorded'] }, event('click.recorded'), true],
    ['clicks as all of their subject', { types: ['click.*'] }, event('click.recorded'), true],
    ['what it misses for 30 days', { enabled: false, disabledAt }, event('payout.paid'), true],
    [
      'nothing later',
      { enabled: false, disabledAt },
      event('payout.paid', 'default', '2026-11-21T10:00:00.001Z'),
      false,
    ],
    [
      'nothing while it is disabled that it does not want',
      { enabled: false, disabledAt, types: ['reward.*'] },
      event('payout.paid'),
      false,
    ],
  ])('is %s', (_, over, what, expected) => {
    expect(wants(endpoint(over), what)).toBe(expected);
  });
});

describe('what is told of a visit', () => {
  const visit: Visit = {
    ...{ visitId: '01kakzv2qe3h8s7w9n5c4b6d2f', clickId: 'clk_3q8zk1vdn5m7r2t9w4x6y0b8ch', code: 'k7m2qxw9' },
    ...{
      programId: 'default',
      userId: 'alice',
      kind: 'human',
      at: now,
      visitorHash: 'v-hash',
      ipHash: 'i-hash',
    },
    ...{ userAgent: 'Firefox', language: 'de', country: 'DE', asn: 3320, doubts: ['no_accept'] },
    ...{ referrerHost: 'blog.example.com', utm: { source: 'mail' }, adNetwork: 'google' },
  };

  it("is the click under its own id, with no number and nothing of the visitor's", () => {
    const createdAt = '2026-11-21T10:00:00.000Z';
    const { clickId, code, programId, userId } = visit;
    const about = { clickId, code, programId, userId, createdAt };
    expect(clickEventOf({ visit, first: true })).toEqual({
      ...{ id: clickId, type: 'click.recorded', version: 1, programId, userId, occurredAt: createdAt },
      data: { click: { ...about, country: 'DE', referrerHost: 'blog.example.com', utm: { source: 'mail' } } },
    });
  });

  it('is nothing of repeats and machines', () => {
    expect(clickEventOf({ visit, first: false })).toBeUndefined();
    for (const kind of ['bot', 'scanner', 'prefetch', 'head'] as const) {
      expect(clickEventOf({ visit: { ...visit, kind }, first: true })).toBeUndefined();
    }
  });
});

describe('the schedule', () => {
  it('is ten tries in some 75 hours', () => {
    const waits = usualRetrySeconds.map((_, index) => retryDelay(usualRetrySeconds, index + 1, undefined, 0));
    const hours = waits.reduce<number>((sum, wait) => sum + (wait ?? 0), 0) / hour;
    expect(waits).toHaveLength(9);
    expect(hours).toBeGreaterThan(75);
    expect(hours).toBeLessThan(76);
    expect(retryDelay(usualRetrySeconds, 10, undefined, 0)).toBeUndefined();
  });

  it('spreads what failed together, by a tenth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, random) => {
          const base = (usualRetrySeconds[tries - 1] ?? 0) * 1_000;
          const wait = retryDelay(usualRetrySeconds, tries, undefined, random) ?? 0;
          expect(wait).toBeGreaterThanOrEqual(base);
          expect(wait).toBeLessThanOrEqual(Math.ceil(base * 1.1));
        },
      ),
    );
  });

  it('waits longer when it is asked to, never shorter, and never more than a day', () => {
    expect(retryDelay(usualRetrySeconds, 1, 60_000, 0)).toBe(60_000);
    expect(retryDelay(usualRetrySeconds, 2, 1_000, 0)).toBe(300_000);
    expect(retryDelay(usualRetrySeconds, 1, 99 * 24 * hour, 0)).toBe(24 * hour);
  });

  it('leaves who keeps failing alone for five minutes, or as a shorter schedule says', () => {
    expect(pauseOf(usualRetrySeconds)).toBe(300_000);
    expect(pauseOf([1, 2])).toBe(2_000);
    expect(pauseOf([7_200])).toBe(900_000);
  });

  it.each([
    ['120', 120_000],
    [' 30 ', 30_000],
    ['120 seconds', undefined],
    ['Sat, 21 Nov 2026 10:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads Retry-After %j', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});

describe('who keeps failing', () => {
  it('is tried by one at a time after five failures in a row', () => {
    expect(turnOf({ failures: 4, probeAt: now + 1 }, now)).toEqual({ turn: 'try' });
    expect(turnOf({ failures: 5, probeAt: now + 1 }, now)).toEqual({ turn: 'wait', until: now + 1 });
    expect(turnOf({ failures: 5, probeAt: now }, now)).toEqual({ turn: 'probe', dueAt: now });
  });

  it('is given up after five days of nothing but that', () => {
    const failingSince = new Date(now - 120 * hour).toISOString();
    expect(isGivenUp({ failures: 30, failingSince }, now)).toBe(true);
    expect(isGivenUp({ failures: 30, failingSince }, now - 1)).toBe(false);
    expect(isGivenUp({ failures: 5, failingSince }, now)).toBe(true);
    expect(isGivenUp({ failures: 4, failingSince }, now)).toBe(false);
    expect(isGivenUp({ failures: 0 }, now)).toBe(false);
  });
});

describe('an endpoint that was slow', () => {
  const kept = 10 * 60_000;

  it('counts as slow for ten minutes', () => {
    const slowUntil = slowUntilOf({ failures: 0 }, 1_000);
    expect(slowUntil).toBe(1_000 + kept);
    const health = { failures: 0, slowUntil: 1_000 + kept };
    expect(isSlow(health, kept + 999)).toBe(true);
    expect(isSlow(health, kept + 1_000)).toBe(false);
    expect(isSlow({ failures: 0 }, 1)).toBe(false);
  });

  it('is noted anew only once half of that is over', () => {
    const health = { failures: 0, slowUntil: kept };
    expect(slowUntilOf(health, kept / 2 - 1)).toBeUndefined();
    expect(slowUntilOf(health, kept / 2)).toBe(1.5 * kept);
  });
});

describe('secrets', () => {
  it('overlap until the old one ends, and an older one ends at once', () => {
    const once = rotated([{ sealed: 'a' }], { sealed: 'b', rotationId: '1' }, '2026-11-22');
    expect(secretsAt(once, '2026-11-21').map(({ sealed }) => sealed)).toEqual(['b', 'a']);
    expect(secretsAt(once, '2026-11-22').map(({ sealed }) => sealed)).toEqual(['b']);
    const twice = rotated(once, { sealed: 'c', rotationId: '2' }, '2026-11-23');
    expect(secretsAt(twice, '2026-11-21').map(({ sealed }) => sealed)).toEqual(['c', 'b']);
  });
});

describe('numbers of a participant', () => {
  it('rise, and stay with their events however often and in whatever parts these come again', () => {
    const parts = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 8 }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(parts, (batches) => {
        let sequence = noSequence;
        const given = new Map<string, number>();
        for (const batch of batches) {
          const ids = [...new Set(batch)].map((id) => `e${id}`);
          const result = numberEvents(sequence, ids);
          for (const [id, number] of result.numbers) {
            expect(number).toBe(given.get(id) ?? given.size + 1);
            given.set(id, number);
          }
          sequence = result.sequence;
        }
        expect(sequence.last).toBe(given.size);
      }),
    );
  });

  it('stay for the forty latest, which fit into a kilobyte', () => {
    let sequence = noSequence;
    for (let i = 0; i < 500; i++) sequence = numberEvents(sequence, [`event-${i}`]).sequence;
    expect(numberEvents(sequence, ['event-460']).numbers.get('event-460')).toBe(461);
    expect(numberEvents(sequence, ['event-459']).numbers.get('event-459')).toBe(501);
    expect(sequence.recent).toHaveLength(40);
  });

  it('of a batch that is larger than that stay as well', () => {
    const ids = Array.from({ length: 300 }, (_, i) => `event-${i}`);
    const { sequence, numbers } = numberEvents(noSequence, ids);
    const again = numberEvents(sequence, ids);
    expect(again.numbers).toEqual(numbers);
    expect(again.sequence).toBe(sequence);
  });
});

describe('a delivery', () => {
  it('has an id that is the same each time, and sorts by the time of its event', () => {
    const at = (time: number, id = 'e') => deliveryIdOf({ id, occurredAt: new Date(time).toISOString() });
    expect(at(now)).toBe(at(now));
    expect(at(now)).not.toBe(at(now, 'f'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: now }), fc.integer({ min: 1, max: now }), (time, later) => {
        expect(at(time) < at(time + later)).toBe(true);
      }),
    );
  });

  it('knows messages of the past', () => {
    const delivery = {
      ...{
        deliveryId: 'd',
        endpointId: 'whe_1',
        round: 1,
        attempts: 2,
        tries: [],
        status: 'pending' as const,
      },
      event: { ...{ id: 'e', type: 't', version: 1 as const, programId: 'p' }, occurredAt: '', data: {} },
    };
    expect(isStale(undefined, { round: 0, attempt: 0 })).toBe(false);
    expect(isStale(delivery, { round: 1, attempt: 2 })).toBe(false);
    expect(isStale(delivery, { round: 1, attempt: 1 })).toBe(true);
    expect(isStale(delivery, { round: 0, attempt: 9 })).toBe(true);
    expect(isStale(delivery, { round: 2, attempt: 0 })).toBe(false);
    expect(isStale({ ...delivery, status: 'delivered' }, { round: 1, attempt: 2 })).toBe(true);
  });

  it('says of a try why it failed', () => {
    const failureOf = (status: number) =>
      tryOf({ durationMs: 1, status }, 'https://example.com/', 'now').failure;
    expect([200, 204, 302, 404, 410, 500].map(failureOf)).toEqual([
      ...[undefined, undefined, 'redirected', 'refused', 'refused', 'refused'],
    ]);
  });
});

describe('a URL', () => {
  it.each(['https://example.com/in?key=1', 'https://8.8.8.8/', 'https://hooks.example.co.uk:8443/'])(
    '%s is taken',
    (url) => expect(isAllowedUrl(url, false)).toBe(true),
  );
  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://017700000001/',
    'https://169.254.169.254/',
    'https://10.1.2.3/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[2002:a00:1::]/',
    'https://[64:ff9b::10.0.0.1]/',
    'https://localhost/',
    'https://localhost./',
    'https://db.internal/',
    'https://printer.local/',
    'https://intranet/',
    'https://metadata.google.internal/',
    'https://a.localhost/',
    'http://example.com/',
  ])('%s is not', (url) => expect(isAllowedUrl(url, false)).toBe(false));
  it('of this machine is taken where that is allowed, and no other private one', () => {
    expect(isAllowedUrl('http://127.0.0.1:4000/', true)).toBe(true);
    expect(isAllowedUrl('http://localhost:4000/', true)).toBe(true);
    expect(isAllowedUrl('https://10.1.2.3/', true)).toBe(false);
    expect(isAllowedUrl('http://example.com/', true)).toBe(false);
  });
});
