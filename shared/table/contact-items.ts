import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import { participantKey } from '../domain/ids.ts';
import type { SealedContact } from '../domain/notifications/contact.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { transact } from './transact.ts';
import { writeIf } from './write-if.ts';

type GivenContact = Omit<SealedContact, 'notifications'> & { readonly notifications?: boolean | undefined };

function describeUpdate({ sealed, language, notifications, updatedAt }: GivenContact) {
  const wanted =
    notifications === undefined ? 'if_not_exists(notifications, :notifications)' : ':notifications';
  return {
    UpdateExpression: [
      `SET #type = :type, sealed = :sealed, updatedAt = :updatedAt, notifications = ${wanted}`,
      language === undefined ? ' REMOVE #language' : ', #language = :language',
    ].join(''),
    ExpressionAttributeNames: { '#type': 'type', '#language': 'language' },
    ExpressionAttributeValues: {
      ':type': 'contact',
      ':sealed': sealed,
      ':updatedAt': updatedAt,
      ':notifications': notifications ?? true,
      ...(language !== undefined && { ':language': language }),
    },
  };
}

/** Where participants can be written to, beside their profiles: no list, event or index shows it. */
export function contactItems(table: Table) {
  const find = async (programId: string, userId: string): Promise<SealedContact | undefined> => {
    const item = await getItem(table, keys.contact(participantKey(programId, userId)));
    if (item?.['sealed'] === undefined) return undefined;
    const { sealed, language, notifications, updatedAt } = item as unknown as SealedContact;
    return { sealed, notifications, updatedAt, ...(language !== undefined && { language }) };
  };

  return {
    findContact: find,

    /** Sets an address and its language. Whether they want notifications stays as it is, unless it is given. */
    async putContact(
      programId: string,
      userId: string,
      contact: GivenContact,
      note?: AuditEntry,
    ): Promise<'set' | 'again'> {
      const Key = keys.contact(participantKey(programId, userId));
      const update = { Update: { TableName: table.name, Key, ...describeUpdate(contact) } };
      const result = await transact(table, [update, ...auditPuts(table, note)]);
      return result.done ? 'set' : 'again';
    },

    /** Forgets an address, if there is one; that its owner wants no notifications is kept. */
    async removeContact(
      programId: string,
      userId: string,
      at: string,
      note?: AuditEntry,
    ): Promise<'removed' | 'none' | 'again'> {
      const result = await transact(table, [
        {
          Update: {
            TableName: table.name,
            Key: keys.contact(participantKey(programId, userId)),
            UpdateExpression: 'SET updatedAt = :at REMOVE sealed, #language',
            ConditionExpression: 'attribute_exists(sealed)',
            ExpressionAttributeNames: { '#language': 'language' },
            ExpressionAttributeValues: { ':at': at },
          },
        },
        ...auditPuts(table, note),
      ]);
      if (result.done) return 'removed';
      return result.failed[0] ? 'none' : 'again';
    },

    /** Notes that somebody wants no notifications any more. @returns whether there is somebody */
    async unsubscribe(key: string, at: string): Promise<boolean> {
      const update = new UpdateCommand({
        TableName: table.name,
        Key: keys.contact(key),
        UpdateExpression: 'SET notifications = :off, updatedAt = :at',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':off': false, ':at': at },
      });
      return (await writeIf(table, update)).written;
    },
  };
}
