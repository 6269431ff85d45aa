import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Balance } from '../domain/money/balance.ts';
import { balanceOf } from './balance-items.ts';
import type { Table } from './client.ts';

/** A balance and whose it is. */
export interface OwnedBalance {
  readonly programId: string;
  readonly userId: string;
  readonly balance: Balance;
}

/** Walks over every balance of the table. */
export function reconcileItems(table: Table) {
  return {
    /** @param now ISO 8601; as of when they are read */
    async *scanBalances(now: string): AsyncGenerator<OwnedBalance> {
      let start: Record<string, unknown> | undefined;
      do {
        const answer = await table.documents.send(
          new ScanCommand({
            TableName: table.name,
            FilterExpression: '#type = :balance',
            ExpressionAttributeNames: { '#type': 'type' },
            ExpressionAttributeValues: { ':balance': 'balance' },
            ExclusiveStartKey: start,
          }),
        );
        for (const item of answer.Items ?? []) {
          yield {
            programId: item['programId'] as string,
            userId: item['userId'] as string,
            balance: balanceOf(item, now),
          };
        }
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
    },
  };
}
