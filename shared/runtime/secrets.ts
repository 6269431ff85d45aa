import { createHash } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Hasher } from '../usecases/system.ts';
import { requireEnvironment } from './environment.ts';
import { makeHasher } from './hasher.ts';

const client = new SecretsManagerClient({});

/** A secret's value and which of its versions it is; both undefined while it has none. */
export interface SecretState {
  readonly value?: string | undefined;
  readonly version?: string | undefined;
}

/** Reads a secret; undefined while it has no value. */
export async function readSecret(secretArn: string): Promise<string | undefined> {
  return (await readSecretState(secretArn)).value;
}

/** Reads a secret with its version, for `replaceSecret`. */
export async function readSecretState(secretArn: string): Promise<SecretState> {
  try {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    return { value: answer.SecretString, version: answer.VersionId };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return {};
    throw error;
  }
}

/** Gives a secret a new value. */
export async function writeSecret(secretArn: string, value: string): Promise<void> {
  await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: value }));
}

/**
 * Gives a secret a new value in place of the version that was read. The id of a version can be chosen and is given once:
 * it follows from the version before, so that of those who replace the same one, one gets it.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 *
 * @param over the version that was read; undefined: the secret had no value
 */
export async function replaceSecret(
  secretArn: string,
  over: string | undefined,
  value: string,
): Promise<'replaced' | 'conflict'> {
  const ClientRequestToken = createHash('sha256').update(`after ${over}`).digest('hex');
  try {
    await client.send(
      new PutSecretValueCommand({ SecretId: secretArn, SecretString: value, ClientRequestToken }),
    );
    return 'replaced';
  } catch (error) {
    if (error instanceof ResourceExistsException) return 'conflict';
    throw error;
  }
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
