import { type Review, refereeKeyOfReview } from '../domain/fraud/review.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import type { TransactItem } from './transact.ts';

/** The part of a transaction that keeps a case: a new one, or one that was decided so many times. */
export function reviewPut(table: Table, review: Review, decisions?: number): TransactItem {
  const refereeKey = refereeKeyOfReview(review.reviewId);
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.review(refereeKey),
        ...listKeys.reviews(review.programId, review.state, review.createdAt, refereeKey),
        type: 'review',
        decisions: review.decisions,
        review,
      },
      ...(decisions === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'decisions = :decisions',
            ExpressionAttributeValues: { ':decisions': decisions },
          }),
    },
  };
}
