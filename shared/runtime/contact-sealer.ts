import type { ContactSealer } from '../usecases/notifications/set-contact.ts';
import { keptSecret } from './kept-secret.ts';
import { seal, unseal } from './seal.ts';

const loadSecret = keptSecret('CONTACT_SECRET_ARN', 300_000);

/** What encrypts addresses: each under the deployment's secret, and bound to the participant whose it is. */
export async function loadContactSealer(): Promise<ContactSealer> {
  const secret = await loadSecret();
  return {
    sealContact: (participantKey, email) => seal(secret, participantKey, email),
    openContact: (participantKey, sealed) => unseal(secret, participantKey, sealed),
  };
}
