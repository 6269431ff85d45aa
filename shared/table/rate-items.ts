import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import { keys } from './keys.ts';
import { writeIf } from './write-if.ts';

/** A counter is of no use after its window; the table deletes it within days. */
const keptSeconds = 3_600;

/** What is taken of limits: a counter for each caller and window. */
export function rateItems(table: Table) {
  return {
    /**
     * Takes tokens of a window, if so many are left. 1 WRU, also if they are not.
     *
     * @param windowStart seconds since 1970
     * @returns how many are taken now
     */
    async takeTokens(
      limit: { readonly name: string; readonly most: number; readonly windowSeconds: number },
      subject: string,
      windowStart: number,
      tokens: number,
    ): Promise<{ readonly granted: boolean; readonly taken: number }> {
      const update = new UpdateCommand({
        TableName: table.name,
        Key: keys.rate(limit.name, subject, windowStart),
        UpdateExpression: 'ADD taken :tokens SET expiresAt = :end',
        ConditionExpression: 'attribute_not_exists(taken) OR taken <= :room',
        ExpressionAttributeValues: {
          ':tokens': tokens,
          ':room': limit.most - tokens,
          ':end': windowStart + limit.windowSeconds + keptSeconds,
        },
        ReturnValues: 'UPDATED_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const result = await writeIf(table, update);
      return result.written
        ? { granted: true, taken: Number(result.attributes['taken']) }
        : { granted: false, taken: Number(result.standing?.['taken'] ?? limit.most) };
    },
  };
}
