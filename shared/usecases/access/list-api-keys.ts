import { type Refusal, refuse } from '../../contract/problems.ts';
import { type ApiKey, isKeyWithin } from '../../domain/access/api-key.ts';
import type { Reach } from '../../domain/access/reach.ts';
import type { Page, PageRequest } from '../../domain/page.ts';

export interface FindApiKeyPorts {
  findApiKey(keyId: string): Promise<ApiKey | undefined>;
  /** When keys were last used: ISO 8601, by their ids. */
  findKeyUses(keyIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface ListApiKeysPorts extends FindApiKeyPorts {
  listApiKeys(page: PageRequest): Promise<Page<ApiKey> | undefined>;
}

/** A key, and when it was last used, if it was: ISO 8601. */
export interface UsedApiKey {
  readonly apiKey: ApiKey;
  readonly lastUsedAt: string | undefined;
}

/** The keys of a page that are bound to nothing beyond somebody's reach; undefined for a cursor of no list. */
export async function listApiKeys(
  ports: ListApiKeysPorts,
  reach: Reach,
  request: PageRequest,
): Promise<Page<UsedApiKey> | undefined> {
  const page = await ports.listApiKeys(request);
  if (page === undefined) return undefined;
  const within = page.items.filter((apiKey) => isKeyWithin(reach, apiKey));
  return { ...page, items: await withUses(ports, within) };
}

/** A key that is bound to nothing beyond somebody's reach. */
export async function findApiKey(
  ports: FindApiKeyPorts,
  reach: Reach,
  keyId: string,
): Promise<UsedApiKey | Refusal> {
  const found = await ports.findApiKey(keyId);
  const [used] = await withUses(ports, found !== undefined && isKeyWithin(reach, found) ? [found] : []);
  return used ?? refuse('api_key_not_found');
}

/** Keys with their uses. */
export async function withUses(
  { findKeyUses }: Pick<FindApiKeyPorts, 'findKeyUses'>,
  apiKeys: readonly ApiKey[],
): Promise<UsedApiKey[]> {
  const uses = await findKeyUses(apiKeys.map(({ keyId }) => keyId));
  return apiKeys.map((apiKey) => ({ apiKey, lastUsedAt: uses.get(apiKey.keyId) }));
}
