import type { AccountName } from '../../domain/money/balance.ts';
import { type Held, hourToTell } from '../../domain/money/hold-end.ts';
import type { System } from '../system.ts';

export interface NoteHoldEndsPorts extends Pick<System, 'now'> {
  /** Notes that an account is to be looked at in an hour. Any number of times it ends the same. */
  noteHoldEnd(account: AccountName, hour: string): Promise<void>;
}

/** Notes when accounts are to be looked at, because what they hold is held no longer then. */
export async function noteHoldEnds(ports: NoteHoldEndsPorts, held: readonly Held[]): Promise<void> {
  const at = ports.now();
  const notes = held.flatMap(({ account, days }) =>
    days.map((day) => ({ account, hour: hourToTell(day, at) })),
  );
  await Promise.all(notes.map(({ account, hour }) => ports.noteHoldEnd(account, hour)));
}
