import { type Review, refereeKeyOfReview } from '../domain/fraud/review.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import type { TransactItem } from './transact.ts';

/**
 * The part of a transaction that keeps a case.
 *
 * @param before the case as it was read, which it must still be; undefined if there was none
 */
export function reviewPut(table: Table, review: Review, before?: Review): TransactItem {
  const refereeKey = refereeKeyOfReview(review.reviewId);
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.review(refereeKey),
        ...listKeys.reviews(review.programId, review.state, review.createdAt, refereeKey),
        type: 'review',
        review,
      },
      ...(before === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'review = :before',
            ExpressionAttributeValues: { ':before': before },
          }),
    },
  };
}
