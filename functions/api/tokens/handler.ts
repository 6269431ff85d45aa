import { isRefusal } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/tokens.ts';
import {
  currentKey,
  keySetTimes,
  publicJwk,
  type SigningKeys,
  shownKeys,
} from '../../../shared/domain/access/signing-keys.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { TextAnswer } from '../../../shared/http/text-answer.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { keepKeys } from '../../../shared/runtime/tokens/keep-keys.ts';
import { signToken } from '../../../shared/runtime/tokens/sign-token.ts';
import { signingSecret } from '../../../shared/runtime/tokens/signing-secret.ts';
import { auditItems } from '../../../shared/table/audit-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { issueToken, type TokenClaims } from '../../../shared/usecases/access/issue-token.ts';
import { rotateSigningKeys } from '../../../shared/usecases/access/rotate-signing-keys.ts';
import { showSigningKeys } from './show-signing-keys.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const secret = signingSecret(requireEnvironment('SIGNING_SECRET_ARN'));
const issuer = requireEnvironment('API_URL');

const kept = keepKeys<SigningKeys>({
  name: 'this deployment',
  load: async () => (await secret.readSigningKeys()).keys,
  now: system.now,
  ...keySetTimes,
});

async function sign(claims: TokenClaims): Promise<string> {
  const key = currentKey(await kept.find(), system.now());
  if (key === undefined) throw new Error('The signing secret has no value');
  return signToken(issuer, key, claims);
}

const createToken = operation(contract.createToken, async ({ body }) =>
  issueToken({ ...system, ...programItems(table), signToken: sign }, body),
);

const rotate = operation(contract.rotateSigningKeys, async ({ body, operator, system: by }) => {
  const ports = { ...system, ...secret, ...auditItems(table), operator };
  // The clock is not that of a request that began before: what is published now signs from now on, and later.
  const keys = await rotateSigningKeys(ports, { ...body, kid: by.ulid(by.now()) });
  if (isRefusal(keys)) return keys;
  kept.put(keys);
  return { signingKeys: showSigningKeys(keys, system.now()) };
});

const getJwks = operation(contract.getJwks, async () => {
  const keys = shownKeys(await kept.find(), system.now()).map(publicJwk);
  return new TextAnswer('application/json', JSON.stringify({ keys }), {
    'cache-control': `public, max-age=${keySetTimes.publishedMs / 1_000}`,
  });
});

export const handler = serveRoutes([createToken, rotate, getJwks]);
