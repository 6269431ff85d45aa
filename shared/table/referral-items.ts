import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { participantKey, refereeKeyOf } from '../domain/ids.ts';
import type { Participant } from '../domain/participant.ts';
import { progressColumn, type Referral } from '../domain/referrals/referral.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { participantPut } from './participant-items.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** Reads a referral out of its stored item. */
export function toReferral(item: Stored): Referral {
  return item['referral'] as Referral;
}

/** What a referral is stored with, and what must still be so. */
export interface NewReferral {
  readonly referral: Referral;
  /** Set if the referee is to be created with it; it must not exist then. */
  readonly createReferee: Participant | undefined;
  /** The user at the top of the referrer's upline, who must still be without a referral. */
  readonly rootId: string | undefined;
}

export type StoreReferralResult = 'stored' | 'referral_exists' | 'changed_meanwhile';

/** Referrals, each with its referee: a user can have but one. */
export function referralItems(table: Table) {
  const find = async (refereeKey: string): Promise<Referral | undefined> => {
    const { Item } = await table.documents.send(
      new GetCommand({ TableName: table.name, Key: keys.referral(refereeKey), ConsistentRead: true }),
    );
    return Item && toReferral(Item);
  };

  return {
    findReferralOf: (programId: string, refereeId: string) => find(participantKey(programId, refereeId)),

    findReferral: (referralId: string) => find(refereeKeyOf(referralId)),

    /** Stores a referral, its referee and the referrer's count in one step, if the referee has none. */
    async storeReferral(input: NewReferral): Promise<StoreReferralResult> {
      const { referral, createReferee, rootId } = input;
      const result = await transact(table, [
        referralPut(table, referral),
        progressUpdate(table, referral),
        ...(createReferee === undefined ? [] : [participantPut(table, createReferee)]),
        ...(rootId === undefined ? [] : [stillWithoutReferral(table, referral.programId, rootId)]),
      ]);
      if (result.done) return 'stored';
      return result.failed[0] ? 'referral_exists' : 'changed_meanwhile';
    },

    listReferralsOf: (
      programId: string,
      userId: string,
      page: PageRequest,
    ): Promise<Page<Referral> | undefined> =>
      readList(table, listKeys.referrals(participantKey(programId, userId), '', '').listPk, page, toReferral),
  };
}

function referralPut(table: Table, referral: Referral): TransactItem {
  const { programId, referrerId, refereeId, createdAt } = referral;
  const refereeKey = participantKey(programId, refereeId);
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...keys.referral(refereeKey),
        ...listKeys.referrals(participantKey(programId, referrerId), createdAt, refereeKey),
        type: 'referral',
        status: referral.status,
        referral,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

function progressUpdate(table: Table, referral: Referral): TransactItem {
  const { programId, referrerId, status } = referral;
  return {
    Update: {
      TableName: table.name,
      Key: keys.progress(participantKey(programId, referrerId)),
      UpdateExpression: 'SET #type = :type, programId = :program, userId = :user ADD #column :one',
      ExpressionAttributeNames: { '#type': 'type', '#column': progressColumn(status) },
      ExpressionAttributeValues: {
        ':type': 'progress',
        ':program': programId,
        ':user': referrerId,
        ':one': 1,
      },
    },
  };
}

function stillWithoutReferral(table: Table, programId: string, userId: string): TransactItem {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: keys.referral(participantKey(programId, userId)),
      ConditionExpression: 'attribute_not_exists(pk) OR #status = :rejected',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':rejected': 'rejected' },
    },
  };
}
