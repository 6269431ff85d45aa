import { isRefusal } from '../../../shared/contract/problems.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { log } from '../../../shared/runtime/log.ts';
import { system } from '../../../shared/runtime/system.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { auditItems } from '../../../shared/table/audit-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { rotateSigningKeys } from '../../../shared/usecases/access/rotate-signing-keys.ts';

/** No key is older, but for the day until the next run. */
const keyLifeMs = Number(requireEnvironment('SIGNING_KEY_DAYS')) * 86_400_000;
const ports = {
  ...system,
  ...signingSecret(requireEnvironment('SIGNING_SECRET_ARN')),
  ...auditItems(openTable(requireEnvironment('TABLE_NAME'))),
  operator: undefined,
};

/**
 * Makes the key that signs next where the newest has lived for long enough: docs/tokens.md.
 *
 * @returns the id of the new key, if there is one
 * @throws if others kept changing the keys
 */
export async function handler(): Promise<{ rotatedTo?: string }> {
  const kid = system.ulid(system.now());
  const keys = await rotateSigningKeys(ports, { kid, withdraw: false, unlessYoungerThanMs: keyLifeMs });
  if (isRefusal(keys)) throw new Error('The signing keys were changed by others all the time');
  const result = keys.some((key) => key.kid === kid) ? { rotatedTo: kid } : {};
  log('info', 'signing keys looked at', result);
  return result;
}
