import type { Link } from '../domain/links/link.ts';
import type { Payout } from '../domain/money/payout.ts';
import type { Program } from '../domain/programs/program.ts';
import type { JournalEntry, Posting } from '../domain/rewards/journal.ts';
import { toLedgerEntry } from './activity-items.ts';
import { toReward } from './journal-items.ts';
import { milestoneRewardOf, progressOf } from './overview-items.ts';
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
  readonly event?: { readonly programId: string; readonly eventId: string };
  readonly progressOf?: { readonly programId: string; readonly userId: string };
  readonly news: readonly DomainEvent[];
}

type Reader = (after: Stored, before: Stored | undefined) => ChangeEffects;

const none: ChangeEffects = { news: [] };
const text = (item: Stored, name: string): string => String(item[name]);

function tell(type: string, programId: string, data: object): ChangeEffects {
  return { news: [{ type, programId, data }] };
}

const readers: Readonly<Record<string, Reader>> = {
  event: (after, before) =>
    before === undefined
      ? { event: { programId: text(after, 'programId'), eventId: text(after, 'eventId') }, news: [] }
      : none,

  progress: (after, before) => {
    if (progressOf(after).completed <= progressOf(before).completed) return none;
    return { progressOf: { programId: text(after, 'programId'), userId: text(after, 'userId') }, news: [] };
  },

  referral: (after, before) => {
    const referral = toReferral(after);
    const standing = before && toReferral(before).status;
    const created = { type: 'referral.created', programId: referral.programId, data: { referral } };
    const became = { type: `referral.${referral.status}`, programId: referral.programId, data: { referral } };
    const changed = standing !== referral.status && referral.status !== 'pending';
    return { news: [...(before === undefined ? [created] : []), ...(changed ? [became] : [])] };
  },

  journal: (after, before) => {
    const posting = after['posting'] as Posting | undefined;
    if (posting === undefined || before !== undefined) return none;
    const reward = toReward(after);
    const entry = after['entry'] as JournalEntry;
    return tell(reward ? 'reward.created' : 'reward.adjusted', text(after, 'programId'), {
      userId: posting.beneficiaryId,
      ...(reward ? { reward } : { orderId: entry.orderId }),
      entry: toLedgerEntry(after),
    });
  },

  milestone: (after, before) => {
    const reward = milestoneRewardOf(after);
    return tell(before === undefined ? 'milestone.reached' : 'reward.claimed', reward.programId, { reward });
  },

  payout: (after) => {
    const payout = after['payout'] as Payout;
    return tell(`payout.${payout.status}`, payout.programId, { payout });
  },

  link: (after, before) => {
    const { code, programId, userId, destination, status, createdAt } = after as unknown as Link;
    return tell(before === undefined ? 'link.created' : 'link.changed', programId, {
      link: { code, programId, userId, destination, status, createdAt },
    });
  },

  program: (after) => {
    const program = after['program'] as Program;
    return tell('program.changed', program.programId, { program });
  },
};

/** Reads what a change of an item asks for. Removals ask for nothing. */
export function readChange(after: Stored | undefined, before: Stored | undefined): ChangeEffects {
  const reader = after && readers[text(after, 'type')];
  return after && reader ? reader(after, before) : none;
}
