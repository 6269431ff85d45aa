import type { PutCommandInput } from '@aws-sdk/lib-dynamodb';
import { participantKey } from '../domain/ids.ts';
import { type EarlyEvent, earlyWindow } from '../domain/rewards/early-event.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';
import { earlyType } from './layout.ts';
import { transact } from './transact.ts';

type Stored = Record<string, unknown>;

/**
 * Events of users without a referral. They lie where the referral will: it takes the place of what waits there, in one
 * write, so that an event either waits before it or finds it, whatever happens at the same moment.
 */
export function earlyItems(table: Table) {
  return {
    /**
     * Keeps which events of a user wait for their sign-up, unless that has come, or others wait than were read. 1 WRU
     * for some 14 events.
     *
     * @param read those that waited before
     */
    async keepWaiting(
      { programId, userId }: { readonly programId: string; readonly userId: string },
      read: readonly EarlyEvent[],
      early: readonly EarlyEvent[],
    ): Promise<{ kept: boolean }> {
      const last = Math.max(...early.map(({ acceptedAt }) => Date.parse(acceptedAt)));
      const Put: PutCommandInput = {
        TableName: table.name,
        Item: {
          ...keys.referral(participantKey(programId, userId)),
          type: earlyType,
          programId,
          userId,
          early,
          expiresAt: Math.ceil((last + earlyWindow) / 1000),
        },
        ...(read.length === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'early = :read',
              ExpressionAttributeValues: { ':read': read },
            }),
      };
      const { done } = await transact(table, [{ Put }]);
      return { kept: done };
    },
  };
}

/** The events that wait by an item; none by any other. */
export function toEarlyEvents(item: Stored | undefined): readonly EarlyEvent[] {
  return item?.['type'] === earlyType ? (item['early'] as readonly EarlyEvent[]) : [];
}

/** Whose events wait by an item, and which. */
export function waitingEventsOf(item: Stored | undefined) {
  return toEarlyEvents(item).map(({ eventId }) => ({
    programId: String(item?.['programId']),
    userId: String(item?.['userId']),
    eventId,
  }));
}
