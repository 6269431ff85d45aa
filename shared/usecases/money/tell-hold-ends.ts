import type { AccountName } from '../../domain/money/balance.ts';
import { hourAfter, hourOf } from '../../domain/money/hold-end.ts';
import { whileContended } from '../retry.ts';
import { isoTime, type System } from '../system.ts';

/** Where the walk over the notes has got: an hour, and the note of it after which to go on. */
export interface HoldWalk {
  readonly hour: string;
  readonly after?: string;
}

/** An account that is to be looked at. Notes of it do not name whose it is. */
export interface NotedAccount extends Pick<AccountName, 'kind' | 'currency'> {
  readonly participantKey: string;
}

export interface TellHoldEndsPorts extends Pick<System, 'now'> {
  findHoldWalk(): Promise<HoldWalk | undefined>;
  /** Goes on to a place, unless another run went on from there. */
  moveHoldWalk(from: HoldWalk | undefined, to: HoldWalk): Promise<'moved' | 'overtaken'>;
  /** Some accounts that were noted for an hour, and after which note there may be more. */
  listHoldEnds(walk: HoldWalk): Promise<{ accounts: readonly NotedAccount[]; after?: string }>;
  /** Lets it be known that holds have ended until a day, unless it is known. @returns whether it was not */
  tellHoldsEnded(account: NotedAccount, day: string): Promise<boolean | 'again'>;
}

/** How many accounts were told of, and whether all that was due has been looked through. */
export interface ToldHoldEnds {
  readonly told: number;
  readonly complete: boolean;
}

/** What the first run looks back over: a deployment that is older than its first run has noted something by then. */
const firstLookBackMs = 86_400_000;

/**
 * Goes through the accounts in which holds have ended since the last run, and lets it be known: the table's stream
 * tells it. A run that dies, runs twice or beside another tells nothing twice, since each account keeps the day until
 * which its ends are told; where it has got is kept a page at a time, and an hour is left behind when it is done.
 *
 * @param until milliseconds since 1970; what is left by then is the next run's
 * @throws if an account is written to all the time
 */
export async function tellHoldEnds(ports: TellHoldEndsPorts, until: number): Promise<ToldHoldEnds> {
  let kept = await ports.findHoldWalk();
  let walk = kept ?? { hour: hourOf(ports.now() - firstLookBackMs) };
  let told = 0;
  while (walk.hour <= hourOf(ports.now())) {
    if (ports.now() >= until) return { told, complete: false };
    const { accounts, after } = await ports.listHoldEnds(walk);
    told += await tellAll(ports, accounts);
    const next = after === undefined ? { hour: hourAfter(walk.hour) } : { hour: walk.hour, after };
    if ((await ports.moveHoldWalk(kept, next)) === 'overtaken') return { told, complete: false };
    kept = next;
    walk = next;
  }
  return { told, complete: true };
}

async function tellAll(ports: TellHoldEndsPorts, accounts: readonly NotedAccount[]): Promise<number> {
  const today = isoTime(ports.now()).slice(0, 10);
  const results = await Promise.all(
    accounts.map((account) => whileContended(() => ports.tellHoldsEnded(account, today))),
  );
  if (results.includes(undefined)) throw new Error('An account is written to all the time');
  return results.filter(Boolean).length;
}
