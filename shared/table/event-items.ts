import { type PutCommandInput, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Identity } from '../domain/participant.ts';
import type { Explanation, ReportedEvent } from '../domain/rewards/event.ts';
import { batchGet } from './batch-get.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { transact } from './transact.ts';

/** An event with the hash of its content, which tells a repeat from a conflict. */
export interface HashedEvent {
  readonly event: ReportedEvent;
  readonly contentHash: string;
  /** Who the user is, as far as the event tells. It lies beside the event, which is shown and sent on. */
  readonly identity?: Identity;
}

export interface StoredEvent extends HashedEvent {
  /** Set once the event has been found to pay nothing. What did pay is in the referee's journal. */
  readonly explanation?: readonly Explanation[];
}

/** Reported events, kept for ever. */
export function eventItems(table: Table) {
  const find = async (programId: string, eventId: string): Promise<StoredEvent | undefined> => {
    const item = await getItem(table, keys.event(programId, eventId));
    return item as StoredEvent | undefined;
  };

  return {
    findEvent: find,

    /** Reads events at once; those that are not there are left out. */
    async findEvents(programId: string, eventIds: readonly string[]): Promise<readonly StoredEvent[]> {
      const wanted = [...new Set(eventIds)].map((eventId) => keys.event(programId, eventId));
      return (await batchGet(table, wanted)) as unknown as readonly StoredEvent[];
    },

    /** Stores events none of which is there, all or none; `exists` if one of them is. */
    async storeEvents(events: readonly HashedEvent[]): Promise<'stored' | 'exists'> {
      if (events.length === 0) return 'stored';
      const result = await transact(
        table,
        events.map((event) => ({ Put: eventPut(table, event) })),
      );
      return result.done ? 'stored' : 'exists';
    },

    /** Keeps the reasons for which an event paid nothing; the first ones stand. */
    async explainEvent(
      programId: string,
      eventId: string,
      explanation: readonly Explanation[],
    ): Promise<void> {
      await table.documents.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.event(programId, eventId),
          UpdateExpression: 'SET explanation = if_not_exists(explanation, :explanation)',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':explanation': explanation },
        }),
      );
    },
  };
}

function eventPut(table: Table, { event, contentHash, identity }: HashedEvent): PutCommandInput {
  return {
    TableName: table.name,
    Item: {
      ...keys.event(event.programId, event.eventId),
      type: 'event',
      programId: event.programId,
      eventId: event.eventId,
      contentHash,
      event,
      ...(identity !== undefined && { identity }),
    },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
}
