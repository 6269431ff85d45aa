import { afterEach, expect, it, vi } from 'vitest';
import { requireEnvironment } from '../../shared/runtime/environment.ts';

afterEach(() => vi.unstubAllEnvs());

it('reads a variable', () => {
  vi.stubEnv('SOME_NAME', 'value');
  expect(requireEnvironment('SOME_NAME')).toBe('value');
});

it.each([undefined, ''])('fails by name where it is %j', (value) => {
  vi.stubEnv('SOME_NAME', value);
  expect(() => requireEnvironment('SOME_NAME')).toThrow('The environment variable SOME_NAME is not set');
});
