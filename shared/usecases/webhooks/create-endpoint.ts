import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditEntry, wholeDeployment } from '../../domain/audit.ts';
import {
  endpointIdOf,
  healthy,
  type StoredEndpoint,
  type WebhookEndpoint,
} from '../../domain/webhooks/endpoint.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { type FindProgramPort, refuseUnknown } from '../programs/refuse-unknown.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import { refuseUrl } from './refuse-url.ts';

export interface SecretPorts {
  /** A new signing secret of an endpoint: to be shown once, and as it is kept. */
  makeSecret(endpointId: string): Promise<{ readonly secret: string; readonly sealed: string }>;
}

export interface CreateEndpointPorts extends NoteChangePorts, SecretPorts, FindProgramPort {
  /** Whether this machine may be called: for local stacks. */
  readonly allowLoopback: boolean;
  findWebhookEndpoint(endpointId: string): Promise<StoredEndpoint | undefined>;
  createWebhookEndpoint(
    stored: StoredEndpoint,
    note?: AuditEntry,
  ): Promise<'created' | 'limit_reached' | 'again'>;
}

/** What can be said of an endpoint. */
export interface EndpointWishes {
  readonly url: string;
  readonly types?: readonly string[] | undefined;
  readonly programIds?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** Makes an endpoint, with the secret that signs what it is told, and notes it. */
export async function createEndpoint(
  ports: CreateEndpointPorts,
  { url, types = [], programIds = [], description, enabled = true }: EndpointWishes,
): Promise<{ readonly endpoint: WebhookEndpoint; readonly secret: string } | Refusal> {
  const refusal = refuseUrl(url, ports.allowLoopback) ?? (await refuseUnknown(ports, programIds));
  if (refusal !== undefined) return refusal;
  const now = ports.now();
  const at = isoTime(now);
  const endpoint: WebhookEndpoint = {
    ...{ endpointId: endpointIdOf(ports.ulid(now)), url, types, programIds },
    ...(description !== undefined && { description }),
    enabled,
    ...(!enabled && { disabledAt: at }),
    ...{ createdAt: at, updatedAt: at },
  };
  const { secret, sealed } = await ports.makeSecret(endpoint.endpointId);
  const made = ports.isRepeat ? await ports.findWebhookEndpoint(endpoint.endpointId) : undefined;
  if (made !== undefined) return { endpoint: made.endpoint, secret };
  const note = noteChange(ports, {
    programId: wholeDeployment,
    action: 'webhook_endpoint.created',
    target: { type: 'webhook_endpoint', id: endpoint.endpointId },
    before: null,
    after: { types, programIds, enabled },
  });
  const stored = { endpoint, secrets: [{ sealed }], health: healthy, revision: 1 };
  const result = await whileContended(() => ports.createWebhookEndpoint(stored, note));
  if (result === undefined) return refuse('contended');
  return result === 'created' ? { endpoint, secret } : refuse('webhook_endpoint_limit_reached');
}
