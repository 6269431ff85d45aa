import type { FraudSettings } from '../fraud/settings.ts';
import type { Passthrough } from '../links/destination.ts';
import type { AppDestinations } from '../links/link.ts';
import type { AttributionSettings } from '../referrals/attribute.ts';
import type { ConditionGroup } from '../rules/conditions.ts';

/** An exact percentage of the basis, or a flat sum in minor units (of points, if the rule gives points). */
export type SimpleAmount =
  | { readonly type: 'percentage'; readonly rate: string }
  | { readonly type: 'flat'; readonly amount: number; readonly currency: string };

/** What a rule pays. */
export type RewardAmount =
  | SimpleAmount
  /** By the tier that the beneficiary stood in when the event came. */
  | {
      readonly type: 'by_tier';
      readonly tiers: readonly { readonly tierId: string; readonly amount: SimpleAmount }[];
      readonly otherwise: SimpleAmount;
    }
  /** By how often the referee has made the rule pay before: each step lasts for a number of times. */
  | {
      readonly type: 'stepped';
      readonly steps: readonly { readonly times: number; readonly amount: SimpleAmount }[];
      readonly after: SimpleAmount;
    }
  /** By the lines of the order: the first entry that names the product or category of a line. A flat sum is per piece. */
  | {
      readonly type: 'by_product';
      readonly products: readonly {
        readonly productIds?: readonly string[];
        readonly categories?: readonly string[];
        readonly amount: SimpleAmount;
      }[];
      readonly otherwise: SimpleAmount;
    };

/** `both` pays referrer and referee each; `upline` pays the participant `level` steps above the referee. */
export type Side = 'referrer' | 'referee' | 'both' | 'upline';

export type RewardKind = 'cash' | 'credit' | 'points' | 'coupon' | 'badge' | 'perk';

/** Which part of an order counts. */
export interface Basis {
  /** `net`: without tax, shipping and fees where the event carries them. */
  readonly type: 'gross' | 'net';
  /** Minor units; an order that is worth less pays nothing. */
  readonly minimum?: number;
  readonly excludedProducts: readonly string[];
  readonly excludedCategories: readonly string[];
}

/** Where a reward waits before it can be spent: days from the event, or until the order (or user) brings an event. */
export type Hold = { readonly days: number } | { readonly untilEvent: string };

export type CapPeriod = 'day' | 'week' | 'month' | 'ever';

/** The most that one beneficiary earns by a rule in a period (UTC): a sum in minor units, or a number of rewards. */
export interface Cap {
  readonly period: CapPeriod;
  readonly amount?: number;
  readonly currency?: string;
  readonly rewards?: number;
}

/** On this event, under these conditions, this side earns this. */
export interface Rule {
  readonly ruleId: string;
  readonly event: string;
  readonly side: Side;
  /** With side `upline`: 1 is the referrer. */
  readonly level?: number;
  readonly kind: RewardKind;
  /** What cash, credit and points come to. */
  readonly amount?: RewardAmount;
  /** What a coupon, badge or perk is called. */
  readonly name?: string;
  /** The pool that a coupon comes from. */
  readonly pool?: string;
  readonly basis: Basis;
  readonly conditions?: ConditionGroup;
  /** How many times one referee can make the rule pay; 1: once; null: always. */
  readonly limitPerReferee: number | null;
  /** Pays only in the first months after the referral began; null: without end. */
  readonly months: number | null;
  readonly caps: readonly Cap[];
  readonly excludedPaymentMethods: readonly string[];
  readonly hold?: Hold;
  /** Of the rules of one group that match, one pays: the highest priority, then the one that pays most. */
  readonly group?: string;
  readonly priority: number;
}

/** What milestones, tiers and minimums are measured by. Orders and revenue are those of a participant's referees. */
export type Metric = 'completedReferrals' | 'paidOrders' | 'revenue' | 'points';

export interface Threshold {
  readonly metric: Metric;
  /** A number, or minor units of `currency` where the metric is revenue. */
  readonly value: number;
  readonly currency?: string;
}

/** Granted once, when a participant reaches it. */
export interface Milestone {
  readonly milestoneId: string;
  readonly name: string;
  readonly kind: RewardKind;
  readonly threshold: Threshold;
  /** What cash, credit and points come to. */
  readonly amount?: { readonly amount: number; readonly currency: string };
  readonly pool?: string;
  /** `claim`: waits until it is claimed; `automatic`: is given at once. */
  readonly grant: 'claim' | 'automatic';
  /** What happens when the participant falls below it again before it was claimed. */
  readonly onReversal: 'keep' | 'take_back';
}

/** A standing that participants reach; the last one reached counts. */
export interface Tier {
  readonly tierId: string;
  readonly name: string;
  readonly threshold: Threshold;
}

/** What completes a referral. */
export interface Requirement {
  readonly event: string;
  readonly times: number;
  /** Minor units; events that carry less do not count. */
  readonly minimumAmount?: number;
}

/** The most that a program pays in all, by currency. */
export interface Budget {
  readonly currency: string;
  readonly amount: number;
  readonly period: CapPeriod;
}

/** A rate in place of a rule's own percentage, for orders with a coupon or referrals by a link. */
export type RateOverride =
  | { readonly coupon: string; readonly rate: string }
  | { readonly code: string; readonly rate: string };

export interface PayoutTerms {
  /** The least that can be taken at once, by currency. */
  readonly minimums: readonly { readonly currency: string; readonly amount: number }[];
  /** What a participant must have reached before anything is paid out. */
  readonly requires: readonly Threshold[];
  /** How often, or how much, a participant may take in a period (UTC). */
  readonly limits: readonly Cap[];
}

/** The customer's own logic in place of ours: a Lambda function or a signed HTTPS call. */
export interface Hook {
  readonly lambdaArn?: string;
  readonly url?: string;
  readonly timeoutMs: number;
  /** What holds when the hook does not answer, or answers nonsense. */
  readonly fallback: 'default' | 'hold' | 'reject';
}

export interface Hooks {
  readonly validation?: Hook;
  readonly calculation?: Hook;
  readonly notification?: Hook;
}

/** How a program's links send visitors on. */
export interface RedirectSettings {
  readonly status: 301 | 302 | 307;
  readonly passthrough: Passthrough;
  /** Paths on a destination's host that visitors may ask for: `/pricing`, or `/products/*` for all below. */
  readonly deepLinkPaths: readonly string[];
  /** For links that name none of their own. */
  readonly apps: AppDestinations;
}

/** What can be set of a program. */
export interface ProgramSettings {
  readonly name: string;
  readonly destination: string;
  /** Where codes lead that are unknown or out of use; null: a page says so. */
  readonly fallbackUrl: string | null;
  readonly destinationHosts: readonly string[];
  readonly redirect: RedirectSettings;
  readonly attribution: AttributionSettings;
  readonly linkLimit: number;
  /** Which version counts for a referral: the one that it began with, or the newest when an event comes. */
  readonly versioning: 'kept' | 'latest';
  /** Empty: a referral is complete when it is registered. */
  readonly qualification: readonly Requirement[];
  readonly rules: readonly Rule[];
  /** Whether what a refund frees of limits, caps and budgets goes back to later orders. */
  readonly freedLimits: 'kept' | 'returned';
  readonly budgets: readonly Budget[];
  readonly rates: readonly RateOverride[];
  readonly tiers: readonly Tier[];
  readonly milestones: readonly Milestone[];
  readonly payouts: PayoutTerms;
  readonly hooks: Hooks;
  /** Which fraud rules are on, and what they do; what is left out is as the rules have it. */
  readonly fraud?: FraudSettings;
}

/** One version of a program. Versions are kept for ever; referrals name the one that they began with. */
export interface Program extends ProgramSettings {
  readonly programId: string;
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Somebody takes part in it, or has: it can't be deleted. The default program can't be anyway, and does without. */
  readonly inUse?: true;
}

export const defaultProgramId = 'default';

/** Whether a participant of a program who is made now has to mark it as in use. */
export function isFirstUse({ programId, inUse }: Program): boolean {
  return inUse !== true && programId !== defaultProgramId;
}
