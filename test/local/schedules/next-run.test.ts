import { describe, expect, it } from 'vitest';
import { nextRun } from '../../../local/schedules/next-run.ts';

/** The next runs after a time, as UTC or as another zone's clock shows them. */
function runs(expression: string, after: string, count = 3, timezone = 'UTC'): string[] {
  const found: string[] = [];
  let at = new Date(after);
  while (found.length < count) {
    const next = nextRun(expression, timezone, at);
    if (!next) break;
    found.push(next.toISOString().replace(':00.000Z', ''));
    at = next;
  }
  return found;
}

describe('cron, as in AWS’s examples', () => {
  it.each([
    ['cron(0 10 * * ? *)', ['2026-03-05T10:00', '2026-03-06T10:00', '2026-03-07T10:00']],
    ['cron(15 12 * * ? *)', ['2026-03-05T12:15', '2026-03-06T12:15', '2026-03-07T12:15']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-03-05T18:00', '2026-03-06T18:00', '2026-03-09T18:00']],
    ['cron(0 8 1 * ? *)', ['2026-04-01T08:00', '2026-05-01T08:00', '2026-06-01T08:00']],
    ['cron(0/15 * * * ? *)', ['2026-03-05T09:30', '2026-03-05T09:45', '2026-03-05T10:00']],
    ['cron(0/10 * ? * MON-FRI *)', ['2026-03-05T09:30', '2026-03-05T09:40', '2026-03-05T09:50']],
    ['cron(0/5 8-17 ? * MON-FRI *)', ['2026-03-05T09:25', '2026-03-05T09:30', '2026-03-05T09:35']],
    ['cron(0/30 20-2 ? * MON-FRI *)', ['2026-03-05T20:00', '2026-03-05T20:30', '2026-03-05T21:00']],
    ['cron(45 22-1 ? * FRI-MON *)', ['2026-03-06T00:45', '2026-03-06T01:45', '2026-03-06T22:45']],
    ['cron(0 9 ? * 2#1 *)', ['2026-04-06T09:00', '2026-05-04T09:00', '2026-06-01T09:00']],
    ['cron(15 10 ? * 6L 2026-2027)', ['2026-03-27T10:15', '2026-04-24T10:15', '2026-05-29T10:15']],
    ['cron(0 0 L * ? *)', ['2026-03-31T00:00', '2026-04-30T00:00', '2026-05-31T00:00']],
    ['cron(0 0 15W * ? *)', ['2026-03-16T00:00', '2026-04-15T00:00', '2026-05-15T00:00']],
    ['cron(0 0 1W * ? *)', ['2026-04-01T00:00', '2026-05-01T00:00', '2026-06-01T00:00']],
    ['cron(0 0 LW * ? *)', ['2026-03-31T00:00', '2026-04-30T00:00', '2026-05-29T00:00']],
    ['cron(0 0 ? * L *)', ['2026-03-07T00:00', '2026-03-14T00:00', '2026-03-21T00:00']],
    ['cron(5,35 14 * * ? *)', ['2026-03-05T14:05', '2026-03-05T14:35', '2026-03-06T14:05']],
    ['cron(0 0 29 FEB ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['cron(0 12 1/10 JAN,jul ? 2026)', ['2026-07-01T12:00', '2026-07-11T12:00', '2026-07-21T12:00']],
  ])('%s', (expression, expected) => {
    expect(runs(expression, '2026-03-05T09:22:33Z')).toEqual(expected);
  });

  it('is over when its years are', () => {
    expect(runs('cron(0 0 1 1 ? 2026-2027)', '2026-03-05T00:00:00Z')).toEqual(['2027-01-01T00:00']);
    expect(nextRun('cron(0 0 30 2 ? *)', 'UTC', new Date('2026-01-01'))).toBeUndefined();
  });

  it.each([
    'cron(0 10 * * *)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(60 10 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 0 ? * 0 *)',
    'cron(0 0 ? * MON#6 *)',
    'cron(0/0 0 * * ? *)',
    'cron(x 0 * * ? *)',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'at(tomorrow)',
    'every day',
  ])('refuses %s', (expression) => {
    expect(() => nextRun(expression, 'UTC', new Date())).toThrow();
  });
});

describe('in a time zone', () => {
  it('follows its clock', () => {
    expect(runs('cron(0 9 * * ? *)', '2026-03-27T12:00:00Z', 3, 'Europe/Berlin')).toEqual([
      '2026-03-28T08:00',
      '2026-03-29T07:00',
      '2026-03-30T07:00',
    ]);
    expect(runs('cron(30 5 * * ? *)', '2026-01-01T00:00:00Z', 1, 'Asia/Kolkata')).toEqual([
      '2026-01-02T00:00',
    ]);
  });

  it('leaves out a time that is skipped in spring', () => {
    expect(runs('cron(30 2 * * ? *)', '2026-03-07T12:00:00Z', 2, 'America/New_York')).toEqual([
      '2026-03-09T06:30',
      '2026-03-10T06:30',
    ]);
  });

  it('runs once at a time that comes twice in autumn', () => {
    expect(runs('cron(30 1 * * ? *)', '2026-10-31T12:00:00Z', 2, 'America/New_York')).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ]);
  });

  it('must be known', () => {
    expect(() => nextRun('cron(0 9 * * ? *)', 'Mars/Olympus', new Date())).toThrow();
  });
});

describe('rate and at', () => {
  it.each([
    ['rate(5 minutes)', '2026-01-01T00:05'],
    ['rate(1 hour)', '2026-01-01T01:00'],
    ['rate(7 days)', '2026-01-08T00:00'],
  ])('%s counts from the time given', (expression, expected) => {
    expect(runs(expression, '2026-01-01T00:00:00Z', 1)).toEqual([expected]);
  });

  it('at runs once, in its zone', () => {
    expect(runs('at(2026-11-20T13:00:00)', '2026-01-01T00:00:00Z')).toEqual(['2026-11-20T13:00']);
    expect(runs('at(2026-11-20T13:00:00)', '2026-01-01T00:00:00Z', 3, 'America/New_York')).toEqual([
      '2026-11-20T18:00',
    ]);
    expect(runs('at(2026-11-20T13:00:00)', '2026-11-20T13:00:00Z')).toEqual([]);
  });
});
