import type { Account, AccountName } from './balance.ts';

const hourMs = 3_600_000;

/** Whoever notes the end of a hold has done so within this time of choosing its hour, whatever clocks differ by. */
const notingMs = 600_000;

/** An account, and the days at whose start something in it is held no longer. */
export interface Held {
  readonly account: AccountName;
  readonly days: readonly string[];
}

/** A UTC hour, `2026-12-01T00`. @param at milliseconds since 1970 */
export function hourOf(at: number): string {
  return new Date(at).toISOString().slice(0, 13);
}

/** The hour after another. */
export function hourAfter(hour: string): string {
  return hourOf(Date.parse(`${hour}:00:00.000Z`) + hourMs);
}

/**
 * The hour in which is told that a hold has ended: the first of its day, or the next that nobody can have looked
 * through by the time that it is noted.
 *
 * @param day `2026-12-01`
 * @param at milliseconds since 1970
 */
export function hourToTell(day: string, at: number): string {
  return hourOf(Math.max(Date.parse(day), Math.ceil((at + notingMs) / hourMs) * hourMs));
}

/** The days after a moment (ISO 8601) until which an account holds what it did not before. */
export function daysNewlyHeld(before: Account | undefined, after: Account, at: string): readonly string[] {
  const known = before?.held ?? {};
  return Object.keys(after.held).filter((day) => day > at.slice(0, 10) && !Object.hasOwn(known, day));
}

/**
 * What a change makes known that is held no longer: what was held until days that nobody has been told of; undefined
 * where that is nothing.
 *
 * @returns the sum, and the last of these days
 */
export function releasedBy(
  before: Account,
  after: Account,
): { amount: number; heldUntil: string } | undefined {
  const { endsToldUntil: last = '' } = after;
  const { endsToldUntil: first = '' } = before;
  const ended = Object.entries(before.held).filter(([day]) => first < day && day <= last);
  const heldUntil = ended
    .map(([day]) => day)
    .toSorted()
    .at(-1);
  const amount = ended.reduce((sum, [, held]) => sum + held, 0);
  return heldUntil === undefined || amount === 0 ? undefined : { amount, heldUntil };
}
