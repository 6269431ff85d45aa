import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SecretSpec } from '../../../local/deployment.ts';
import { generateSecret } from '../../../local/services/generate-secret.ts';
import { createSecretsManager } from '../../../local/services/secrets-manager.ts';

const SECRET: SecretSpec = {
  logicalId: 'Keys',
  name: 'App-Keys',
  arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:App-Keys-abc123',
  generate: { length: 20, excludePunctuation: true, excludeCharacters: 'abc' },
};

const newFile = () => join(mkdtempSync(join(tmpdir(), 'plusone-secrets-')), 'secrets.json');

const open = (file: string, secrets: readonly SecretSpec[] = [SECRET]) => {
  let ids = 0;
  const randomBytes = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
  const service = createSecretsManager({
    secrets,
    file,
    randomBytes,
    now: () => 1_700_000_000_000,
    newId: () => `v${++ids}`,
  });
  return (operation: string, body: Record<string, unknown>) => service.handle(operation, body);
};

describe('secrets manager', () => {
  it('gives a secret its first value, and keeps it over restarts in a file of the owner alone', async () => {
    const file = newFile();
    const first = await open(file)('GetSecretValue', { SecretId: 'App-Keys' });
    expect(first).toMatchObject({
      ARN: SECRET.arn,
      VersionId: 'v1',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: 1_700_000_000,
    });
    expect(first).toHaveProperty('SecretString', expect.stringMatching(/^[A-Zd-z0-9]{20}$/));
    expect(await open(file)('GetSecretValue', { SecretId: SECRET.arn })).toEqual(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('AWSCURRENT');
  });

  it('keeps the last value beside the current one', async () => {
    const call = open(newFile());
    const before = await call('GetSecretValue', { SecretId: 'App-Keys' });
    expect(await call('PutSecretValue', { SecretId: 'App-Keys', SecretString: 'new' })).toMatchObject({
      VersionId: 'v2',
    });
    expect(await call('GetSecretValue', { SecretId: 'App-Keys' })).toMatchObject({ SecretString: 'new' });
    const previous = await call('GetSecretValue', { SecretId: 'App-Keys', VersionStage: 'AWSPREVIOUS' });
    expect(previous).toMatchObject({
      SecretString: Object(before)['SecretString'],
      VersionStages: ['AWSPREVIOUS'],
    });
    expect(await call('GetSecretValue', { SecretId: 'App-Keys', VersionId: 'v1' })).toEqual(previous);
    expect(await call('DescribeSecret', { SecretId: SECRET.arn.slice(0, -7) })).toMatchObject({
      VersionIdsToStages: { v2: ['AWSCURRENT'], v1: ['AWSPREVIOUS'] },
    });
  });

  it('takes a repeated put once', async () => {
    const call = open(newFile());
    const put = { SecretId: 'App-Keys', SecretString: 'x', ClientRequestToken: 'token' };
    expect(await call('PutSecretValue', put)).toEqual(await call('PutSecretValue', put));
    expect(await call('GetSecretValue', { SecretId: 'App-Keys', VersionStage: 'AWSPREVIOUS' })).toMatchObject(
      { VersionId: 'v1' },
    );
    await expect(call('PutSecretValue', { ...put, SecretString: 'y' })).rejects.toMatchObject({
      code: 'ResourceExistsException',
    });
  });

  it('gives the id of a version once, also when another has followed', async () => {
    const call = open(newFile());
    const put = { SecretId: 'App-Keys', SecretString: 'x', ClientRequestToken: 'token' };
    await call('PutSecretValue', put);
    await call('PutSecretValue', { SecretId: 'App-Keys', SecretString: 'z' });
    expect(await call('PutSecretValue', put)).toMatchObject({ VersionStages: ['AWSPREVIOUS'] });
    expect(await call('GetSecretValue', { SecretId: 'App-Keys' })).toMatchObject({ SecretString: 'z' });
    await expect(call('PutSecretValue', { ...put, SecretString: 'y' })).rejects.toMatchObject({
      code: 'ResourceExistsException',
    });
  });

  it('knows no other secret, version or operation', async () => {
    const call = open(newFile(), [SECRET, { logicalId: 'E', name: 'Empty', arn: `${SECRET.arn}-empty` }]);
    await expect(call('GetSecretValue', { SecretId: 'Nope' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(call('GetSecretValue', { SecretId: 'Empty' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(call('RotateSecret', { SecretId: 'App-Keys' })).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
  });
});

describe('generateSecret', () => {
  it('has the length asked for and nothing that is excluded, whatever the randomness', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.string({ maxLength: 20 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat(255)),
        (length, excludeCharacters, excludePunctuation, bytes) => {
          const randomBytes = (count: number) =>
            Uint8Array.from({ length: count }, () => bytes.next().value ?? 0);
          const value = generateSecret(
            { ...SECRET, generate: { length, excludeCharacters, excludePunctuation } },
            randomBytes,
          );
          expect(value).toHaveLength(length);
          expect([...(value ?? '')].some((character) => excludeCharacters.includes(character))).toBe(false);
          if (excludePunctuation) expect(value).toMatch(/^[A-Za-z0-9]+$/);
        },
      ),
    );
  });

  it('fills a template', () => {
    const generate = {
      length: 4,
      excludePunctuation: true,
      excludeCharacters: '',
      template: '{"user":"a"}',
      key: 'password',
    };
    const value = generateSecret({ ...SECRET, generate }, (length) => new Uint8Array(length));
    expect(JSON.parse(value ?? '')).toEqual({ user: 'a', password: 'AAAA' });
  });
});
