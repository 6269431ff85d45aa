import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultProvider, ownCredentials } from '../../shared/runtime/own-credentials.ts';

afterEach(() => vi.unstubAllEnvs());

function give(sessionToken?: string): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
}

describe('the credentials of a function', () => {
  it('are those of its environment', async () => {
    give('token');
    const given = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' };
    expect(ownCredentials()).toStrictEqual(given);
    expect(await defaultProvider()()).toStrictEqual(given);
  });

  it('need no session', () => {
    give();
    expect(ownCredentials()).toStrictEqual({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
  });

  it('are missed by the name of the variable', async () => {
    give();
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    await expect(defaultProvider()()).rejects.toThrow('AWS_SECRET_ACCESS_KEY');
  });
});
