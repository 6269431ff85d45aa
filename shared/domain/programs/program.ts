/** What a rule pays: an exact percentage of the order, or a flat sum in minor units. */
export type RewardAmount =
  | { readonly type: 'percentage'; readonly rate: string }
  | { readonly type: 'flat'; readonly amount: number; readonly currency: string };

export type Side = 'referrer' | 'referee';

/** On this event, this side earns this. */
export interface Rule {
  readonly ruleId: string;
  readonly event: string;
  readonly side: Side;
  readonly kind: 'cash';
  readonly amount: RewardAmount;
  /** How many times one referee can make the rule pay; null: always. */
  readonly limitPerReferee: number | null;
  readonly excludedPaymentMethods: readonly string[];
}

/** Granted once, when a participant's completed referrals reach the number. */
export interface Milestone {
  readonly milestoneId: string;
  readonly name: string;
  readonly kind: 'badge' | 'perk';
  readonly completedReferrals: number;
}

/** What can be set of a program. */
export interface ProgramSettings {
  readonly name: string;
  readonly destination: string;
  readonly fallbackUrl: string;
  readonly destinationHosts: readonly string[];
  readonly attribution: { readonly model: 'first_touch' | 'last_touch'; readonly windowDays: number };
  readonly linkLimit: number;
  readonly rules: readonly Rule[];
  readonly milestones: readonly Milestone[];
}

/** One version of a program. Versions are kept for ever; referrals name the one that they began with. */
export interface Program extends ProgramSettings {
  readonly programId: string;
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const defaultProgramId = 'default';
