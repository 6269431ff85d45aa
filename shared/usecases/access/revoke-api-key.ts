import { type Refusal, refuse } from '../../contract/problems.ts';
import type { ApiKey } from '../../domain/access/api-key.ts';
import { isoTime } from '../system.ts';
import { type ManageApiKeyPorts, manageApiKey } from './manage-api-key.ts';

/**
 * Revokes a key for good; a second time changes nothing. Who revokes must stand while they do, may do all that the key
 * could, and for as long: so of keys that revoke each other at once one is left, and nobody is ever locked out by it.
 */
export async function revokeApiKey(ports: ManageApiKeyPorts, keyId: string): Promise<ApiKey | Refusal> {
  if (keyId === ports.operator.keyId) return refuse('own_api_key');
  const revokedAt = isoTime(ports.now());
  return manageApiKey(ports, keyId, 'api_key.revoked', (before) =>
    before.revokedAt === undefined ? { ...before, revokedAt } : before,
  );
}
