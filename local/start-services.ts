import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Deployment } from './deployment.ts';
import type { JsonService } from './services/aws-error.ts';
import type { Deliver } from './services/deliver-event.ts';
import { createEventBridge, type EventBridge } from './services/event-bridge.ts';
import { type Mailbox, openMailbox } from './services/mailbox.ts';
import { createSecretsManager } from './services/secrets-manager.ts';

export interface Services {
  readonly secretsManager: JsonService;
  readonly eventBridge: EventBridge;
  readonly mailbox: Mailbox;
  /** The value of a secret, by ARN; undefined while it has none. */
  readSecret(arn: string): Promise<string | undefined>;
}

/** Starts the services that have no engine of their own: Secrets Manager, EventBridge and SES. */
export function startServices(deployment: Deployment, dataDir: string, deliver: Deliver): Services {
  const { secrets, buses, busRules, region, accountId } = deployment;
  const now = Date.now;
  const newId = randomUUID;
  const secretsManager = createSecretsManager({
    secrets,
    file: join(dataDir, 'secrets.json'),
    randomBytes,
    now,
    newId,
  });
  const logFolder = join(dataDir, 'logs');
  return {
    secretsManager,
    mailbox: openMailbox({ file: join(dataDir, 'mails.jsonl'), now, newId }),
    eventBridge: createEventBridge({
      region,
      accountId,
      buses,
      rules: busRules,
      logFolder,
      deliver,
      now,
      newId,
    }),
    readSecret: async (arn) => {
      const value = await secretsManager.handle('GetSecretValue', { SecretId: arn }).catch(() => undefined);
      return (value as { SecretString?: string } | undefined)?.SecretString;
    },
  };
}
