/** What somebody earned, as it stands now. */
export interface Reward {
  readonly rewardId: string;
  readonly programId: string;
  readonly userId: string;
  readonly kind: 'cash' | 'badge' | 'perk';
  readonly status: 'available' | 'claimed' | 'reversed';
  readonly amount?: number;
  readonly currency?: string;
  readonly name?: string;
  readonly referralId?: string;
  readonly eventId?: string;
  readonly orderId?: string;
  readonly ruleId?: string;
  readonly programVersion?: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly claimedAt?: string;
}
