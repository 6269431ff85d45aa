import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { participantKey } from '../domain/ids.ts';
import type { AccountName, BalanceKind } from '../domain/money/balance.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { queryFirst } from './query-pages.ts';
import { transact } from './transact.ts';
import { writeIf } from './write-if.ts';

/** A note is of no use once its hour has been looked through, which may be late. */
const keptSeconds = 30 * 86_400;

/** Accounts that are looked at together. */
const pageLength = 50;

/** Where a walk over the notes has got. */
interface Walk {
  readonly hour: string;
  readonly after?: string;
}

/** An account, by where it lies. */
interface NotedAccount {
  readonly participantKey: string;
  readonly kind: BalanceKind;
  readonly currency: string;
}

/** Notes of when holds end, by the hour in which that is told, and how far they have been gone through. */
export function holdEndItems(table: Table) {
  return {
    /** Notes that an account is to be looked at in an hour. Any number of times it ends the same. */
    async noteHoldEnd({ programId, userId, kind, currency }: AccountName, hour: string): Promise<void> {
      const account = { participantKey: participantKey(programId, userId), kind, currency };
      const Item = {
        ...keys.holdEnd(hour, account.participantKey, kind, currency),
        ...account,
        type: 'holdEnd',
        expiresAt: Date.parse(`${hour}:00:00.000Z`) / 1_000 + keptSeconds,
      };
      await table.documents.send(new PutCommand({ TableName: table.name, Item }));
    },

    /** Some of the accounts that were noted for an hour, and the note after which there may be more. */
    async listHoldEnds({
      hour,
      after,
    }: Walk): Promise<{ accounts: readonly NotedAccount[]; after?: string }> {
      const { pk } = keys.holdEnd(hour, '', 'cash', '');
      const query = {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ExclusiveStartKey: after === undefined ? undefined : { pk, sk: after },
      };
      const { items, end } = await queryFirst(table, query, pageLength);
      const accounts = items as unknown as readonly NotedAccount[];
      return { accounts, ...(end !== undefined && { after: String(end['sk']) }) };
    },

    /** Sets until which day it is known that an account's holds have ended. @returns whether it was not known */
    async tellHoldsEnded(account: NotedAccount, day: string): Promise<boolean | 'again'> {
      const result = await transact(table, [
        {
          Update: {
            TableName: table.name,
            Key: keys.balance(account.participantKey, account.kind, account.currency),
            UpdateExpression: 'SET endsToldUntil = :day',
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(endsToldUntil) OR endsToldUntil < :day)',
            ExpressionAttributeValues: { ':day': day },
          },
        },
      ]);
      if (result.done) return true;
      return result.conflict ? 'again' : false;
    },

    /** How far the notes have been gone through. */
    async findHoldWalk(): Promise<Walk | undefined> {
      const item = await getItem(table, keys.holdWalk);
      return item?.['walk'] as Walk | undefined;
    },

    /** Goes on to a place, unless another run went on from there: to the same place any number of times. */
    async moveHoldWalk(from: Walk | undefined, to: Walk): Promise<'moved' | 'overtaken'> {
      const move = new UpdateCommand({
        TableName: table.name,
        Key: keys.holdWalk,
        UpdateExpression: 'SET walk = :to, #type = :type',
        ConditionExpression: `${from === undefined ? 'attribute_not_exists(pk)' : 'walk = :from'} OR walk = :to`,
        ExpressionAttributeNames: { '#type': 'type' },
        ExpressionAttributeValues: { ':to': to, ':type': 'holdWalk', ...(from && { ':from': from }) },
      });
      return (await writeIf(table, move)).written ? 'moved' : 'overtaken';
    },
  };
}
