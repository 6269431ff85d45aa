import { isRefusal, type Refusal } from '../../contract/problems.ts';
import { wholeDeployment } from '../../domain/audit.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Delivery, DeliveryStatus } from '../../domain/webhooks/delivery.ts';
import { type NoteAskedPorts, noteAsked } from '../audit/note-change.ts';
import { isoTime } from '../system.ts';
import { type FindEndpointPort, findEnabled } from './find-enabled.ts';
import type { ReplayMessage, SendWebhooksPort } from './queue-port.ts';
import { again } from './replay-delivery.ts';

export interface ReplayPagePorts extends SendWebhooksPort {
  listDeliveries(
    endpointId: string,
    page: PageRequest,
    filter: { readonly status?: DeliveryStatus | undefined; readonly from: number; readonly to: number },
  ): Promise<Page<Delivery> | undefined>;
}

const deliveriesAPage = 50;

/** Notes and has the deliveries of a time begun anew, any number of them: a page after the other, by the queue. */
export async function replayRange(
  ports: NoteAskedPorts & FindEndpointPort & SendWebhooksPort,
  range: Omit<ReplayMessage, 'kind' | 'cursor'>,
): Promise<Refusal | undefined> {
  const { endpointId, from, to, status } = range;
  const endpoint = await findEnabled(ports, endpointId);
  if (isRefusal(endpoint)) return endpoint;
  await noteAsked(ports, {
    programId: wholeDeployment,
    action: 'webhook_endpoint.replayed',
    target: { type: 'webhook_endpoint', id: endpointId },
    before: null,
    after: { from: isoTime(from), to: isoTime(to), ...(status !== undefined && { status }) },
  });
  await ports.sendWebhooks([{ message: { kind: 'replay', ...range } }]);
  return undefined;
}

/**
 * Begins a page of deliveries anew, and sends on what is left. Who dies in between, and does it again, begins the same
 * rounds, of which the log lets one go on.
 */
export async function replayPage(ports: ReplayPagePorts, message: ReplayMessage): Promise<void> {
  const { endpointId, cursor, ...filter } = message;
  const page = await ports.listDeliveries(
    endpointId,
    { limit: deliveriesAPage, ...(cursor !== undefined && { cursor }) },
    filter,
  );
  const messages = (page?.items ?? []).map((delivery) => ({ message: again(delivery) }));
  const rest = page?.nextCursor === undefined ? [] : [{ message: { ...message, cursor: page.nextCursor } }];
  await ports.sendWebhooks([...messages, ...rest]);
}
