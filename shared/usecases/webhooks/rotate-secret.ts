import { type Refusal, refuse } from '../../contract/problems.ts';
import { wholeDeployment } from '../../domain/audit.ts';
import { rotated, type StoredEndpoint } from '../../domain/webhooks/endpoint.ts';
import { noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import type { ReplaceEndpointPorts } from './change-endpoint.ts';
import type { SecretPorts } from './create-endpoint.ts';

/** A new secret, and until when the one before signs as well (ISO 8601). */
export interface Rotated {
  readonly stored: StoredEndpoint;
  readonly secret: string;
  readonly oldSecretUntil: string;
}

/**
 * Gives an endpoint another secret. The one before signs as well until the overlap ends; one that was on its way out
 * already is over at once. Whoever repeats a rotation that was made finds it, whatever else was changed meanwhile: made
 * again, it would end the old secret.
 */
export async function rotateSecret(
  ports: ReplaceEndpointPorts & SecretPorts,
  endpointId: string,
  overlapSeconds: number,
): Promise<Rotated | Refusal> {
  const { secret, sealed } = await ports.makeSecret(endpointId);
  const rotationId = ports.ulid(ports.now());
  const result = await whileContended(async () => {
    const read = await ports.findWebhookEndpoint(endpointId);
    if (read === undefined) return refuse('webhook_endpoint_not_found');
    const now = ports.now();
    const oldSecretUntil = isoTime(now + overlapSeconds * 1_000);
    if (ports.isRepeat && read.secrets.some((one) => one.rotationId === rotationId)) {
      return { stored: read, secret, oldSecretUntil };
    }
    const endpoint = { ...read.endpoint, updatedAt: isoTime(now) };
    const secrets = rotated(read.secrets, { sealed, rotationId }, oldSecretUntil);
    const stored = { ...read, endpoint, secrets };
    const note = noteChange(ports, {
      programId: wholeDeployment,
      action: 'webhook_endpoint.secret_rotated',
      target: { type: 'webhook_endpoint', id: endpointId },
      before: null,
      after: { oldSecretUntil },
    });
    const outcome = await ports.replaceWebhookEndpoint(stored, false, note);
    return outcome === 'again' ? outcome : { stored, secret, oldSecretUntil };
  });
  return result ?? refuse('contended');
}
