import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyVisit,
  referrerHostOf,
  type VisitSignals,
  visitWindow,
} from '../../../shared/domain/clicks/visit.ts';

const person: VisitSignals = {
  method: 'GET',
  userAgent: 'Mozilla/5.0 Firefox/140',
  purpose: ['', ''],
  isBotAgent: false,
};

describe('classifyVisit', () => {
  it('takes a browser for a person', () => expect(classifyVisit(person)).toBe('human'));

  it.each<[string, Partial<VisitSignals>]>([
    ['a HEAD request', { method: 'HEAD' }],
    ['a known crawler', { isBotAgent: true }],
    ['no user agent', { userAgent: undefined }],
    ['an empty user agent', { userAgent: '' }],
    ['a blank user agent', { userAgent: '  ' }],
    ['a prefetch', { purpose: ['prefetch'] }],
    ['a prefetch with more words', { purpose: ['', 'prefetch;prerender'] }],
    ['a prerender', { purpose: ['prerender'] }],
    ['a preview in capitals', { purpose: ['', '', 'PREVIEW'] }],
  ])('takes %s for a machine', (_, signals) => expect(classifyVisit({ ...person, ...signals })).toBe('bot'));

  it('is not put off by a purpose that says nothing of the kind', () => {
    expect(classifyVisit({ ...person, purpose: ['navigate'] })).toBe('human');
  });
});

describe('visitWindow', () => {
  const at = Date.parse('2026-05-01T10:00:00.000Z');
  it('is one for the whole of a clock hour', () => expect(visitWindow(at + 3_599_999)).toBe(visitWindow(at)));
  it('is another one at the next', () => {
    expect(visitWindow(at + 3_600_000)).toBe(visitWindow(at) + 1);
    expect(visitWindow(at - 1)).toBe(visitWindow(at) - 1);
  });
});

describe('referrerHostOf', () => {
  it.each([
    ['https://news.example/a/secret?token=1#x', 'news.example'],
    ['http://News.Example:8080/', 'news.example'],
    ['https://user:password@news.example/', 'news.example'],
  ])('keeps of %s the host alone', (referrer, host) => expect(referrerHostOf(referrer)).toBe(host));

  it.each([
    undefined,
    '',
    'news',
    'android-app://com.example',
    'about:blank',
    'javascript:alert(1)',
    'data:,x',
    'file:///etc',
  ])('keeps nothing of %s', (referrer) => expect(referrerHostOf(referrer)).toBeUndefined());

  it('never throws, and is short', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `https://${s}`),
        ),
        (referrer) => {
          expect((referrerHostOf(referrer) ?? '').length).toBeLessThan(256);
        },
      ),
    );
  });
});
