import { isDeepStrictEqual } from 'node:util';
import type { Link } from '../domain/links/link.ts';
import type { Payout } from '../domain/money/payout.ts';
import type { Program } from '../domain/programs/program.ts';
import type { ReportedEvent } from '../domain/rewards/event.ts';
import type { JournalEntry, Posting } from '../domain/rewards/journal.ts';
import { toLedgerEntry } from './activity-items.ts';
import { type CouponWork, couponWorkOf } from './coupon-items.ts';
import { toReward } from './journal-items.ts';
import { milestoneRewardOf } from './milestone-items.ts';
import { toReferral } from './referral-items.ts';

type Stored = Record<string, unknown>;

/** Something that happened, as the outside is told of it. */
export interface DomainEvent {
  readonly type: string;
  readonly programId: string;
  readonly data: object;
}

/** What a change of the table asks for: work for the reward queue, and news for the bus. */
export interface ChangeEffects {
  readonly event?: { readonly programId: string; readonly userId: string; readonly eventId: string };
  readonly completedReferralOf?: { readonly programId: string; readonly userId: string };
  readonly couponWork?: CouponWork;
  readonly progressOf?: { readonly programId: string; readonly userId: string };
  readonly news: readonly DomainEvent[];
}

type Reader = (after: Stored, before: Stored | undefined) => ChangeEffects;

/** The sums that milestones and tiers are measured by. */
function measuresOf(item: Stored | undefined): Stored {
  const { completed, paidOrders, points } = item ?? {};
  const revenue = Object.entries(item ?? {}).filter(([name]) => name.startsWith('revenue:'));
  return { completed, paidOrders, points, ...Object.fromEntries(revenue) };
}

const none: ChangeEffects = { news: [] };
const text = (item: Stored, name: string): string => String(item[name]);

function tell(type: string, programId: string, data: object): ChangeEffects {
  return { news: [{ type, programId, data }] };
}

const readers: Readonly<Record<string, Reader>> = {
  event: (after, before) => {
    if (before !== undefined) return none;
    const { userId } = after['event'] as ReportedEvent;
    return {
      event: { programId: text(after, 'programId'), userId, eventId: text(after, 'eventId') },
      news: [],
    };
  },

  progress: (after, before) => {
    if (isDeepStrictEqual(measuresOf(after), measuresOf(before))) return none;
    return { progressOf: { programId: text(after, 'programId'), userId: text(after, 'userId') }, news: [] };
  },

  referral: (after, before) => {
    const referral = toReferral(after);
    const { programId, refereeId, status } = referral;
    const changed = before === undefined || toReferral(before).status !== status;
    const created = { type: 'referral.created', programId, data: { referral } };
    const became = { type: `referral.${status}`, programId, data: { referral } };
    return {
      ...(changed && status === 'completed' && { completedReferralOf: { programId, userId: refereeId } }),
      news: [
        ...(before === undefined ? [created] : []),
        ...(changed && status !== 'pending' ? [became] : []),
      ],
    };
  },

  journal: (after, before) => {
    const posting = after['posting'] as Posting | undefined;
    if (posting === undefined) return none;
    if (before !== undefined) return claimNews(after, before);
    const entry = after['entry'] as JournalEntry;
    const reward = toReward(after, entry.createdAt);
    return tell(reward ? 'reward.created' : 'reward.adjusted', text(after, 'programId'), {
      userId: posting.beneficiaryId,
      ...(reward ? { reward } : { orderId: posting.subject }),
      ...(posting.currency !== undefined && { entry: toLedgerEntry(after, entry.createdAt) }),
    });
  },

  milestone: (after, before) => {
    const reward = milestoneRewardOf(after);
    const type = milestoneNews(after, before);
    return type === undefined ? none : tell(type, reward.programId, { reward });
  },

  payout: (after, before) => {
    const payout = after['payout'] as Payout;
    if (before !== undefined && (before['payout'] as Payout).status === payout.status) return none;
    return tell(`payout.${payout.status}`, payout.programId, { payout });
  },

  link: (after, before) => {
    const { code, programId, userId, destination, status, createdAt } = after as unknown as Link;
    return tell(before === undefined ? 'link.created' : 'link.changed', programId, {
      link: { code, programId, userId, destination, status, createdAt },
    });
  },

  program: (after, before) => {
    // That somebody takes part is no news of the program.
    if (before !== undefined && before['inUse'] !== after['inUse']) return none;
    const program = after['program'] as Program;
    const type = after['archivedAt'] === undefined ? 'program.changed' : 'program.deleted';
    return tell(type, program.programId, { program });
  },
};

/** What a change of a milestone is called: undefined where only its coupon changed. */
function milestoneNews(after: Stored, before: Stored | undefined): string | undefined {
  const status = after['rewardStatus'];
  if (before !== undefined && before['rewardStatus'] === status) return undefined;
  if (status === 'claimed') return 'reward.claimed';
  return status === 'reversed' ? 'milestone.reversed' : 'milestone.reached';
}

/** A reward of a journal is told of when it is claimed; what adjusts it is told of by the entry that does. */
function claimNews(after: Stored, before: Stored): ChangeEffects {
  const isClaim = after['rewardStatus'] === 'claimed' && before['rewardStatus'] !== 'claimed';
  const reward = isClaim ? toReward(after, text(after, 'claimedAt')) : undefined;
  return reward === undefined ? none : tell('reward.claimed', reward.programId, { reward });
}

/** Reads what a change of an item asks for. Removals ask for nothing. */
export function readChange(after: Stored | undefined, before: Stored | undefined): ChangeEffects {
  if (after === undefined) return none;
  const effects = readers[text(after, 'type')]?.(after, before) ?? none;
  const couponWork = couponWorkOf(after, before);
  return couponWork === undefined ? effects : { ...effects, couponWork };
}
