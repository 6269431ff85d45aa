import { keySetTimes, publicJwk, shownKeys } from '../../domain/access/signing-keys.ts';
import { defaultProgramId } from '../../domain/programs/program.ts';
import { requireEnvironment } from '../environment.ts';
import { fetchIssuerKeys } from './fetch-issuer-keys.ts';
import { issuerKeys } from './issuer-keys.ts';
import { keepKeys } from './keep-keys.ts';
import { signingSecret } from './signing-secret.ts';
import { tokenForm } from './token-form.ts';
import type { TrustedIssuer } from './verify-token.ts';

/** Signatures that anybody with the public key can check. None that a secret shared with the issuer would check. */
const oidcAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Whose tokens a deployment takes, by its environment: its own, and those of the issuer that its settings name. */
export function trustedIssuers(now: () => number): readonly TrustedIssuer[] {
  const oidcIssuer = process.env['OIDC_ISSUER'];
  return [ownIssuer(now), ...(oidcIssuer ? [issuerOfCustomer(oidcIssuer, now)] : [])];
}

function ownIssuer(now: () => number): TrustedIssuer {
  const { readSigningKeys } = signingSecret(requireEnvironment('SIGNING_SECRET_ARN'));
  return {
    issuer: requireEnvironment('API_URL'),
    audience: tokenForm.audience,
    algorithms: [tokenForm.alg],
    typ: tokenForm.typ,
    userClaim: 'sub',
    programClaim: 'program',
    keys: keepKeys({
      name: 'this deployment',
      // The private parts are not kept.
      load: async () => issuerKeys({ keys: shownKeys((await readSigningKeys()).keys, now()).map(publicJwk) }),
      now,
      ...keySetTimes,
    }).find,
  };
}

function issuerOfCustomer(issuer: string, now: () => number): TrustedIssuer {
  const allowLoopback = process.env['OIDC_ALLOW_LOOPBACK'] === '1';
  return {
    issuer,
    audience: requireEnvironment('OIDC_AUDIENCE'),
    algorithms: oidcAlgorithms,
    userClaim: process.env['OIDC_USER_CLAIM'] || 'sub',
    programClaim: process.env['OIDC_PROGRAM_CLAIM'],
    programId: defaultProgramId,
    keys: keepKeys({
      name: issuer,
      load: async () => issuerKeys(await fetchIssuerKeys(issuer, allowLoopback)),
      now,
      freshMs: 600_000,
      staleMs: 3_600_000,
      pauseMs: 30_000,
    }).find,
  };
}
