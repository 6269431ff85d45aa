import { describe, expect, it } from 'vitest';
import {
  amount,
  code,
  destinationUrl,
  email,
  eventId,
  httpsUrl,
  programId,
  text,
  userId,
} from '../../shared/contract/fields.ts';
import { putContact } from '../../shared/contract/notifications.ts';

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

describe('an id that stands in paths', () => {
  const path = new URL('https://api.example.com/v1/events/default/');

  it.each(['.', '..'])('is not %s, which no client could ask for', (value) => {
    expect(new URL(encodeURIComponent(value), path).pathname).not.toContain(`default/${value}`);
    for (const field of [userId, eventId]) {
      expect(field.safeParse(value).error?.issues[0]?.message).toBe('must not be . or .. alone');
    }
    for (const field of [programId, code]) expect(field.safeParse(value).success).toBe(false);
  });

  it.each(['...', '.a', 'a.', '..a', 'a..', '.-'])('is %s, which is found where it was put', (value) => {
    expect(new URL(encodeURIComponent(value), path).pathname).toBe(`${path.pathname}${value}`);
    for (const field of [userId, eventId]) expect(field.safeParse(value).success).toBe(true);
  });
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

describe('email', () => {
  it.each([
    'alice@example.com',
    "o'neil+tag_1@mail.example.co.uk",
    'x@müller.de',
    'jörg@example.de',
    'x@xn--mller-kva.de',
    'почта@почта.рф',
    '用户@例子.公司',
    'a＠example.com',
    `${'a'.repeat(64)}@example.com`,
  ])('takes %s', (value) => expect(email.safeParse(value).success).toBe(true));
  it.each([
    '',
    'alice',
    '@example.com',
    'alice@',
    'alice@localhost',
    'a@b@example.com',
    'a＠b@example.com',
    'a,b@example.com',
    'Alice <alice@example.com>',
    '"a b"@example.com',
    'a b@example.com',
    'a@exa mple.com',
    'a@example.com\r\nBcc: b@example.com',
    'a\u200b@example.com',
    'a\ud800@example.com',
    'a@example..com',
    'a@.example.com',
    'a@example.com.',
    'a@example.com:25',
    'a@example.com/x',
    'a@example.com?x',
    'a@127.0.0.1',
    'a@[::1]',
    'a@user:pass@example.com',
    `a@${'b'.repeat(64)}.com`,
    `${'a'.repeat(250)}@b.de`,
  ])('refuses %j', (value) => expect(email.safeParse(value).success).toBe(false));
});

it('a contact takes what mail reaches everywhere: any domain, and a mailbox in ASCII', () => {
  const messages = (address: string) =>
    putContact.body.safeParse({ email: address }).error?.issues.map(({ message }) => message) ?? [];
  expect(messages('x@müller.de')).toEqual([]);
  expect(messages('jörg@example.de')).toEqual([expect.stringContaining('must have ASCII before its @')]);
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
