import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type BootOptions, boot, type RunningStack } from '../../../local/boot.ts';
import { describeStack, type StackDescription } from '../../../local/describe-stack.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { findSecrets } from './find-secrets.ts';
import { projectDir } from './project-dir.ts';

/** A booted stack with a client that holds its first API key. */
export interface TestStack extends ApiClient {
  readonly running: RunningStack;
  readonly description: StackDescription;
  readonly dataDir: string;
  /** What boot was told of trouble, a line each. */
  readonly troubles: readonly string[];
  /** Stops the stack; the data stay. */
  stop(): Promise<void>;
  /** Stops the stack and removes its data. @throws where a log of its has a secret, or says who a person is */
  end(): Promise<void>;
}

/** A new folder for data, which nobody else has. */
export function makeDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'plusone-data-'));
}

/** Boots the stack of this run's template, in this process. */
export async function startStack(options: Partial<BootOptions> = {}): Promise<TestStack> {
  const dataDir = options.dataDir ?? makeDataDir();
  const troubles: string[] = [];
  const running = await boot({
    cdkOutDir: inject('cloudAssembly'),
    port: 0,
    projectFile: join(projectDir, 'package.json'),
    onTrouble: (what, detail) => troubles.push(`${what}: ${detail}`),
    ...options,
    dataDir,
  });
  const description = await describeStack(running);
  const stop = () => running.stop();
  return {
    ...createApiClient(running.apiUrl, description.apiKey),
    running,
    description,
    dataDir,
    troubles,
    stop,
    end: async () => {
      await stop();
      const found = findSecrets(readLogs(dataDir), [description.apiKey]);
      rmSync(dataDir, { recursive: true, force: true });
      if (found.length > 0) throw new Error(`Logs may not hold this:\n${found.join('\n')}`);
    },
  };
}

/** Every log of a data folder, by file name. Logs are written out for good when the stack has stopped. */
export function readLogs(dataDir: string): ReadonlyMap<string, string> {
  const dir = join(dataDir, 'logs');
  return new Map(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

/** The log of the function with this logical id's beginning, such as `FunctionsPayouts`. */
export function readFunctionLog({ running, dataDir }: TestStack, idStart: string): string {
  const name = running.deployment.functions.find(({ logicalId }) => logicalId.startsWith(idStart))?.name;
  return readLogs(dataDir).get(`${name}.log`) ?? '';
}
