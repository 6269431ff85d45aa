import { mostEventsPerMessage } from '../../../shared/queue/message-limits.ts';
import type { RewardMessage } from '../../../shared/queue/messages.ts';
import type { ChangeEffects } from '../../../shared/table/read-change.ts';

/**
 * The work that changes of the table ask for. Events of one user go in one message: they contend for one journal, and
 * worked on together they are taken in the order of their time. What two changes ask for alike is asked for once.
 */
export function rewardMessagesOf(changes: readonly ChangeEffects[]): readonly RewardMessage[] {
  const others = changes.flatMap((effects): RewardMessage[] => [
    ...(effects.completedReferralOf ? [{ kind: 'referral' as const, ...effects.completedReferralOf }] : []),
    ...(effects.settlementOf ? [{ kind: 'settlement' as const, ...effects.settlementOf }] : []),
    ...(effects.banOf ? [{ kind: 'ban' as const, ...effects.banOf }] : []),
    ...(effects.couponWork ? [effects.couponWork] : []),
    ...(effects.progressOf ? [{ kind: 'progress' as const, ...effects.progressOf }] : []),
  ]);
  return [...eventMessagesOf(changes), ...withoutRepeats(others)];
}

function eventMessagesOf(changes: readonly ChangeEffects[]): RewardMessage[] {
  const byUser = new Map<string, { programId: string; userId: string; eventIds: Set<string> }>();
  for (const { programId, userId, eventId } of changes.flatMap(({ events = [] }) => events)) {
    const user = `${programId} ${userId}`;
    const known = byUser.get(user);
    if (known === undefined) byUser.set(user, { programId, userId, eventIds: new Set([eventId]) });
    else known.eventIds.add(eventId);
  }
  return [...byUser.values()].flatMap(({ eventIds, ...user }) =>
    inParts([...eventIds]).map((part) => ({ kind: 'events' as const, ...user, eventIds: part })),
  );
}

function inParts(eventIds: readonly string[]): string[][] {
  const count = Math.ceil(eventIds.length / mostEventsPerMessage);
  return Array.from({ length: count }, (_, part) =>
    eventIds.slice(part * mostEventsPerMessage, (part + 1) * mostEventsPerMessage),
  );
}

function withoutRepeats(messages: readonly RewardMessage[]): RewardMessage[] {
  return [...new Map(messages.map((message) => [JSON.stringify(message), message])).values()];
}
