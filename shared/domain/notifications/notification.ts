import { participantKey } from '../ids.ts';
import type { BalanceKind } from '../money/balance.ts';
import type { Payout } from '../money/payout.ts';
import type { Referral } from '../referrals/referral.ts';
import type { Reward } from '../rewards/reward.ts';

/** What participants are told of. */
export const notificationKinds = [
  'friend_joined',
  'reward_earned',
  'reward_held',
  'reward_available',
  'milestone_reached',
  'payout_sent',
  'payout_failed',
] as const;

export type NotificationKind = (typeof notificationKinds)[number];

/** Told by those programs alone that have a template of their own for it. */
export const optionalKinds: ReadonlySet<NotificationKind> = new Set(['reward_available']);

/** What there is to say of it, as it was when it happened. Nothing in it is personal. */
export interface NotificationFacts {
  /** Minor units, or points. */
  readonly amount?: number;
  readonly currency?: string;
  /** Of a milestone, badge or perk. */
  readonly name?: string;
  /** ISO 8601. */
  readonly availableAt?: string;
}

/** Something that a participant is to be told, once. */
export interface Notification {
  /** Of what it is about, not of how it came to be known: the same however often and by whatever change it comes. */
  readonly notificationId: string;
  readonly kind: NotificationKind;
  readonly programId: string;
  readonly userId: string;
  readonly facts: NotificationFacts;
}

/** Something that happened, as the outside is told of it. */
interface News {
  readonly type: string;
  readonly programId: string;
  readonly data: object;
}

type Maker = (data: object, programId: string) => Notification | undefined;

/** Also of one that was held, once it is approved; never of one that is rejected or in review. */
const joined: Maker = (data) => {
  const { referral } = data as { referral: Referral };
  const { referralId, programId, referrerId: userId, status } = referral;
  if (status !== 'pending' && status !== 'completed') return undefined;
  return {
    notificationId: `friend_joined-${referralId}`,
    kind: 'friend_joined',
    programId,
    userId,
    facts: {},
  };
};

const earned: Maker = (data) => {
  const { reward } = data as { reward: Reward };
  const { rewardId, programId, userId, amount, currency, name, availableAt, status } = reward;
  if (amount === 0) return undefined;
  return {
    notificationId: `reward_earned-${rewardId}`,
    kind: status === 'pending' ? 'reward_held' : 'reward_earned',
    programId,
    userId,
    facts: factsOf({ amount, currency, name, availableAt: status === 'pending' ? availableAt : undefined }),
  };
};

interface Released {
  readonly userId: string;
  readonly kind: BalanceKind;
  readonly currency: string;
  readonly amount: number;
  readonly heldUntil: string;
}

const released: Maker = (data, programId) => {
  const { userId, kind, currency, amount, heldUntil } = data as Released;
  const account = `${participantKey(programId, userId)}-${kind}-${currency}`;
  return {
    notificationId: `reward_available-${account}-${heldUntil}`,
    kind: 'reward_available',
    programId,
    userId,
    facts: { amount, currency },
  };
};

const reached: Maker = (data) => {
  const { reward } = data as { reward: Reward };
  const { rewardId, programId, userId, amount, currency, name, milestoneId } = reward;
  return {
    notificationId: `milestone_reached-${rewardId}`,
    kind: 'milestone_reached',
    programId,
    userId,
    facts: factsOf({ amount, currency, name: name ?? milestoneId }),
  };
};

const payoutNews =
  (kind: 'payout_sent' | 'payout_failed'): Maker =>
  (data) => {
    const { payout } = data as { payout: Payout };
    const { payoutId, programId, userId, amount, currency } = payout;
    return { notificationId: `${kind}-${payoutId}`, kind, programId, userId, facts: { amount, currency } };
  };

const makers: Readonly<Record<string, Maker>> = {
  'referral.created': joined,
  'referral.completed': joined,
  'reward.created': earned,
  'balance.available': released,
  'milestone.reached': reached,
  'payout.paid': payoutNews('payout_sent'),
  'payout.failed': payoutNews('payout_failed'),
};

/** What a participant is to be told of something that happened; undefined where it is nothing. */
export function notificationOf({ type, programId, data }: News): Notification | undefined {
  return Object.hasOwn(makers, type) ? makers[type]?.(data, programId) : undefined;
}

function factsOf(facts: { readonly [Name in keyof NotificationFacts]: NotificationFacts[Name] | undefined }) {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined),
  ) as NotificationFacts;
}
