import { expect } from 'vitest';
import type { Payout } from '../../../shared/domain/money/payout.ts';
import type { PayoutProvider, ProviderAnswer } from '../../../shared/usecases/payouts/provider.ts';

/** What a payment system does with a payout that it hears of for the first time, and what it tells of it. */
export interface Luck {
  readonly moves: 'paid' | 'failed';
  /** `lost`: the call never gets there. */
  readonly tells: 'all' | 'later' | 'nothing' | 'lost';
}

/** What has become of money outside, by payout. */
export interface PaymentSystem {
  readonly moved: Map<string, 'paid' | 'failed'>;
  /** When a payout was sent first, in milliseconds since 1970. */
  readonly tried: Map<string, number>;
  /** How often anything was sent. */
  sends: number;
}

const repeatableForMs = 86_400_000;

/** The payment system as one call of ours meets it. */
export function providerWith(system: PaymentSystem, luck: Luck, now: () => number): PayoutProvider {
  const { moved, tried } = system;
  const tell = (key: string): ProviderAnswer => {
    const answers = { all: moved.get(key) ?? 'uncertain', later: 'accepted' } as const;
    return { status: luck.tells === 'all' || luck.tells === 'later' ? answers[luck.tells] : 'uncertain' };
  };
  return {
    name: 'webhook',
    repeatableForMs,
    needsAccount: false,
    async send(_, key) {
      const first = tried.get(key) ?? now();
      tried.set(key, first);
      system.sends++;
      expect(now() - first, 'a payout is sent again when that may pay it twice').toBeLessThan(
        repeatableForMs,
      );
      if (luck.tells === 'lost') return { status: 'uncertain' };
      if (!moved.has(key)) moved.set(key, luck.moves);
      return tell(key);
    },
    async find(_, key) {
      if (luck.tells === 'nothing' || luck.tells === 'lost') return { status: 'uncertain' };
      return moved.has(key) ? tell(key) : { status: 'absent' };
    },
  };
}

/** That payouts say what became of their money, or that nobody knows. */
export function checkPayouts(payouts: readonly Payout[], { moved, tried }: PaymentSystem): void {
  for (const { payoutId, status, uncertain } of payouts) {
    const left = moved.get(payoutId);
    if (status === 'paid' || status === 'failed') expect(left, `the money of ${payoutId}`).toBe(status);
    else if (status !== 'processing') expect(tried.has(payoutId), `${payoutId} has left`).toBe(false);
    if (uncertain) expect(status, `${payoutId} is in doubt`).toBe('processing');
  }
}
