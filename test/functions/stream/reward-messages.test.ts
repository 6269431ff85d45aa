import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewardMessagesOf } from '../../../functions/stream/relay-changes/reward-messages.ts';
import { mostEventsPerMessage } from '../../../shared/queue/message-limits.ts';
import { rewardMessage } from '../../../shared/queue/messages.ts';
import type { ChangeEffects } from '../../../shared/table/read-change.ts';

const programId = 'default';
const accepted = (userId: string, eventId: string, program = programId): ChangeEffects => ({
  events: [{ programId: program, userId, eventId }],
  news: [],
});
const settling = (userId: string): ChangeEffects => ({ settlementOf: { programId, userId }, news: [] });
const grown = (userId: string): ChangeEffects => ({ progressOf: { programId, userId }, news: [] });

describe('rewardMessagesOf', () => {
  it("puts a user's events in one message, and those of other users and programs in others", () => {
    const changes = [accepted('bob', 'e1'), accepted('carol', 'e2'), accepted('bob', 'e3')];
    expect(rewardMessagesOf([...changes, accepted('bob', 'e4', 'other')])).toEqual([
      { kind: 'events', programId, userId: 'bob', eventIds: ['e1', 'e3'] },
      { kind: 'events', programId, userId: 'carol', eventIds: ['e2'] },
      { kind: 'events', programId: 'other', userId: 'bob', eventIds: ['e4'] },
    ]);
  });

  it('asks once for what several changes ask for', () => {
    expect(rewardMessagesOf([grown('alice'), grown('bob'), grown('alice')])).toEqual([
      { kind: 'progress', programId, userId: 'alice' },
      { kind: 'progress', programId, userId: 'bob' },
    ]);
    expect(rewardMessagesOf([accepted('bob', 'e1'), accepted('bob', 'e1')])).toHaveLength(1);
    expect(rewardMessagesOf([settling('bob'), settling('bob')])).toEqual([
      { kind: 'settlement', programId, userId: 'bob' },
    ]);
  });

  it('leaves no event out and puts none with another user, in messages that the queue takes', () => {
    const name = fc.constantFrom('bob', 'carol', 'dave #1', '["x"]');
    const reported = fc.uniqueArray(fc.record({ userId: name, eventId: fc.string({ minLength: 1 }) }), {
      selector: ({ userId, eventId }) => `${userId} ${eventId}`,
      maxLength: 60,
    });
    fc.assert(
      fc.property(reported, (events) => {
        const messages = rewardMessagesOf(events.map(({ userId, eventId }) => accepted(userId, eventId)));
        for (const message of messages) expect(rewardMessage.parse(message)).toEqual(message);
        const told = messages.flatMap((message) =>
          message.kind === 'events'
            ? message.eventIds.map((eventId) => `${message.userId} ${eventId}`)
            : ['another kind'],
        );
        expect(told.sort()).toEqual(events.map(({ userId, eventId }) => `${userId} ${eventId}`).sort());
        const full = messages.filter(
          (message) => message.kind === 'events' && message.eventIds.length === mostEventsPerMessage,
        );
        expect(messages.length - full.length).toBeLessThanOrEqual(4);
      }),
    );
  });
});
