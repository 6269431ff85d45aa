export type PayoutStatus = 'requested' | 'processing' | 'paid' | 'failed' | 'cancelled';

/** Money on its way out. */
export interface Payout {
  readonly payoutId: string;
  readonly programId: string;
  readonly userId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly status: PayoutStatus;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly cancelledAt?: string;
}
