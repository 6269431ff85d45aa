import type { PayoutProviderName, PayoutRecord } from '../../domain/money/payout.ts';

/** What a provider says of a payout. */
export interface ProviderAnswer {
  /**
   * `accepted`: it will report later. `paid`, `failed`: final. `uncertain`: no answer that can be relied on; the
   * money may be on its way or not.
   */
  readonly status: 'accepted' | 'paid' | 'failed' | 'uncertain';
  readonly reference?: string;
  readonly reason?: string;
}

/** What a provider finds under a key; `absent`: it has never heard of it. */
export type ProviderFinding = ProviderAnswer | { readonly status: 'absent' };

/** A way to move money. Neither call throws: what goes wrong is `uncertain`. */
export interface PayoutProvider {
  readonly name: PayoutProviderName;
  /** For how long after the first attempt a repeat under the same key is known to do nothing, in milliseconds. */
  readonly repeatableForMs: number;
  /** Whether it pays to an account of the participant, which must be known beforehand. */
  readonly needsAccount: boolean;
  send(record: PayoutRecord, idempotencyKey: string): Promise<ProviderAnswer>;
  find(record: PayoutRecord, idempotencyKey: string): Promise<ProviderFinding>;
}

export interface ProviderPort {
  /** A provider by its name; undefined if the deployment has no settings for it. */
  findProvider(name: PayoutProviderName): Promise<PayoutProvider | undefined>;
}
