import { isRefusal, type Refusal } from '../contract/problems.ts';
import { networkOf } from '../domain/clicks/network.ts';
import { loadHasher } from '../runtime/secrets.ts';
import { system } from '../runtime/system.ts';
import type { TokenSpender } from '../usecases/requests/spend-tokens.ts';
import { beyond, limitOf } from './within-limits.ts';

/** Works for a visitor of an address, unless it has named too many codes that nobody has. */
export type WithinGuesses = <Outcome extends object>(
  ip: string | undefined,
  work: () => Promise<Outcome | Refusal>,
) => Promise<Outcome | Refusal>;

/**
 * Holds the visitors for whom a server calls to a limit of unknown codes, each by the address that the server names: who
 * is beyond it is refused before anything is looked up. What succeeds is not counted, nor is a visitor without address.
 * Each key has visitors of its own, so that nobody can use up what those of another may do.
 *
 * @param keyId of the server
 */
export function visitorGuesses(count: TokenSpender, keyId = ''): WithinGuesses {
  return async (ip, work) => {
    if (ip === undefined) return work();
    const limit = limitOf('visitorGuesses');
    const { ofDay } = await loadHasher();
    const visitor = ofDay(system.now(), 'rate-limit-visitor', `${keyId}\n${networkOf(ip)}`);
    const before = count.look(limit, visitor);
    if (!before.isWithin) return beyond(before);
    const outcome = await work();
    for (let guess = 0; guess < guessesIn(outcome); guess++) {
      const after = await count.spend(limit, visitor);
      if (!after.isWithin) return beyond(after);
    }
    return outcome;
  };
}

/** How many codes that nobody has a refusal is about: of a sign-up it names all candidates. */
function guessesIn(outcome: object): number {
  if (!isRefusal(outcome)) return 0;
  const candidates = (outcome.extra?.['candidates'] ?? []) as readonly { by: string; outcome: string }[];
  const unknown = candidates.filter((one) => carriers.has(one.by) && one.outcome === 'not_found');
  return Math.max(unknown.length, outcome.refused === 'code_not_found' ? 1 : 0);
}

const carriers = new Set(['code', 'link', 'coupon']);
