/** The parts of answers that tests look at. */

export interface Link {
  readonly code: string;
  readonly link: string;
  readonly userId: string;
  readonly programId: string;
}

export interface Referral {
  readonly referralId: string;
  readonly referrerId: string;
  readonly refereeId: string;
  readonly code: string;
  readonly clickId?: string;
  readonly status: string;
  readonly reasons?: readonly string[];
}

export interface Reward {
  readonly rewardId: string;
  readonly kind: string;
  readonly status: string;
  readonly amount?: number;
  readonly currency?: string;
  readonly name?: string;
  readonly eventId?: string;
  readonly createdAt: string;
}

export interface Milestone {
  readonly milestoneId: string;
  readonly name: string;
  readonly progress: number;
  readonly status: string;
  readonly rewardId?: string;
}

export interface Columns {
  readonly pending: number;
  readonly available: number;
  readonly inPayout: number;
  readonly paid: number;
}

export interface Balance extends Columns {
  readonly kind: string;
  readonly currency: string;
}

export interface LedgerEntry {
  readonly kind: string;
  readonly entryId: string;
  readonly currency: string;
  readonly amount: number;
  readonly changes: Columns;
  readonly cause: {
    readonly type: string;
    readonly eventId?: string;
    readonly payoutId?: string;
    readonly rewardId?: string;
  };
  readonly createdAt: string;
}

export interface Payout {
  readonly payoutId: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
}

export interface Stats {
  readonly userId: string;
  readonly clicks: number;
  readonly uniqueClicks: number;
  readonly botClicks: number;
  readonly referrals: {
    readonly pending: number;
    readonly completed: number;
    readonly rejected: number;
    readonly inReview: number;
  };
  readonly conversionRate: number;
  readonly rewards: { readonly count: number; readonly milestones: number };
  readonly balances: readonly Balance[];
}

export interface EventReport {
  readonly id: string;
  readonly status: 'accepted' | 'processed';
  readonly explanation: readonly { readonly outcome: string; readonly reason: string }[];
  readonly entries: readonly {
    readonly userId: string;
    readonly amount: number;
    readonly currency: string;
  }[];
}

export interface Rewards {
  readonly rewards: readonly Reward[];
  readonly milestones: readonly Milestone[];
}
