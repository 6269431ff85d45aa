import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditAction, type AuditEntry, differences, wholeDeployment } from '../../domain/audit.ts';
import { healthy, type StoredEndpoint, type WebhookEndpoint } from '../../domain/webhooks/endpoint.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { type FindProgramPort, refuseUnknown } from '../programs/refuse-unknown.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import type { EndpointWishes } from './create-endpoint.ts';
import { refuseUrl } from './refuse-url.ts';

export interface ReplaceEndpointPorts extends NoteChangePorts {
  findWebhookEndpoint(endpointId: string): Promise<StoredEndpoint | undefined>;
  /** Puts an endpoint in the place of the one that was read, if that is still as it was. */
  replaceWebhookEndpoint(
    stored: StoredEndpoint,
    forgetsHealth: boolean,
    note?: AuditEntry,
  ): Promise<'replaced' | 'again'>;
}

export interface ChangeEndpointPorts extends ReplaceEndpointPorts, FindProgramPort {
  /** Whether this machine may be called: for local stacks. */
  readonly allowLoopback: boolean;
}

/** What is to be another of an endpoint. */
export type EndpointChange = { readonly [Name in keyof EndpointWishes]?: EndpointWishes[Name] | undefined };

/** An address says whom it is of, and can carry a key. */
const unkeptFields = ['url'];

/** Changes an endpoint, and notes it. One that is enabled again, or leads elsewhere, begins anew. */
export async function changeEndpoint(
  ports: ChangeEndpointPorts,
  endpointId: string,
  change: EndpointChange,
): Promise<StoredEndpoint | Refusal> {
  const refusal =
    refuseUrl(change.url, ports.allowLoopback) ?? (await refuseUnknown(ports, change.programIds));
  if (refusal !== undefined) return refusal;
  const result = await whileContended(() => attempt(ports, endpointId, change));
  return result ?? refuse('contended');
}

async function attempt(
  ports: ChangeEndpointPorts,
  endpointId: string,
  change: EndpointChange,
): Promise<StoredEndpoint | Refusal | 'again'> {
  const read = await ports.findWebhookEndpoint(endpointId);
  if (read === undefined) return refuse('webhook_endpoint_not_found');
  const at = isoTime(ports.now());
  const endpoint = changed(read.endpoint, change, at);
  const differs = differences(read.endpoint, endpoint, unkeptFields);
  // What is so already is neither written nor noted.
  if (Object.keys(differs.after).length === 0) return read;
  const note = noteChange(ports, {
    programId: wholeDeployment,
    action: actionOf(read.endpoint, endpoint),
    target: { type: 'webhook_endpoint', id: endpointId },
    ...differs,
  });
  const next = { ...read, endpoint: { ...endpoint, updatedAt: at } };
  const beginsAnew = endpoint.url !== read.endpoint.url || (endpoint.enabled && !read.endpoint.enabled);
  if ((await ports.replaceWebhookEndpoint(next, beginsAnew, note)) === 'again') return 'again';
  return beginsAnew ? { ...next, health: healthy } : next;
}

function changed(before: WebhookEndpoint, change: EndpointChange, at: string): WebhookEndpoint {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const next = { ...before, ...given } as WebhookEndpoint;
  if (next.enabled === before.enabled) return next;
  const { disabledAt: _, disabledBecause: __, ...rest } = next;
  return next.enabled ? rest : { ...rest, disabledAt: at };
}

function actionOf(before: WebhookEndpoint, after: WebhookEndpoint): AuditAction {
  if (before.enabled === after.enabled) return 'webhook_endpoint.changed';
  return after.enabled ? 'webhook_endpoint.enabled' : 'webhook_endpoint.disabled';
}
