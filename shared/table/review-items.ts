import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import { type Review, type ReviewState, refereeKeyOfReview } from '../domain/fraud/review.ts';
import { participantKey } from '../domain/ids.ts';
import type { Participant } from '../domain/participant.ts';
import { progressColumn, type Referral } from '../domain/referrals/referral.ts';
import type { JournalEntry } from '../domain/rewards/journal.ts';
import { auditPut } from './audit-items.ts';
import type { Table } from './client.ts';
import { entryWrites, type Referee } from './journal-items.ts';
import { keys, listKeys } from './keys.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { type ReferralState, referralCheck } from './referral-items.ts';
import { reviewPut } from './review-put.ts';
import { type TransactItem, transact } from './transact.ts';

/** A case that changes, with all that changes with it. */
export interface ReviewChange {
  readonly review: Review;
  /** As it was read, which it must still be; undefined if there was none. */
  readonly before: Review | undefined;
  readonly referral: Referral;
  readonly referralBefore: Referral;
  readonly entry: JournalEntry;
  /** The referrer's new status, where it changes. */
  readonly referrerStatus?: Participant['status'] | undefined;
  readonly unchanged?: readonly ReferralState[] | undefined;
  readonly audit?: AuditEntry | undefined;
}

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
      return Item?.['review'] as Review | undefined;
    },

    listReviews: (
      programId: string,
      state: ReviewState,
      page: PageRequest,
    ): Promise<Page<Review> | undefined> =>
      readList(
        table,
        listKeys.reviews(programId, state, '', '').listPk,
        page,
        (item) => item['review'] as Review,
      ),

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

function changeParts(table: Table, change: ReviewChange): TransactItem[] {
  const { review, before, referral, referralBefore, entry, referrerStatus, unchanged = [], audit } = change;
  const { programId, refereeId, referrerId } = referral;
  return [
    reviewPut(table, review, before),
    referralUpdate(table, referral, referralBefore),
    ...entryWrites(table, { programId, refereeId, referral, ...movesOf(referral, referralBefore) }, entry),
    ...(referrerStatus === undefined ? [] : [statusUpdate(table, programId, referrerId, referrerStatus)]),
    ...unchanged.map((state) => referralCheck(table, programId, state)),
    ...(audit === undefined ? [] : [auditPut(table, audit)]),
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

function statusUpdate(
  table: Table,
  programId: string,
  userId: string,
  status: Participant['status'],
): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.participant(participantKey(programId, userId)),
      UpdateExpression: 'SET #status = :status',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': status },
    },
  };
}
