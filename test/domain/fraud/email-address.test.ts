import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emailDomain,
  readEmail as read,
  withAsciiDomain,
} from '../../../shared/domain/fraud/email-address.ts';

/** Two labels, as of most domains. */
const readEmail = (email: string) =>
  read(email, emailDomain(email).split('.').slice(-2).join('.') || undefined);

it.each([
  ['Alice.B@example.com', 'Alice.B@example.com'],
  ['x@Müller.de', 'x@xn--mller-kva.de'],
  ['x@EXAMPLE.de', 'x@example.de'],
])('mail to %s goes to %s', (given, to) => expect(withAsciiDomain(given)).toBe(to));

describe('the mailbox of an address', () => {
  it.each([
    ['Alice@Example.com', 'alice@example.com'],
    ['alice+shop@example.com', 'alice@example.com'],
    ['alice+a+b@example.com', 'alice@example.com'],
    ['a.l.i.c.e@example.com', 'a.l.i.c.e@example.com'],
    ['a.l.i.c.e@gmail.com', 'alice@gmail.com'],
    ['A.Lice+x@GoogleMail.com', 'alice@gmail.com'],
    ['al.ice_x@pm.me', 'alicex@proton.me'],
    ['alice@mac.com', 'alice@icloud.com'],
    ['al.ice@ya.ru', 'al-ice@yandex.com'],
    ['alice-shop@yahoo.com', 'alice@yahoo.com'],
    ['alice-shop@example.com', 'alice-shop@example.com'],
    ['alice@gmail.com.evil.example', 'alice@gmail.com.evil.example'],
    ['"a@b"@example.com', '"a@b"@example.com'],
    ['alice@BÜCHER.example', 'alice@xn--bcher-kva.example'],
    ['alice@xn--bcher-kva.example', 'alice@xn--bcher-kva.example'],
    ['ａlice@example.com', 'alice@example.com'],
    ['+one@example.com', '+one@example.com'],
    ['...@gmail.com', '...@gmail.com'],
  ])('of %s is %s', (email, mailbox) => expect(readEmail(email).mailbox).toBe(mailbox));

  it('tells different mailboxes apart', () => {
    const mailboxes = [
      'alice@example.com',
      'alice@example.org',
      'bob@example.com',
      'a.lice@example.com',
      'alice@hotmail.com',
      'alice@outlook.com',
      '+one@example.com',
      '+two@example.com',
    ];
    expect(new Set(mailboxes.map((one) => readEmail(one).mailbox)).size).toBe(mailboxes.length);
  });

  it('is done after once', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(readEmail(readEmail(email).mailbox).mailbox).toBe(readEmail(email).mailbox);
      }),
    );
  });
});

describe('the domain of an address', () => {
  it.each([
    ['alice@example.com', 'example.com'],
    ['alice@Mail.Example.com', 'example.com'],
    ['alice@eu.gmail.com', undefined],
    ['alice@vip.163.com', undefined],
    ['alice@gmail.com', undefined],
    ['alice@hotmail.com', undefined],
    ['alice@proton.me', undefined],
  ])('of %s is the company %s', (email, domain) => expect(readEmail(email).companyDomain).toBe(domain));

  it('is the whole of it where nothing is known to be registered', () =>
    expect(read('alice@mail.example.com').companyDomain).toBe('mail.example.com'));

  it.each([
    ['x@A.b.Example.com', 'a.b.example.com'],
    ['x@Bücher.example', 'xn--bcher-kva.example'],
    ['x@gmail.com', 'gmail.com'],
  ])('of %s is %s', (email, domain) => expect(emailDomain(email)).toBe(domain));
});
