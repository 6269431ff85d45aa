import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { wholeDeployment } from '../../domain/audit.ts';
import type { Delivery } from '../../domain/webhooks/delivery.ts';
import { type NoteAskedPorts, noteAsked } from '../audit/note-change.ts';
import { type FindEndpointPort, findEnabled } from './find-enabled.ts';
import type { DeliveryMessage, SendWebhooksPort } from './queue-port.ts';

export interface ReplayDeliveryPorts extends NoteAskedPorts, FindEndpointPort, SendWebhooksPort {
  findDelivery(endpointId: string, deliveryId: string): Promise<Delivery | undefined>;
}

/** Notes and begins a delivery anew, with all its tries. The round that it names makes what was before stale. */
export async function replayDelivery(
  ports: ReplayDeliveryPorts,
  endpointId: string,
  deliveryId: string,
): Promise<Delivery | Refusal> {
  const endpoint = await findEnabled(ports, endpointId);
  if (isRefusal(endpoint)) return endpoint;
  const delivery = await ports.findDelivery(endpointId, deliveryId);
  if (delivery === undefined) return refuse('delivery_not_found');
  await noteAsked(ports, {
    programId: wholeDeployment,
    action: 'webhook_endpoint.replayed',
    target: { type: 'webhook_endpoint', id: endpointId },
    before: null,
    after: { deliveryId },
  });
  await ports.sendWebhooks([{ message: again(delivery) }]);
  return delivery;
}

/** What begins a delivery anew. */
export function again({ endpointId, event, round }: Delivery): DeliveryMessage {
  return { kind: 'delivery', endpointId, event, round: round + 1, attempt: 0 };
}
