import { isDeepStrictEqual } from 'node:util';
import type { Review } from '../domain/fraud/review.ts';
import type { Link } from '../domain/links/link.ts';
import { type Account, balanceAt } from '../domain/money/balance.ts';
import { daysNewlyHeld, type Held, releasedBy } from '../domain/money/hold-end.ts';
import type { Payout } from '../domain/money/payout.ts';
import { usualPolicy } from '../domain/participant.ts';
import { defaultProgramId, type Program } from '../domain/programs/program.ts';
import type { ReportedEvent } from '../domain/rewards/event.ts';
import type { JournalEntry, Posting } from '../domain/rewards/journal.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import { toLedgerEntry } from './activity-items.ts';
import { accountOf } from './balance-items.ts';
import { type CouponWork, couponWorkOf } from './coupon-items.ts';
import { toDeadLetter } from './dead-letter-items.ts';
import { waitingEventsOf } from './early-items.ts';
import { toReward } from './journal-items.ts';
import { milestoneRewardOf } from './milestone-items.ts';
import { toParticipant } from './participant-items.ts';
import { toBatch } from './payout-batch-items.ts';
import { toReferral } from './referral-items.ts';
import { toEndpoint } from './webhook-endpoint-items.ts';

type Stored = Record<string, unknown>;

/** Something that happened, as the outside is told of it: shared/contract/domain-events.ts. */
export interface DomainEvent {
  readonly type: string;
  /** The default one for what concerns the whole deployment. */
  readonly programId: string;
  /** The participant whom it concerns. */
  readonly userId?: string;
  readonly data: object;
  /** It goes to the bus alone. */
  readonly onlyBus?: true;
}

/** What a change of the table asks for: work for the reward queue, and news for the bus. */
export interface ChangeEffects {
  /** Events to be worked on. */
  readonly events?: readonly {
    readonly programId: string;
    readonly userId: string;
    readonly eventId: string;
  }[];
  readonly completedReferralOf?: { readonly programId: string; readonly userId: string };
  /** Whose referral has rewards left to move, by what was decided of it. */
  readonly settlementOf?: { readonly programId: string; readonly userId: string };
  /** Who was banned by which case, or by which case no more. */
  readonly banOf?: { readonly programId: string; readonly userId: string; readonly reviewId: string };
  readonly couponWork?: CouponWork;
  readonly progressOf?: { readonly programId: string; readonly userId: string };
  /** What an account holds that it did not before. */
  readonly held?: Held;
  readonly news: readonly DomainEvent[];
}

/** @param at ISO 8601, when it changed */
type Reader = (after: Stored, before: Stored | undefined, at: string) => ChangeEffects;

/** The sums that milestones and tiers are measured by. */
function measuresOf(item: Stored | undefined): Stored {
  const { completed, paidOrders, points } = item ?? {};
  const revenue = Object.entries(item ?? {}).filter(([name]) => name.startsWith('revenue:'));
  return { completed, paidOrders, points, ...Object.fromEntries(revenue) };
}

const none: ChangeEffects = { news: [] };
const text = (item: Stored, name: string): string => String(item[name]);

/** Whom an event concerns. */
interface Concerned {
  readonly programId: string;
  readonly userId?: string;
}

function event(type: string, { programId, userId }: Concerned, data: object): DomainEvent {
  return { type, programId, ...(userId !== undefined && { userId }), data };
}

function tell(type: string, whom: Concerned, data: object): ChangeEffects {
  return { news: [event(type, whom, data)] };
}

const readers: Readonly<Record<string, Reader>> = {
  event: (after, before) => {
    if (before !== undefined) return none;
    const { userId } = after['event'] as ReportedEvent;
    return {
      events: [{ programId: text(after, 'programId'), userId, eventId: text(after, 'eventId') }],
      news: [],
    };
  },

  progress: (after, before) => {
    if (isDeepStrictEqual(measuresOf(after), measuresOf(before))) return none;
    return { progressOf: { programId: text(after, 'programId'), userId: text(after, 'userId') }, news: [] };
  },

  referral: (after, standing) => {
    const early = waitingEventsOf(standing);
    const before = early.length > 0 ? undefined : standing;
    const { earlier: _, ...referral } = toReferral(after);
    const { programId, referrerId, refereeId, status } = referral;
    const was = before && toReferral(before);
    const changed = was?.status !== status;
    const ofReferrer = { programId, userId: referrerId };
    const created = event('referral.created', ofReferrer, { referral });
    const became = event(`referral.${status}`, ofReferrer, { referral });
    return {
      ...(early.length > 0 && { events: early }),
      ...(changed && status === 'completed' && { completedReferralOf: { programId, userId: refereeId } }),
      news: [
        ...(before === undefined ? [created] : []),
        ...(was !== undefined && was.referrerId !== referrerId
          ? [event('referral.reassigned', ofReferrer, { referral })]
          : []),
        ...(changed && !(before === undefined && status === 'pending') ? [became] : []),
      ],
    };
  },

  journal: (after, before) => {
    const posting = after['posting'] as Posting | undefined;
    const settles = before === undefined ? after['settles'] : undefined;
    // Each stage of a settlement is an entry, and asks for the next.
    const work =
      settles === undefined
        ? {}
        : { settlementOf: { programId: text(after, 'programId'), userId: String(settles) } };
    if (posting === undefined) return { ...work, news: [] };
    if (before !== undefined) return claimNews(after, before);
    const entry = after['entry'] as JournalEntry;
    const reward = toReward(after, entry.createdAt);
    const whom = { programId: text(after, 'programId'), userId: posting.beneficiaryId };
    const made = event(reward ? 'reward.created' : 'reward.adjusted', whom, {
      userId: posting.beneficiaryId,
      ...(reward ? { reward } : { orderId: posting.subject }),
      ...(posting.currency !== undefined && { entry: toLedgerEntry(after, entry.createdAt) }),
    });
    return { ...work, news: [made, ...badgeNews(reward)] };
  },

  balance: (after, before, at) => {
    const [is, was] = [accountOf(after), before && accountOf(before)];
    const [programId, userId] = [text(after, 'programId'), text(after, 'userId')];
    const { kind, currency } = is;
    const days = daysNewlyHeld(was, is, at);
    return {
      ...(days.length > 0 && { held: { account: { programId, userId, kind, currency }, days } }),
      news: balanceNews({ programId, userId }, is, was, at),
    };
  },

  milestone: (after, before) => {
    const reward = milestoneRewardOf(after);
    const type = milestoneNews(after, before);
    if (type === undefined) return none;
    return {
      news: [event(type, reward, { reward }), ...(type === 'milestone.reached' ? badgeNews(reward) : [])],
    };
  },

  payout: (after, before) => {
    const payout = after['payout'] as Payout;
    if (before !== undefined && (before['payout'] as Payout).status === payout.status) return none;
    return tell(`payout.${payout.status}`, payout, { payout });
  },

  payoutBatch: (after, before) => {
    const { name: _, ...batch } = toBatch(after);
    if (before?.['status'] === batch.status) return none;
    return tell(`payout_batch.${batch.status}`, { programId: batch.programId }, { batch });
  },

  review: (after, before) => {
    const [is, was] = [after['review'] as Review, before?.['review'] as Review | undefined];
    const { programId, referrerId: userId, reviewId, state } = is;
    const isTurned = (was?.state === 'banned') !== (state === 'banned');
    // A part is done at a time, and the rest asked for on the case.
    const isAsked = after['followed'] !== undefined && after['followed'] !== before?.['followed'];
    return {
      ...((isTurned || isAsked) && { banOf: { programId, userId, reviewId } }),
      news: reviewNews(is, was),
    };
  },

  participant: (after, before) => {
    const { programId, userId, status, code, policy = usualPolicy, createdAt } = toParticipant(after);
    const participant = {
      ...{ programId, userId, status },
      ...(code !== undefined && { code }),
      ...{ policy, createdAt },
    };
    if (before === undefined) return tell('participant.created', participant, { participant });
    const changed = toldFields.filter((name) => !isDeepStrictEqual(after[name], before[name]));
    if (changed.length === 0) return none;
    return tell('participant.changed', participant, { participant, changed });
  },

  link: (after, before) => {
    const { code, programId, userId, destination, status, createdAt } = after as unknown as Link;
    const link = { code, programId, userId, destination, status, createdAt };
    return tell(before === undefined ? 'link.created' : 'link.changed', link, { link });
  },

  deadLetter: (after, before) => {
    if (after['recordedAt'] === undefined || before?.['recordedAt'] !== undefined) return none;
    const { cause, ...letter } = toDeadLetter(after);
    const { programId = defaultProgramId } = letter.about;
    const data = { deadLetter: { ...letter, cause: { code: cause.code } } };
    const created = event('dead_letter.created', { programId: String(programId) }, data);
    return { news: [telling.has(letter.queue) ? { ...created, onlyBus: true } : created] };
  },

  webhookEndpoint: (after, before) => {
    const { endpointId, disabledBecause: because, disabledAt } = toEndpoint(after);
    if (because === undefined || before === undefined || !toEndpoint(before).enabled) return none;
    const endpoint = { endpointId, because, disabledAt };
    return tell('webhook_endpoint.disabled', { programId: defaultProgramId }, { endpoint });
  },

  program: (after, before) => {
    // That somebody takes part is no news of the program.
    if (before !== undefined && before['inUse'] !== after['inUse']) return none;
    const { programId, version, name, createdAt, updatedAt } = after['program'] as Program;
    const type = after['archivedAt'] === undefined ? 'program.changed' : 'program.deleted';
    return tell(type, { programId }, { program: { programId, version, name, createdAt, updatedAt } });
  },
};

/** What was held is told of when it is known to be held no longer: that moment changes the balance, and writes nothing. */
function balanceNews(
  whom: { programId: string; userId: string },
  is: Account,
  was: Account | undefined,
  at: string,
): DomainEvent[] {
  const { userId } = whom;
  const balance = balanceAt(is, at);
  const { kind, currency } = balance;
  const released = was && releasedBy(was, is);
  const isSame = was !== undefined && isDeepStrictEqual(balanceAt(was, at), balance);
  return [
    ...(released && released.amount > 0
      ? [event('balance.available', whom, { userId, kind, currency, ...released })]
      : []),
    ...(isSame && released === undefined ? [] : [event('balance.changed', whom, { userId, balance })]),
  ];
}

/** A change of any of these is told, by its name. */
const toldFields = ['status', 'policy', 'name', 'fields', 'code'];

/** A case whose state changed, without its evidence and without an operator's words. */
function reviewNews(review: Review, before: Review | undefined): DomainEvent[] {
  const { reviewId, programId, referralId, referrerId, refereeId, state, origin, decidedAt } = review;
  if (before?.state === state) return [];
  const { reasons, score, decisions, createdAt } = review;
  const told = {
    ...{ reviewId, programId, referralId, referrerId, refereeId, state, origin },
    ...{ reasons, score, decisions, createdAt },
    ...(decidedAt !== undefined && { decidedAt }),
  };
  const isUndone = before !== undefined && state === origin && decisions > before.decisions;
  const became = state === 'open' ? 'opened' : state;
  const whom = { programId, userId: referrerId };
  return [event(`review.${isUndone ? 'undone' : became}`, whom, { review: told })];
}

/** That somebody got a badge, of a rule or of a milestone. */
function badgeNews(reward: Reward | undefined): DomainEvent[] {
  if (reward?.kind !== 'badge') return [];
  const { rewardId, programId, userId, name = '', milestoneId, createdAt } = reward;
  const badge = {
    ...{ rewardId, programId, userId, name },
    ...(milestoneId !== undefined && { milestoneId }),
    createdAt,
  };
  return [event('badge.earned', reward, { badge })];
}

/** Queues by which the outside is told: that nobody could be told is not told in the same way, again and again. */
const telling = new Set(['notices', 'webhooks', 'slowwebhooks', 'notifications']);

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
  return reward === undefined ? none : tell('reward.claimed', reward, { reward });
}

/**
 * Reads what a change of an item asks for. Removals ask for nothing.
 *
 * @param at ISO 8601, when it changed
 */
export function readChange(after: Stored | undefined, before: Stored | undefined, at: string): ChangeEffects {
  if (after === undefined) return none;
  const effects = readers[text(after, 'type')]?.(after, before, at) ?? none;
  const couponWork = couponWorkOf(after, before);
  return couponWork === undefined ? effects : { ...effects, couponWork };
}
