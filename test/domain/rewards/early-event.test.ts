import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EarlyEvent,
  isUncounted,
  mostEarlyEvents,
  referralFor,
  waitWith,
} from '../../../shared/domain/rewards/early-event.ts';
import { order, referralOf, refund } from './play.ts';

const hour = 3_600_000;
const signUp = Date.parse('2026-05-02T12:00:00.000Z');
const hoursBefore = (hours: number): string => new Date(signUp - hours * hour).toISOString();
const referral = referralOf({ createdAt: hoursBefore(0) });
const came = (hours: number, occurred = hours) =>
  order('e1', 1_000, { acceptedAt: hoursBefore(hours), occurredAt: hoursBefore(occurred) });

describe('an event counts for a referral', () => {
  it.each([
    ['that comes after the sign-up, whenever it happened', came(-1, 1_000), true],
    ['that comes at the moment of the sign-up, whenever it happened', came(0, 1_000), true],
    ['that came a day before', came(24), true],
    ['that came earlier than that', came(24.001), false],
    ['that came in time, but had happened too long before', came(1, 24.001), false],
    ['that came in time, and is dated into the future', came(1, -48), true],
    ['that changes an order, however long ago', refund('r1', 'e1', 1, { acceptedAt: hoursBefore(99) }), true],
  ])('%s', (_, event, counts) => {
    expect(referralFor(event, referral)).toBe(counts ? referral : undefined);
  });

  it('that an operator dated back by when it was stored', () => {
    const dated = { ...referral, createdAt: hoursBefore(1_000), recordedAt: hoursBefore(0) };
    expect(referralFor(came(25), dated)).toBeUndefined();
    expect(referralFor(came(23), dated)).toBe(dated);
  });

  it('only where there is one', () => {
    expect(referralFor(came(1), undefined)).toBeUndefined();
  });
});

const waiting = (eventId: string, hours: number): EarlyEvent => ({ eventId, acceptedAt: hoursBefore(hours) });

describe('waitWith', () => {
  it('keeps those that came within a day, in the order in which they came', () => {
    const known = [waiting('old', 24.001), waiting('a', 24), waiting('b', 1)];
    expect(waitWith(known, came(2), hoursBefore(0))).toEqual({
      early: [waiting('a', 24), waiting('e1', 2), waiting('b', 1)],
      dropped: [],
    });
  });

  it('lets nothing wait that is too old by its arrival or by its own time', () => {
    expect(waitWith([], came(24.001), hoursBefore(0))).toBeUndefined();
    expect(waitWith([], came(1, 24.001), hoursBefore(0))).toBeUndefined();
  });

  it('lets the last ones wait', () => {
    const full = Array.from({ length: mostEarlyEvents }, (_, place) => waiting(`k${place}`, 20 - place / 2));
    const { early = [], dropped } = waitWith(full, came(1), hoursBefore(0)) ?? {};
    expect(early).toHaveLength(mostEarlyEvents);
    expect(early.at(-1)).toEqual(waiting('e1', 1));
    expect(dropped).toEqual(['k0']);
    expect(waitWith(full, came(21), hoursBefore(0))).toBeUndefined();
  });

  it('ends with the same events in whatever order they are worked on', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 * 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(hours, fc.infiniteStream(fc.nat()), (minutes, draws) => {
        const events = minutes.map((minute) => ({ ...came(minute / 60), eventId: `e${minute}` }));
        const shuffled = events
          .map((event) => ({ event, draw: draws.next().value as number }))
          .sort((a, b) => a.draw - b.draw)
          .map(({ event }) => event);
        const play = (some: typeof events) =>
          some.reduce<readonly EarlyEvent[]>(
            (early, event) => waitWith(early, event, hoursBefore(0))?.early ?? early,
            [],
          );
        expect(play(shuffled)).toEqual(play(events));
      }),
    );
  });
});

describe('isUncounted', () => {
  const now = hoursBefore(0);
  const account = { referral: undefined, early: [] };
  it.each([
    ['an event that waits', came(1), { ...account, early: [waiting('e1', 1)] }, true],
    ['one that nobody has worked on yet', came(1), account, false],
    ['one that has waited in vain', came(25), account, true],
    ['one that came too long before the sign-up', came(25), { ...account, referral }, true],
    ['one that the sign-up is about to count', came(1), { ...account, referral }, false],
    [
      'a refund that nobody has worked on',
      refund('r1', 'e1', 1, { acceptedAt: hoursBefore(99) }),
      account,
      false,
    ],
  ])('says of %s whether it is known to do nothing', (_, event, state, expected) => {
    expect(isUncounted(event, state, now)).toBe(expected);
  });
});
