import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { participantKey } from '../domain/ids.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';

/** Where a participant is paid. */
export interface PayoutAccount {
  readonly programId: string;
  readonly userId: string;
  /** Connected account at Stripe: `acct_…`. */
  readonly stripeAccount: string;
}

/** Participants' accounts at payment providers. */
export function payoutAccountItems(table: Table) {
  return {
    async findPayoutAccount(programId: string, userId: string): Promise<PayoutAccount | undefined> {
      const { Item } = await table.documents.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.payoutAccount(participantKey(programId, userId)),
          ConsistentRead: true,
        }),
      );
      return Item && { programId, userId, stripeAccount: Item['stripeAccount'] as string };
    },

    async putPayoutAccount(account: PayoutAccount): Promise<void> {
      const key = keys.payoutAccount(participantKey(account.programId, account.userId));
      await table.documents.send(
        new PutCommand({ TableName: table.name, Item: { ...key, type: 'payoutAccount', ...account } }),
      );
    },
  };
}
