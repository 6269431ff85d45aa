import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { describeError, log } from '../../../shared/runtime/log.ts';
import { formatWebhookSecret } from '../../../shared/runtime/outbound/sign-webhook.ts';
import { loadHasher, readSecret, writeSecret } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { apiKeyItems } from '../../../shared/table/api-key-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { makeSigningKey } from '../../../shared/usecases/access/make-signing-key.ts';
import { setUp } from '../../../shared/usecases/access/set-up.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const firstKeyArn = requireEnvironment('FIRST_KEY_SECRET_ARN');
const hookSecretArn = requireEnvironment('HOOK_SECRET_ARN');
const signingSecretArn = requireEnvironment('SIGNING_SECRET_ARN');

/**
 * Runs when a deployment is made or changed, as a custom resource of CloudFormation.
 * Protocol: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    if (event.RequestType !== 'Delete') await prepare();
    await respond(event, 'SUCCESS', 'done');
  } catch (error) {
    log('error', 'set-up failed', describeError(error));
    await respond(event, 'FAILED', 'The set-up failed; see the log of the bootstrap function');
  }
}

async function prepare(): Promise<void> {
  if ((await readSecret(hookSecretArn)) === undefined) {
    await writeSecret(hookSecretArn, formatWebhookSecret(system.random(32)));
  }
  await makeSigningKey({ ...system, ...signingSecret(signingSecretArn) });
  const ports = {
    ...system,
    ...(await loadHasher()),
    ...apiKeyItems(table),
    ...programItems(table),
    readFirstKey: () => readSecret(firstKeyArn),
    keepFirstKey: (apiKey: string) => writeSecret(firstKeyArn, apiKey),
  };
  await setUp(ports, requireEnvironment('DEFAULT_DESTINATION'));
}

async function respond(
  event: CloudFormationCustomResourceEvent,
  Status: 'SUCCESS' | 'FAILED',
  Reason: string,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = JSON.stringify({
    Status,
    Reason,
    PhysicalResourceId: 'plusone-set-up',
    StackId,
    RequestId,
    LogicalResourceId,
  });
  const answer = await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!answer.ok) throw new Error(`CloudFormation did not take the answer: ${answer.status}`);
}
