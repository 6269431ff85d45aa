import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** One value of a secret. */
export interface SecretVersion {
  readonly versionId: string;
  readonly value: string;
  readonly createdAtMs: number;
}

/** The values of a secret that its two stages name. */
export interface SecretVersions {
  readonly AWSCURRENT?: SecretVersion;
  readonly AWSPREVIOUS?: SecretVersion;
}

const OWNER_ONLY = 0o600;

/** Values of all secrets by ARN, in a file that only its owner can read. */
export interface SecretFile {
  get(arn: string): SecretVersions;
  set(arn: string, versions: SecretVersions): void;
}

/** Opens the file, or begins a new one; each change is written whole before it counts. */
export const openSecretFile = (path: string): SecretFile => {
  const stored: Record<string, SecretVersions> = existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : {};
  return {
    get: (arn) => stored[arn] ?? {},
    set: (arn, versions) => {
      const next = { ...stored, [arn]: versions };
      writeFileSync(`${path}.new`, JSON.stringify(next, null, 2), { mode: OWNER_ONLY });
      renameSync(`${path}.new`, path);
      stored[arn] = versions;
    },
  };
};
