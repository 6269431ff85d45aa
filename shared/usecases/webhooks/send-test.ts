import { isRefusal, type Refusal } from '../../contract/problems.ts';
import { wholeDeployment } from '../../domain/audit.ts';
import { defaultProgramId } from '../../domain/programs/program.ts';
import { deliveryIdOf, type WebhookEvent } from '../../domain/webhooks/delivery.ts';
import { type NoteAskedPorts, noteAsked } from '../audit/note-change.ts';
import { isoTime } from '../system.ts';
import { type FindEndpointPort, findEnabled } from './find-enabled.ts';
import { firstDelivery, type SendWebhooksPort } from './queue-port.ts';

/** Notes and sends an example of an event to an endpoint, whatever its filters are. */
export async function sendTest(
  ports: NoteAskedPorts & FindEndpointPort & SendWebhooksPort,
  endpointId: string,
  { type, userId, data }: Pick<WebhookEvent, 'type' | 'userId' | 'data'>,
): Promise<{ readonly deliveryId: string } | Refusal> {
  const endpoint = await findEnabled(ports, endpointId);
  if (isRefusal(endpoint)) return endpoint;
  const now = ports.now();
  const event: WebhookEvent = {
    ...{ id: `test_${ports.ulid(now)}`, type, version: 1, programId: defaultProgramId },
    ...(userId !== undefined && { userId }),
    ...{ occurredAt: isoTime(now), data, test: true },
  };
  const deliveryId = deliveryIdOf(event);
  await noteAsked(ports, {
    programId: wholeDeployment,
    action: 'webhook_endpoint.tested',
    target: { type: 'webhook_endpoint', id: endpointId },
    before: null,
    after: { type, deliveryId },
  });
  await ports.sendWebhooks([{ message: firstDelivery(endpointId, event) }]);
  return { deliveryId };
}
