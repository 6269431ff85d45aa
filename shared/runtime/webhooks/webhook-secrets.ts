import { keptSecret } from '../kept-secret.ts';
import { formatWebhookSecret } from '../outbound/sign-webhook.ts';
import { seal, unseal } from '../seal.ts';

/** The key is never replaced by another: what it sealed could not be opened. */
const readKey = keptSecret('WEBHOOK_SECRET_ARN', 3_600_000);

/** Signing secrets of endpoints, encrypted by the key of the deployment, each for its endpoint. */
export const webhookSecrets = {
  /** A signing secret of an endpoint, out of 32 random bytes: to be shown once, and as it is kept. */
  async makeSecret(
    bytes: Uint8Array,
    endpointId: string,
  ): Promise<{ readonly secret: string; readonly sealed: string }> {
    const secret = formatWebhookSecret(bytes);
    const sealed = Buffer.from(seal(await readKey(), endpointId, secret)).toString('base64');
    return { secret, sealed };
  },

  /** Throws if it was sealed for another endpoint, by another key, or changed. */
  async openSecret(endpointId: string, sealed: string): Promise<string> {
    return unseal(await readKey(), endpointId, Buffer.from(sealed, 'base64'));
  },
};
