import * as contract from '../../../shared/contract/api-keys.ts';
import { isRefusal, type Refusal, refuse } from '../../../shared/contract/problems.ts';
import { type ApiKey, statusOfKey } from '../../../shared/domain/access/api-key.ts';
import type { Operator } from '../../../shared/domain/audit.ts';
import { pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { apiKeyItems } from '../../../shared/table/api-key-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { createApiKey, type KeyWithSecret } from '../../../shared/usecases/access/create-api-key.ts';
import {
  findApiKey,
  listApiKeys,
  type UsedApiKey,
  withUses,
} from '../../../shared/usecases/access/list-api-keys.ts';
import { revokeApiKey } from '../../../shared/usecases/access/revoke-api-key.ts';
import { rotateApiKey } from '../../../shared/usecases/access/rotate-api-key.ts';
import { isoTime } from '../../../shared/usecases/system.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = { ...apiKeyItems(table), ...programItems(table) };
/** How long secrets from before a rotation still work, unless it is said: a day. */
const usualOverlap = 86_400;

/** A key as outsiders see it: no hash. */
function show({ apiKey, lastUsedAt }: UsedApiKey): object {
  const { keyId, name, scopes, programs, createdAt, expiresAt, rotatedAt, revokedAt } = apiKey;
  return {
    id: keyId,
    prefix: `po_${keyId}`,
    ...{ name, scopes, programs, createdAt, expiresAt, rotatedAt, revokedAt, lastUsedAt },
    status: statusOfKey(apiKey, isoTime(system.now())),
  };
}

async function showChanged(changed: ApiKey): Promise<object> {
  const [used] = await withUses(ports, [changed]);
  return used === undefined ? refuse('api_key_not_found') : show(used);
}

async function answerSecret(made: KeyWithSecret | Refusal): Promise<object> {
  return isRefusal(made) ? made : { apiKey: await showChanged(made.apiKey), secret: made.secret };
}

/** A route that only keys call has their operator. */
const by = (operator: Operator | undefined): { readonly operator: Operator } => {
  if (operator === undefined) throw new Error('Nobody is known to ask');
  return { operator };
};

const create = operation(
  contract.createApiKey,
  async ({ body, operator, system: own }) =>
    answerSecret(await createApiKey({ ...own, ...ports, ...(await loadHasher()), ...by(operator) }, body)),
  'within',
);

const list = operation(
  contract.listApiKeys,
  async ({ query, reach }) => pageAnswer('apiKeys', await listApiKeys(ports, reach, pageOf(query)), show),
  'within',
);

const get = operation(
  contract.getApiKey,
  async ({ params, reach }) => {
    const found = await findApiKey(ports, reach, params.keyId);
    return isRefusal(found) ? found : { apiKey: show(found) };
  },
  'within',
);

const rotate = operation(
  contract.rotateApiKey,
  async ({ params, body, operator, system: own }) => {
    const rotating = { ...own, ...ports, ...(await loadHasher()), ...by(operator) };
    return answerSecret(await rotateApiKey(rotating, params.keyId, body.overlapSeconds ?? usualOverlap));
  },
  'within',
);

const revoke = operation(
  contract.revokeApiKey,
  async ({ params, operator, system: own }) => {
    const revoked = await revokeApiKey({ ...own, ...ports, ...by(operator) }, params.keyId);
    return isRefusal(revoked) ? revoked : { apiKey: await showChanged(revoked) };
  },
  'within',
);

export const handler = serveRoutes([create, list, get, rotate, revoke]);
