import { describe, expect, it } from 'vitest';
import { updateProgram } from '../../shared/contract/programs.ts';

const takes = (url: string): boolean =>
  updateProgram.body.safeParse({ hooks: { validation: { url } } }).success;

describe('the address of a hook', () => {
  it.each([
    'https://example.com/x?y=1',
    'http://127.0.0.1:4711/hook',
    'http://localhost:4711',
    'http://[::1]/x',
  ])('may be %s', (url) => expect(takes(url)).toBe(true));

  it.each([
    ...[
      'http://example.com/',
      'http://127.0.0.1.example.com/',
      'http://localhost:99999/',
      'http://localhost@example.com/',
    ],
    ...['https://user:pass@example.com/', 'ftp://example.com/', 'https://intranet/', '', 'http://10.0.0.1/'],
  ])('is not %j', (url) => expect(takes(url)).toBe(false));
});
