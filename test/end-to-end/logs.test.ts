import { expect, it } from 'vitest';
import { findSecrets } from './support/find-secrets.ts';

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLWl0';

it.each([
  ['an API key', 'po_k4m7_0123456789abcdefghijABCDEFGHIJ'],
  ['a webhook secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ['a token', jwt],
  ['an e-mail address', 'alice+tag@mail.example.org'],
  ['an e-mail address', 'alice%40example.org'],
  ['an address', '203.0.113.9'],
  ['an address', '2001:db8::1'],
  ['what was given', 'known word'],
])('a run whose log has %s is told of it', (what, text) => {
  const logs = new Map([
    ['quiet.log', '{"status":200}'],
    ['leaky.log', `{"a":"${text}"}\n{"again":"${text}"}`],
  ]);
  expect(findSecrets(logs, ['known word'])).toEqual([`leaky.log: ${what}, ${text}`]);
});

it('ids, also those of users who have an address for one, packages with a version, masks and cursors are none', () => {
  const text = `{"keyId":"k4m7","userId":"alice@example.org","at":"node_modules/zod@4.1.0/index.js","mask":"whsec_…","cursor":"${jwt.split('.')[0]}","by":"127.0.0.1"}`;
  expect(findSecrets(new Map([['a.log', text]]), ['known word'])).toEqual([]);
});
