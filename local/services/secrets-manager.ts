import type { SecretSpec } from '../deployment.ts';
import { AwsError, type JsonService, unknownOperation } from './aws-error.ts';
import { generateSecret, type RandomBytes } from './generate-secret.ts';
import { openSecretFile, type SecretFile, type SecretVersion, type SecretVersions } from './secret-file.ts';

export interface SecretsManagerOptions {
  readonly secrets: readonly SecretSpec[];
  /** JSON file of the data folder. */
  readonly file: string;
  readonly randomBytes: RandomBytes;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

type Body = Readonly<Record<string, unknown>>;

const STAGES = ['AWSCURRENT', 'AWSPREVIOUS'] as const satisfies readonly (keyof SecretVersions)[];

const findSecret = (secrets: readonly SecretSpec[], body: Body): SecretSpec => {
  const id = String(body['SecretId'] ?? '');
  // An ARN may be given without the six characters at its end.
  const secret = secrets.find(({ name, arn }) => id === name || id === arn || id === arn.slice(0, -7));
  if (secret !== undefined) return secret;
  throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
};

const findVersion = (versions: SecretVersions, body: Body): SecretVersion => {
  const { VersionId, VersionStage } = body;
  const stage = STAGES.find((candidate) =>
    VersionId === undefined
      ? candidate === (VersionStage ?? 'AWSCURRENT')
      : versions[candidate]?.versionId === VersionId,
  );
  const version = stage && versions[stage];
  if (version !== undefined) return version;
  const wanted = String(VersionId ?? VersionStage ?? 'AWSCURRENT');
  throw new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for staging label: ${wanted}`,
  );
};

const stagesOf = (versions: SecretVersions, versionId: string): readonly string[] =>
  STAGES.filter((stage) => versions[stage]?.versionId === versionId);

const describeSecret = ({ arn, name }: SecretSpec, versions: SecretVersions): Body => {
  const ids = STAGES.flatMap((stage) => versions[stage]?.versionId ?? []);
  return {
    ARN: arn,
    Name: name,
    VersionIdsToStages: Object.fromEntries(ids.map((id) => [id, stagesOf(versions, id)])),
  };
};

const getValue = ({ arn, name }: SecretSpec, versions: SecretVersions, body: Body): Body => {
  const { versionId, value, createdAtMs } = findVersion(versions, body);
  return {
    ARN: arn,
    Name: name,
    VersionId: versionId,
    SecretString: value,
    VersionStages: stagesOf(versions, versionId),
    CreatedDate: createdAtMs / 1000,
  };
};

const putValue = (
  { arn, name }: SecretSpec,
  file: SecretFile,
  body: Body,
  options: SecretsManagerOptions,
): Body => {
  const { SecretString: value, ClientRequestToken: token } = body;
  if (typeof value !== 'string')
    throw new AwsError('InvalidParameterException', 'You must provide SecretString.');
  const versions = file.get(arn);
  const { AWSCURRENT: current } = versions;
  const versionId = typeof token === 'string' ? token : options.newId();
  const answer = { ARN: arn, Name: name, VersionId: versionId };
  const same = STAGES.map((stage) => versions[stage]).find((version) => version?.versionId === versionId);
  if (same !== undefined) {
    if (same.value === value) return { ...answer, VersionStages: stagesOf(versions, versionId) };
    throw new AwsError('ResourceExistsException', 'A version with this token and another value exists.');
  }
  const next = { versionId, value, createdAtMs: options.now() };
  file.set(arn, { AWSCURRENT: next, ...(current === undefined ? {} : { AWSPREVIOUS: current }) });
  return { ...answer, VersionStages: ['AWSCURRENT'] };
};

/** Gives every secret its first value, as a deployment does, and leaves the values that it has. */
const fillSecrets = (file: SecretFile, { secrets, randomBytes, newId, now }: SecretsManagerOptions): void => {
  for (const secret of secrets) {
    if (file.get(secret.arn).AWSCURRENT !== undefined) continue;
    const value = generateSecret(secret, randomBytes);
    if (value === undefined) continue;
    file.set(secret.arn, { AWSCURRENT: { versionId: newId(), value, createdAtMs: now() } });
  }
};

/** Secrets Manager for the secrets of the template: values are kept in a file, and only their last two. */
export const createSecretsManager = (options: SecretsManagerOptions): JsonService => {
  const file = openSecretFile(options.file);
  fillSecrets(file, options);
  const answer = (operation: string, body: Body): Body => {
    const secret = () => findSecret(options.secrets, body);
    switch (operation) {
      case 'GetSecretValue':
        return getValue(secret(), file.get(secret().arn), body);
      case 'DescribeSecret':
        return describeSecret(secret(), file.get(secret().arn));
      case 'PutSecretValue':
        return putValue(secret(), file, body, options);
      default:
        throw unknownOperation(`Secrets Manager ${operation}`);
    }
  };
  return { handle: async (operation, body) => answer(operation, body) };
};
