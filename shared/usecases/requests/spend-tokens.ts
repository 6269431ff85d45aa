import type { System } from '../system.ts';

/** So much in a window. */
export interface Limit {
  readonly name: string;
  readonly most: number;
  readonly windowSeconds: number;
  /** Where the count is not known: let through what is only to be spared, refuse what could be a guess. */
  readonly unknown: 'passes' | 'is_refused';
}

/** How a caller stands with a limit. */
export interface Standing {
  readonly limit: Limit;
  readonly isWithin: boolean;
  /** What is left in the window, as far as it is known here. */
  readonly left: number;
  /** Seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

export interface SpendTokensPorts extends Pick<System, 'now'> {
  /**
   * Takes tokens of a window from the counter that all instances share, if so many are left.
   *
   * @param windowStart seconds since 1970
   * @returns how many are taken now, by all
   */
  takeTokens(
    limit: Limit,
    subject: string,
    windowStart: number,
    tokens: number,
  ): Promise<{ readonly granted: boolean; readonly taken: number }>;
  /** Told when the counter could not be asked. */
  countUnknown(limit: Limit, error: unknown): void;
}

/** What an instance has of a caller's window. */
interface Share {
  readonly windowStart: number;
  /** Taken from the counter, and not spent yet. */
  tokens: number;
  /** Spent here. */
  spent: number;
  /** Taken by all, when the counter was asked last. */
  taken: number;
  /** Milliseconds since 1970: until then the counter is not asked again. */
  unknownUntil: number;
  taking?: Promise<void> | undefined;
}

const mostShares = 10_000;
const unknownForMs = 1_000;

export interface TokenSpender {
  /** Takes one token of a caller. */
  spend(limit: Limit, subject: string): Promise<Standing>;
  /** How a caller stands as far as it is known here: without a call. */
  look(limit: Limit, subject: string): Standing;
}

/**
 * Counts what callers spend of their limits, rightly across any number of instances: an instance takes tokens of a
 * window from the shared counter before it spends them, so that never more than the limit is let through. It takes
 * few at first, then as many as it has spent, up to a hundredth of the limit: a quiet instance leaves the others what it
 * does not need, and a busy one seldom asks. What an instance has taken and not spent is lost with the window.
 */
export function spendTokens(ports: SpendTokensPorts): TokenSpender {
  const shares = new Map<string, Share>();

  const shareOf = (limit: Limit, subject: string): Share => {
    const windowStart = Math.floor(ports.now() / 1000 / limit.windowSeconds) * limit.windowSeconds;
    const name = `${limit.name}\n${subject}`;
    const known = shares.get(name);
    if (known?.windowStart === windowStart) return known;
    const share = { windowStart, tokens: 0, spent: 0, taken: 0, unknownUntil: 0 };
    shares.delete(name);
    shares.set(name, share);
    const oldest = shares.size > mostShares ? shares.keys().next().value : undefined;
    if (oldest !== undefined) shares.delete(oldest);
    return share;
  };

  const standing = (limit: Limit, share: Share, isWithin: boolean): Standing => ({
    limit,
    isWithin,
    left: Math.max(0, limit.most - share.taken) + share.tokens,
    resetSeconds: Math.max(1, Math.ceil(share.windowStart + limit.windowSeconds - ports.now() / 1000)),
  });

  const take = async (limit: Limit, subject: string, share: Share): Promise<void> => {
    const tokens = tokensToTake(limit, share);
    try {
      const { granted, taken } = await ports.takeTokens(limit, subject, share.windowStart, tokens);
      share.taken = taken;
      if (granted) share.tokens += tokens;
    } catch (error) {
      share.unknownUntil = ports.now() + unknownForMs;
      ports.countUnknown(limit, error);
    }
  };

  return {
    async spend(limit, subject) {
      const share = shareOf(limit, subject);
      while (share.tokens === 0) {
        if (share.taken >= limit.most) return standing(limit, share, false);
        if (ports.now() < share.unknownUntil) return standing(limit, share, limit.unknown === 'passes');
        share.taking ??= take(limit, subject, share).finally(() => {
          share.taking = undefined;
        });
        await share.taking;
      }
      share.tokens -= 1;
      share.spent += 1;
      return standing(limit, share, true);
    },

    look(limit, subject) {
      const share = shareOf(limit, subject);
      const isSpent = share.tokens === 0 && share.taken >= limit.most;
      return standing(limit, share, !isSpent);
    },
  };
}

/** Towards the end of a window less is taken at once, so that the last tokens go to whoever has use for them. */
function tokensToTake({ most }: Limit, { spent, taken }: Share): number {
  const first = Math.ceil(most / 2_000);
  const wanted = Math.min(Math.max(first, spent), Math.max(1, Math.floor(most / 100)));
  return Math.min(wanted, Math.max(1, Math.floor((most - taken) / 10)));
}
