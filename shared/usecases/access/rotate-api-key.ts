import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { rotated, statusOfKey } from '../../domain/access/api-key.ts';
import { type Hasher, isoTime } from '../system.ts';
import { drawApiKey, hashSecret, parseApiKey } from './api-key.ts';
import type { KeyWithSecret } from './create-api-key.ts';
import { type ManageApiKeyPorts, manageApiKey } from './manage-api-key.ts';

/** Gives a key a new secret. Those from before open for so many seconds more at the most. */
export async function rotateApiKey(
  ports: ManageApiKeyPorts & Pick<Hasher, 'lasting'>,
  keyId: string,
  overlapSeconds: number,
): Promise<KeyWithSecret | Refusal> {
  const now = ports.now();
  const at = isoTime(now);
  const secret = drawApiKey(ports, keyId);
  const secretHash = hashSecret(ports, parseApiKey(secret)?.secret ?? '');
  const until = isoTime(now + overlapSeconds * 1_000);
  const apiKey = await manageApiKey(ports, keyId, 'api_key.rotated', (before) => {
    // A run that died got this far: the secret is drawn from the same ids.
    if (before.secretHash === secretHash) return before;
    if (statusOfKey(before, at) !== 'active') return refuse('api_key_inactive');
    return rotated(before, secretHash, at, until) ?? refuse('api_key_rotated_too_often');
  });
  return isRefusal(apiKey) ? apiKey : { apiKey, secret };
}
