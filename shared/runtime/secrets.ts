import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Hasher } from '../usecases/system.ts';
import { requireEnvironment } from './environment.ts';
import { makeHasher } from './hasher.ts';

const client = new SecretsManagerClient({});

/** Reads a secret; undefined while it has no value. */
export async function readSecret(secretArn: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Gives a secret a new value. */
export async function writeSecret(secretArn: string, value: string): Promise<void> {
  await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: value }));
}

let hasher: Promise<Hasher> | undefined;

/** The hasher over the deployment's secret, read once an instance. A failed read is tried again by the next call. */
export function loadHasher(): Promise<Hasher> {
  hasher ??= readHasher().catch((error: unknown) => {
    hasher = undefined;
    throw error;
  });
  return hasher;
}

async function readHasher(): Promise<Hasher> {
  const secret = await readSecret(requireEnvironment('HASH_SECRET_ARN'));
  if (secret === undefined) throw new Error('The hash secret has no value');
  return makeHasher(secret);
}
