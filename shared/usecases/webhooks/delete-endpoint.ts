import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditEntry, wholeDeployment } from '../../domain/audit.ts';
import type { StoredEndpoint } from '../../domain/webhooks/endpoint.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';

export interface DeleteEndpointPorts extends NoteChangePorts {
  findWebhookEndpoint(endpointId: string): Promise<StoredEndpoint | undefined>;
  deleteWebhookEndpoint(read: StoredEndpoint, at: number, note?: AuditEntry): Promise<'deleted' | 'again'>;
}

/** Deletes an endpoint with its secrets, and notes it. What waits for it is dropped; its log is found no more. */
export async function deleteEndpoint(
  ports: DeleteEndpointPorts,
  endpointId: string,
): Promise<StoredEndpoint | Refusal> {
  const result = await whileContended(async () => {
    const read = await ports.findWebhookEndpoint(endpointId);
    if (read === undefined) return refuse('webhook_endpoint_not_found');
    const { types, programIds, enabled } = read.endpoint;
    const note = noteChange(ports, {
      programId: wholeDeployment,
      action: 'webhook_endpoint.deleted',
      target: { type: 'webhook_endpoint', id: endpointId },
      before: { types, programIds, enabled },
      after: null,
    });
    const outcome = await ports.deleteWebhookEndpoint(read, ports.now(), note);
    return outcome === 'again' ? outcome : read;
  });
  return result ?? refuse('contended');
}
