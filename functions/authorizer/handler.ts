import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { type ApiKey, statusOfKey } from '../../shared/domain/access/api-key.ts';
import type { CallerContext } from '../../shared/http/caller.ts';
import { requireEnvironment } from '../../shared/runtime/environment.ts';
import { describeError, log } from '../../shared/runtime/log.ts';
import { loadHasher } from '../../shared/runtime/secrets.ts';
import { system } from '../../shared/runtime/system.ts';
import { keepFor } from '../../shared/runtime/timed-cache.ts';
import { trustedIssuers } from '../../shared/runtime/tokens/trusted-issuers.ts';
import { verifyToken } from '../../shared/runtime/tokens/verify-token.ts';
import { apiKeyItems } from '../../shared/table/api-key-items.ts';
import { openTable } from '../../shared/table/client.ts';
import { matchesApiKey, parseApiKey } from '../../shared/usecases/access/api-key.ts';
import { isoTime } from '../../shared/usecases/system.ts';

const items = apiKeyItems(openTable(requireEnvironment('TABLE_NAME')));
const mostKept = 1_000;

/** A revoked key stops within this time. Only the record is kept: every secret is checked anew. */
const keyKeptMs = 30_000;
const findApiKey = keepFor(keyKeptMs, mostKept, system.now, items.findApiKey);
/** A secret that the kept record does not know may be newer than that; guesses cost a read a second and key at most. */
const renewedMs = 1_000;
const findRenewed = keepFor(renewedMs, mostKept, system.now, findApiKey.renew);
/** Apart from the keys that there are, so that no crowd of inventions drives those out. */
const isUnknown = keepFor(keyKeptMs, mostKept, system.now, async (keyId) =>
  (await findApiKey(keyId)) === undefined ? true : undefined,
);

/** How exact the time of a key's last use is. */
const useNotedMs = 300_000;
const mostUseWaitMs = 200;
const noteUse = keepFor(useNotedMs, mostKept, system.now, async (keyId) => {
  const noted = items.noteKeyUse(keyId, isoTime(system.now())).catch((error: unknown) => {
    log('warn', 'the use of a key was not noted', describeError(error));
  });
  await Promise.race([noted, new Promise((resolve) => setTimeout(resolve, mostUseWaitMs).unref())]);
  return true;
});

const trusted = trustedIssuers(system.now);

loadHasher().catch(() => undefined);

type Result = APIGatewaySimpleAuthorizerWithContextResult<CallerContext>;

/**
 * Says who is calling. It lets every request pass to the function with its verdict, since the gateway could only
 * refuse with an answer that is no problem document; a function takes nobody without a verdict in their favour.
 */
export async function handler(event: APIGatewayRequestAuthorizerEventV2): Promise<Result> {
  return { isAuthorized: true, context: await identify(event.headers?.['authorization']) };
}

type Nobody = Extract<CallerContext, { caller: 'nobody' }>;
const nobody = (because: Nobody['because']): Nobody => ({ caller: 'nobody', because });

async function identify(authorization: string | undefined): Promise<CallerContext> {
  if (authorization === undefined || authorization === '') return nobody('missing_key');
  const credential = authorization.replace(/^Bearer\s+/i, '');
  // A token has dots, a key none.
  if (credential.includes('.')) return identifyHolder(credential);
  const given = parseApiKey(credential);
  return given === undefined ? nobody('invalid_key') : identifyKey(given);
}

async function identifyHolder(token: string): Promise<CallerContext> {
  const verdict = await verifyToken(trusted, token, system.now());
  return 'because' in verdict ? nobody(verdict.because) : { caller: 'participant', ...verdict };
}

/** The record of a key that has this secret: the kept one, or after a rotation the one that there is by now. */
async function findMatch(keyId: string, secret: string, at: string): Promise<ApiKey | undefined> {
  const wasKept = findApiKey.keeps(keyId);
  if (await isUnknown(keyId)) return undefined;
  const hasher = await loadHasher();
  const isMatch = (apiKey: ApiKey | undefined) =>
    apiKey !== undefined && matchesApiKey(hasher, secret, apiKey, at);
  const known = await findApiKey(keyId);
  if (isMatch(known)) return known;
  const renewed = wasKept ? await findRenewed(keyId) : undefined;
  return isMatch(renewed) ? renewed : undefined;
}

/** Only who has a key's secret is told that it has ended. */
async function identifyKey({ keyId, secret }: { keyId: string; secret: string }): Promise<CallerContext> {
  const at = isoTime(system.now());
  const apiKey = await findMatch(keyId, secret, at);
  if (apiKey === undefined) return nobody('invalid_key');
  const status = statusOfKey(apiKey, at);
  if (status !== 'active') return nobody(`${status}_key`);
  await noteUse(keyId);
  const { scopes, programs = ['*'] } = apiKey;
  return { caller: 'server', keyId, scopes: scopes.join(' '), programs: programs.join(' ') };
}
