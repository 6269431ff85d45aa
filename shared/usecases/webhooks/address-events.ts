import type { WebhookEvent } from '../../domain/webhooks/delivery.ts';
import { type StoredEndpoint, wants } from '../../domain/webhooks/endpoint.ts';
import { numberEvents, type Sequence } from '../../domain/webhooks/sequence.ts';
import { whileContended } from '../retry.ts';
import { type DeliveryMessage, firstDelivery } from './queue-port.ts';

export interface AddressEventsPorts {
  listWebhookEndpoints(): Promise<readonly StoredEndpoint[]>;
  findSequence(programId: string, userId: string): Promise<Sequence>;
  storeSequence(
    programId: string,
    userId: string,
    sequence: Sequence,
    read: Sequence,
  ): Promise<'stored' | 'again'>;
}

/**
 * The messages that tell endpoints of events: one for each event and each endpoint that wants it. Events of a
 * participant are numbered first, in one conditional write for all of them. Who dies after it, and is given the same
 * events again, finds their numbers.
 *
 * @throws if others kept numbering events of a participant: the events are to come again
 */
export async function addressEvents(
  ports: AddressEventsPorts,
  events: readonly WebhookEvent[],
): Promise<readonly DeliveryMessage[]> {
  if (events.length === 0) return [];
  const endpoints = (await ports.listWebhookEndpoints()).map(({ endpoint }) => endpoint);
  const wanted = events.filter((event) => endpoints.some((endpoint) => wants(endpoint, event)));
  const numbered = await numberAll(ports, wanted);
  return numbered.flatMap((event) =>
    endpoints
      .filter((endpoint) => wants(endpoint, event))
      .map(({ endpointId }) => firstDelivery(endpointId, event)),
  );
}

async function numberAll(
  ports: AddressEventsPorts,
  events: readonly WebhookEvent[],
): Promise<readonly WebhookEvent[]> {
  const byParticipant = new Map<string, WebhookEvent[]>();
  for (const event of events) {
    if (event.userId === undefined) continue;
    const name = `${event.programId} ${event.userId}`;
    byParticipant.set(name, [...(byParticipant.get(name) ?? []), event]);
  }
  const numbers = await Promise.all([...byParticipant.values()].map((some) => numberSome(ports, some)));
  const all = new Map(numbers.flatMap((one) => [...one]));
  return events.map((event) => {
    const sequence = all.get(event.id);
    return sequence === undefined ? event : { ...event, sequence };
  });
}

/** Numbers events of one participant. */
async function numberSome(
  ports: AddressEventsPorts,
  events: readonly WebhookEvent[],
): Promise<ReadonlyMap<string, number>> {
  const [{ programId = '', userId = '' } = {}] = events;
  const numbers = await whileContended(async () => {
    const read = await ports.findSequence(programId, userId);
    const { numbers: found, sequence } = numberEvents(
      read,
      events.map(({ id }) => id),
    );
    if (sequence === read) return found;
    return (await ports.storeSequence(programId, userId, sequence, read)) === 'stored' ? found : 'again';
  });
  if (numbers === undefined) throw new Error('Others kept numbering events of the participant');
  return numbers;
}
