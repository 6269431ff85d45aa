import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningStack } from './boot.ts';

/** What `stack.json` tells tools of a running stack. */
export interface StackDescription {
  readonly apiUrl: string;
  readonly redirectUrl: string;
  readonly consoleUrl: string;
  /** Where the mails are shown that were caught. */
  readonly mailsUrl: string;
  readonly apiKey: string;
  readonly dynamodbUrl: string;
  readonly tableName: string;
  readonly sqsUrl: string;
  /** Queue URLs by name. */
  readonly queues: Readonly<Record<string, string>>;
}

/** Describes a running stack by the outputs of its template. */
export async function describeStack(stack: RunningStack): Promise<StackDescription> {
  const { deployment, apiUrl, mailsUrl, dynamodbUrl, sqsUrl } = stack;
  const { outputs, tables, queues, accountId } = deployment;
  return {
    apiUrl,
    redirectUrl: outputs['LinkBaseUrl'] ?? apiUrl,
    consoleUrl: `${apiUrl}/docs`,
    mailsUrl,
    apiKey: (await stack.readSecret(outputs['FirstApiKeySecretArn'] ?? '')) ?? '',
    dynamodbUrl,
    tableName: tables[0]?.name ?? '',
    sqsUrl,
    queues: Object.fromEntries(queues.map(({ name }) => [name, `${sqsUrl}/${accountId}/${name}`])),
  };
}

const ownerOnly = 0o600;

/** Writes `DIR/stack.json`, readable by its owner alone since it holds the key. */
export function writeStackFile(dataDir: string, description: StackDescription): void {
  writeFileSync(join(dataDir, 'stack.json'), `${JSON.stringify(description, null, 2)}\n`, {
    mode: ownerOnly,
  });
}

/** Removes `DIR/stack.json`: nothing runs any more. */
export function removeStackFile(dataDir: string): void {
  rmSync(join(dataDir, 'stack.json'), { force: true });
}
