import { expect, it } from 'vitest';
import { registrableDomain } from '../../shared/runtime/registrable-domain.ts';

it.each([
  ['acme.com', 'acme.com'],
  ['eu.mail.acme.co.uk', 'acme.co.uk'],
  ['students.uni-wien.ac.at', 'uni-wien.ac.at'],
  ['blog.jane.github.io', 'jane.github.io'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
])('of %s is %s', async (host, domain) => expect(await registrableDomain(host)).toBe(domain));

it.each(['co.uk', 'github.io', 'localhost', '192.0.2.1', ''])('of %j is none', async (host) =>
  expect(await registrableDomain(host)).toBeUndefined(),
);
