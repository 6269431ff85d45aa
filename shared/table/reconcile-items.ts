import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { participantKey } from '../domain/ids.ts';
import type { Balance } from '../domain/money/balance.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';
import { balanceOf } from './overview-items.ts';

/** A balance and whose it is. */
export interface OwnedBalance {
  readonly programId: string;
  readonly userId: string;
  readonly balance: Balance;
}

/** Walks over every balance of the table. */
export function reconcileItems(table: Table) {
  return {
    async findBalance(programId: string, userId: string, currency: string): Promise<Balance | undefined> {
      const { Item } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.balance(participantKey(programId, userId), currency),
          ConsistentRead: true,
        }),
      );
      return Item && balanceOf(Item);
    },

    async *scanBalances(): AsyncGenerator<OwnedBalance> {
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
            balance: balanceOf(item),
          };
        }
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
    },
  };
}
