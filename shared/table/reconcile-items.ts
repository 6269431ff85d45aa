import { paginateScan } from '@aws-sdk/lib-dynamodb';
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
      const pages = paginateScan(
        { client: table.documents },
        {
          TableName: table.name,
          FilterExpression: '#type = :balance',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: { ':balance': 'balance' },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          yield {
            programId: item['programId'] as string,
            userId: item['userId'] as string,
            balance: balanceOf(item, now),
          };
        }
      }
    },
  };
}
