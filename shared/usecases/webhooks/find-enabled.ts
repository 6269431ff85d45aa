import { type Refusal, refuse } from '../../contract/problems.ts';
import type { StoredEndpoint, WebhookEndpoint } from '../../domain/webhooks/endpoint.ts';

export interface FindEndpointPort {
  findWebhookEndpoint(endpointId: string): Promise<StoredEndpoint | undefined>;
}

/** An endpoint that can be told of something. */
export async function findEnabled(
  ports: FindEndpointPort,
  endpointId: string,
): Promise<WebhookEndpoint | Refusal> {
  const stored = await ports.findWebhookEndpoint(endpointId);
  if (stored === undefined) return refuse('webhook_endpoint_not_found');
  return stored.endpoint.enabled ? stored.endpoint : refuse('webhook_endpoint_disabled');
}
