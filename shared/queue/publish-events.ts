import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { requireEnvironment } from '../runtime/environment.ts';
import { inGroups } from './in-groups.ts';

const eventBridge = new EventBridgeClient({});

/** Puts events on the bus, ten a call. Throws unless it took all: some may be there then. */
export async function publishEvents(events: readonly { readonly type: string }[]): Promise<void> {
  const EventBusName = requireEnvironment('EVENT_BUS_NAME');
  const entries = events.map(
    (event): PutEventsRequestEntry => ({
      EventBusName,
      Source: 'plusone',
      DetailType: event.type,
      Detail: JSON.stringify(event),
    }),
  );
  for (const group of inGroups(entries, ({ Detail = '' }) => Detail)) {
    const { FailedEntryCount = 0 } = await eventBridge.send(new PutEventsCommand({ Entries: [...group] }));
    if (FailedEntryCount > 0) throw new Error(`The bus did not take ${FailedEntryCount} events`);
  }
}
