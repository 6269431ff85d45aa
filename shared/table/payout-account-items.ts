import type { AuditEntry } from '../domain/audit.ts';
import { participantKey } from '../domain/ids.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { type TransactItem, transact } from './transact.ts';

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
      const item = await getItem(table, keys.payoutAccount(participantKey(programId, userId)));
      return item && { programId, userId, stripeAccount: item['stripeAccount'] as string };
    },

    /** Sets an account in place of the one that was read, if that still is the one. */
    async putPayoutAccount(
      account: PayoutAccount,
      read: PayoutAccount | undefined,
      note?: AuditEntry,
    ): Promise<'set' | 'again'> {
      const key = keys.payoutAccount(participantKey(account.programId, account.userId));
      const put: TransactItem = {
        Put: {
          TableName: table.name,
          Item: { ...key, type: 'payoutAccount', ...account },
          ...(read === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'stripeAccount = :read',
                ExpressionAttributeValues: { ':read': read.stripeAccount },
              }),
        },
      };
      const result = await transact(table, [put, ...auditPuts(table, note)]);
      return result.done ? 'set' : 'again';
    },
  };
}
