import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEmail } from '../../../shared/domain/fraud/email-address.ts';

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
    ['alice@Mail.Example.com', 'mail.example.com'],
    ['alice@gmail.com', undefined],
    ['alice@hotmail.com', undefined],
    ['alice@proton.me', undefined],
  ])('of %s is the company %s', (email, domain) => expect(readEmail(email).companyDomain).toBe(domain));

  it.each([
    ['x@A.b.Example.com', 'a.b.example.com'],
    ['x@Bücher.example', 'xn--bcher-kva.example'],
    ['x@gmail.com', 'gmail.com'],
  ])('of %s is %s', (email, domain) => expect(readEmail(email).domain).toBe(domain));
});
