import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import type { CallerContext } from '../../shared/http/caller.ts';
import { requireEnvironment } from '../../shared/runtime/environment.ts';
import { loadHasher } from '../../shared/runtime/secrets.ts';
import { system } from '../../shared/runtime/system.ts';
import { keepFor } from '../../shared/runtime/timed-cache.ts';
import { apiKeyItems } from '../../shared/table/api-key-items.ts';
import { openTable } from '../../shared/table/client.ts';
import { matchesApiKey, parseApiKey } from '../../shared/usecases/access/api-key.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
/** A withdrawn key stops within this time. Only the record is kept: every secret is checked anew. */
const keyKeptMs = 30_000;
const findApiKey = keepFor(keyKeptMs, 1_000, system.now, apiKeyItems(table).findApiKey);
loadHasher().catch(() => undefined);

type Result = APIGatewaySimpleAuthorizerWithContextResult<CallerContext>;

/**
 * Says who is calling. It lets every request pass to the function with its verdict, since the gateway could only
 * refuse with an answer that is no problem document; a function takes nobody without a verdict in their favour.
 */
export async function handler(event: APIGatewayRequestAuthorizerEventV2): Promise<Result> {
  return { isAuthorized: true, context: await identify(event.headers?.['authorization']) };
}

async function identify(authorization: string | undefined): Promise<CallerContext> {
  if (authorization === undefined || authorization === '')
    return { caller: 'nobody', because: 'missing_key' };
  const parts = parseApiKey(authorization.replace(/^Bearer\s+/i, ''));
  const record = parts && (await findApiKey(parts.keyId));
  if (!parts || !record || !matchesApiKey(await loadHasher(), parts.secret, record)) {
    return { caller: 'nobody', because: 'invalid_key' };
  }
  return { caller: 'server', keyId: record.keyId, scopes: record.scopes.join(' ') };
}
