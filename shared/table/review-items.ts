import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import { type Review, type ReviewState, refereeKeyOfReview } from '../domain/fraud/review.ts';
import { participantKey } from '../domain/ids.ts';
import type { Participant } from '../domain/participant.ts';
import { progressColumn, type Referral } from '../domain/referrals/referral.ts';
import type { JournalEntry } from '../domain/rewards/journal.ts';
import { auditPut } from './audit-items.ts';
import type { Table } from './client.ts';
import { entryWrites } from './journal-items.ts';
import { keys, listKeys } from './keys.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { type ReferralState, referralCheck } from './referral-items.ts';
import { reviewPut } from './review-put.ts';
import { type TransactItem, transact } from './transact.ts';

/** A decision with all that it changes. */
export interface DecidedReview {
  readonly review: Review;
  /** As it was read: it must still have been decided as often. */
  readonly before: Review;
  readonly referral: Referral;
  readonly referralBefore: Referral;
  readonly entry: JournalEntry;
  /** The referrer's new status, where it changes. */
  readonly referrerStatus?: Participant['status'] | undefined;
  readonly unchanged: readonly ReferralState[];
  readonly audit: AuditEntry;
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
     * Keeps a decision: case, referral, rewards, balances, counts and the entry of the audit log change together, unless
     * one of them has changed since it was read.
     */
    async storeDecision(decided: DecidedReview): Promise<'stored' | 'changed_meanwhile' | 'too_large'> {
      const items = decisionParts(table, decided);
      if (items.length > mostItems) return 'too_large';
      return (await transact(table, items)).done ? 'stored' : 'changed_meanwhile';
    },
  };
}

function decisionParts(table: Table, decided: DecidedReview): TransactItem[] {
  const { review, before, referral, referralBefore, entry, referrerStatus, unchanged, audit } = decided;
  const { programId, refereeId, referrerId } = referral;
  const moves = {
    [progressColumn(referralBefore.status)]: -1,
    [progressColumn(referral.status)]: 1,
  };
  return [
    reviewPut(table, review, before.decisions),
    referralStatus(table, referral, referralBefore),
    ...entryWrites(table, { programId, refereeId, referral, moves }, entry),
    ...(referrerStatus === undefined ? [] : [statusUpdate(table, programId, referrerId, referrerStatus)]),
    ...unchanged.map((state) => referralCheck(table, programId, state)),
    auditPut(table, audit),
  ];
}

function referralStatus(
  table: Table,
  { programId, refereeId, status, completedAt }: Referral,
  before: Referral,
): TransactItem {
  const completes = completedAt !== undefined;
  return {
    Update: {
      TableName: table.name,
      Key: keys.referral(participantKey(programId, refereeId)),
      UpdateExpression: `SET #status = :status, #referral.#status = :status${
        completes ? ', #referral.completedAt = :at' : ' REMOVE #referral.completedAt'
      }`,
      ConditionExpression: '#status = :before',
      ExpressionAttributeNames: { '#status': 'status', '#referral': 'referral' },
      ExpressionAttributeValues: {
        ':status': status,
        ':before': before.status,
        ...(completes && { ':at': completedAt }),
      },
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
