import type * as z from 'zod';
import type { rotateSigningKeys } from '../../../shared/contract/tokens.ts';
import {
  currentKey,
  type SigningKeys,
  shownKeys,
  verifiesUntil,
} from '../../../shared/domain/access/signing-keys.ts';

type Shown = z.output<typeof rotateSigningKeys.success.schema>['signingKeys'];

/** What operators see of the keys: nothing that signs. @param at milliseconds since 1970 */
export function showSigningKeys(keys: SigningKeys, at: number): Shown {
  const current = currentKey(keys, at);
  return shownKeys(keys, at).map((key) => {
    const end = verifiesUntil(keys, key);
    return {
      kid: key.kid,
      status: key === current ? 'current' : key.signsFrom > at ? 'next' : 'previous',
      createdAt: iso(key.createdAt),
      signsFrom: iso(key.signsFrom),
      ...(end !== undefined && { verifiesUntil: iso(end) }),
    };
  });
}

const iso = (at: number): string => new Date(at).toISOString();
