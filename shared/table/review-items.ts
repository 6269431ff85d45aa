import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import type { BanState } from '../domain/fraud/ban.ts';
import { type Review, type ReviewState, refereeKeyOfReview } from '../domain/fraud/review.ts';
import { participantKey } from '../domain/ids.ts';
import type { Participant } from '../domain/participant.ts';
import { progressColumn, type Referral } from '../domain/referrals/referral.ts';
import type { JournalEntry } from '../domain/rewards/journal.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { entryWrites, type Referee } from './journal-items.ts';
import { keys, listKeys } from './keys.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { type ReferralState, referralCheck } from './referral-items.ts';
import { reviewPut } from './review-put.ts';
import { searchList } from './search-list.ts';
import { type TransactItem, transact } from './transact.ts';

/** A case that changes, with all that changes with it. */
export interface ReviewChange {
  readonly review: Review;
  /** As it was read, which it must still be; undefined if there was none. */
  readonly before: Review | undefined;
  readonly referral: Referral;
  readonly referralBefore: Referral;
  readonly entry: JournalEntry;
  /** The referrer as read, which they must still be, and as they are to stand, where that changes. */
  readonly referrer?: { readonly before: Participant; readonly after: BanState } | undefined;
  readonly unchanged?: readonly ReferralState[] | undefined;
  readonly audit?: AuditEntry | undefined;
}

/** What a list of cases is narrowed to. */
export interface ReviewFilter {
  readonly referrerId?: string | undefined;
  /** A rule that speaks against them. */
  readonly reason?: string | undefined;
}

type Stored = Record<string, unknown>;

/** More items than a transaction takes. */
const mostItems = 100;

/** Held referrals, each a case that waits for a person's decision, listed by what was decided. */
export function reviewItems(table: Table) {
  return {
    async findReview(reviewId: string): Promise<Review | undefined> {
      const Key = keys.review(refereeKeyOfReview(reviewId));
      const { Item } = await table.documents.send(
        new GetCommand({ TableName: table.name, Key, ConsistentRead: true }),
      );
      return Item && toReview(Item);
    },

    /** The cases of a state, newest first: those of a referrer or a rule alone, where that is asked for. */
    async listReviews(
      programId: string,
      state: ReviewState,
      page: PageRequest,
      where: ReviewFilter = {},
    ): Promise<Page<Review> | undefined> {
      const { listPk } = listKeys.reviews(programId, state, '', '');
      const filter = filterOf(where);
      if (filter === undefined) return readList(table, listPk, page, toReview);
      return searchList(table, listPk, page, toReview, anyTime, filter);
    },

    /**
     * Keeps a case: it, its referral, rewards, balances, counts and the entry of the audit log change together, unless
     * one of them has changed since it was read.
     */
    async storeReview(change: ReviewChange): Promise<'stored' | 'changed_meanwhile' | 'too_large'> {
      const items = changeParts(table, change);
      if (items.length > mostItems) return 'too_large';
      return (await transact(table, items)).done ? 'stored' : 'changed_meanwhile';
    },
  };
}

const toReview = (item: Stored) => item['review'] as Review;

/** Sort keys of these lists begin with a time in ISO 8601. */
const anyTime = { first: '0', last: ':' };

function filterOf({ referrerId, reason }: ReviewFilter) {
  const terms = [
    ...(referrerId === undefined ? [] : ['review.referrerId = :referrer']),
    ...(reason === undefined ? [] : ['contains(review.reasons, :reason)']),
  ];
  if (terms.length === 0) return undefined;
  const values = { ...(referrerId && { ':referrer': referrerId }), ...(reason && { ':reason': reason }) };
  return { FilterExpression: terms.join(' AND '), values };
}

function changeParts(table: Table, change: ReviewChange): TransactItem[] {
  const { review, before, referral, referralBefore, entry, referrer, unchanged = [], audit } = change;
  const { programId, refereeId } = referral;
  return [
    reviewPut(table, review, before),
    referralUpdate(table, referral, referralBefore),
    ...entryWrites(table, { programId, refereeId, referral, ...movesOf(referral, referralBefore) }, entry),
    ...(referrer === undefined ? [] : [banUpdate(table, referrer.before, referrer.after)]),
    ...unchanged.map((state) => referralCheck(table, programId, state)),
    ...auditPuts(table, audit),
  ];
}

/** What changes of the referrer's counts, if anything does. */
function movesOf({ status }: Referral, before: Referral): Pick<Referee, 'moves'> {
  if (status === before.status) return {};
  return { moves: { [progressColumn(before.status)]: -1, [progressColumn(status)]: 1 } };
}

function referralUpdate(table: Table, referral: Referral, before: Referral): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.referral(participantKey(referral.programId, referral.refereeId)),
      UpdateExpression: 'SET #status = :status, #referral = :referral',
      ConditionExpression: '#referral = :before',
      ExpressionAttributeNames: { '#status': 'status', '#referral': 'referral' },
      ExpressionAttributeValues: { ':status': referral.status, ':referral': referral, ':before': before },
    },
  };
}

/** The part of a transaction that bans somebody by one case more or less, if they stand as they were read. */
function banUpdate(
  table: Table,
  { programId, userId, status, ban }: Participant,
  after: BanState,
): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.participant(participantKey(programId, userId)),
      UpdateExpression: `SET #status = :after${after.ban ? ', ban = :ban' : ' REMOVE ban'}`,
      ConditionExpression: `#status = :before AND ${ban ? 'ban = :banBefore' : 'attribute_not_exists(ban)'}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':before': status,
        ':after': after.status,
        ...(ban && { ':banBefore': ban }),
        ...(after.ban && { ':ban': after.ban }),
      },
    },
  };
}
