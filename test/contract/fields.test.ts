import { describe, expect, it } from 'vitest';
import {
  amount,
  code,
  destinationUrl,
  eventId,
  httpsUrl,
  programId,
  text,
  userId,
} from '../../shared/contract/fields.ts';

describe('userId', () => {
  it.each(['alice', 'A-1', 'auth0|5f7c8ec7c33c6c004bbafe82', 'bob+tag@example.com', 'a:b', 'x'.repeat(128)])(
    'takes %s',
    (value) => expect(userId.safeParse(value).success).toBe(true),
  );
  it.each([
    '',
    ' ',
    'a b',
    'a/b',
    '../a',
    'a#b',
    'a%2fb',
    'a?b',
    'ä',
    '🙂',
    'a\u0000',
    'a\n',
    'x'.repeat(129),
  ])('refuses %j', (value) => expect(userId.safeParse(value).success).toBe(false));
});

describe('programId', () => {
  it.each(['default', 'a', '2026-spring', 'x'.repeat(63)])('takes %s', (value) =>
    expect(programId.safeParse(value).success).toBe(true),
  );
  it.each(['', '-a', 'Default', 'a_b', 'a/b', 'x'.repeat(64)])('refuses %j', (value) =>
    expect(programId.safeParse(value).success).toBe(false),
  );
});

describe('code', () => {
  it.each(['abc', 'ABC-def_1', 'x'.repeat(50)])('takes %s', (value) =>
    expect(code.safeParse(value).success).toBe(true),
  );
  it.each(['ab', '-abc', '_abc', 'a b', 'abc/', 'äbc', 'x'.repeat(51)])('refuses %j', (value) =>
    expect(code.safeParse(value).success).toBe(false),
  );
});

describe('eventId', () => {
  it.each(['evt_1', 'a.b:c-d', 'x'.repeat(128)])('takes %s', (value) =>
    expect(eventId.safeParse(value).success).toBe(true),
  );
  it.each(['', 'a/b', 'a@b', 'x'.repeat(129)])('refuses %j', (value) =>
    expect(eventId.safeParse(value).success).toBe(false),
  );
});

describe('amount', () => {
  it.each([0, 1, 999_999_999_999])('takes %d', (value) => expect(amount.safeParse(value).success).toBe(true));
  it.each([-1, 0.5, 1_000_000_000_000, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '1', null])(
    'refuses %s',
    (value) => expect(amount.safeParse(value).success).toBe(false),
  );
  it('keeps the sum of nine thousand of the highest exact', () => {
    expect(Number.isSafeInteger(999_999_999_999 * 9_000)).toBe(true);
  });
});

describe('text', () => {
  it.each(['a', 'Zoë 🙂', '  ', '\u200d'])('takes %j', (value) =>
    expect(text(10).safeParse(value).success).toBe(true),
  );
  it.each(['', '\u0000', 'a\nb', '\u007f', '\u0085', '\ud83d', 'a\udc00b', 'x'.repeat(11)])(
    'refuses %j',
    (value) => expect(text(10).safeParse(value).success).toBe(false),
  );
});

describe('httpsUrl', () => {
  it.each([
    'https://example.com',
    'https://example.com:8443/a?b=c#d',
    'https://exämple.com/',
    'https://1.2.3.4/',
  ])('takes %s', (value) => expect(httpsUrl.safeParse(value).success).toBe(true));
  it.each([
    'http://example.com',
    'ftp://example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.com',
    'example.com',
    'https://a@example.com',
    'https://:b@example.com',
    'https:\\\\example.com',
    'https://example.com/\\evil',
    ' https://example.com',
    'https://example.com/ ',
    'https://example.com/\t',
    'https://localhost',
    'https://[::1]/',
    `https://example.com/${'x'.repeat(2048)}`,
  ])('refuses %j', (value) => expect(httpsUrl.safeParse(value).success).toBe(false));
});

describe('destinationUrl', () => {
  it.each(['https://example.com/a', 'http://127.0.0.1', 'http://127.0.0.1:4100/a?b=c#d'])(
    'takes %s',
    (value) => expect(destinationUrl.safeParse(value).success).toBe(true),
  );
  it.each([
    'http://example.com',
    'http://localhost:4100/',
    'http://127.0.0.1.evil.example/',
    'http://127.0.0.1:x@evil.example/',
    'http://127.0.0.1:99999/',
    'http://127.0.0.1\\evil.example/',
    'http://127.0.0.1/ a',
    'http://a@127.0.0.1/',
    'http://127.1/',
  ])('refuses %j', (value) => expect(destinationUrl.safeParse(value).success).toBe(false));
});
