import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseEmail } from '../../../shared/domain/referrals/normalise-email.ts';

describe('normaliseEmail', () => {
  it.each([
    ['Alice@Example.com', 'alice@example.com'],
    ['alice+shop@example.com', 'alice@example.com'],
    ['alice+a+b@example.com', 'alice@example.com'],
    ['a.l.i.c.e@example.com', 'a.l.i.c.e@example.com'],
    ['a.l.i.c.e@gmail.com', 'alice@gmail.com'],
    ['A.Lice+x@GoogleMail.com', 'alice@gmail.com'],
    ['alice@gmail.com.evil.example', 'alice@gmail.com.evil.example'],
    ['"a@b"@example.com', '"a@b"@example.com'],
  ])('%s is %s', (email, normal) => expect(normaliseEmail(email)).toBe(normal));

  it('tells different mailboxes apart', () => {
    const mailboxes = ['alice@example.com', 'alice@example.org', 'bob@example.com', 'a.lice@example.com'];
    expect(new Set(mailboxes.map(normaliseEmail)).size).toBe(mailboxes.length);
  });

  it('is done after once', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(normaliseEmail(normaliseEmail(email))).toBe(normaliseEmail(email));
      }),
    );
  });
});
