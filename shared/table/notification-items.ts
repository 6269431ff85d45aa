import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import type { StoredTemplate } from '../domain/notifications/template.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { keys, templatePrefix } from './keys.ts';
import { queryAll } from './query-pages.ts';
import { transact } from './transact.ts';
import { writeIf } from './write-if.ts';

/** Longer than a message waits among the dead letters. */
const keptSeconds = 500 * 86_400;

/** Which notifications have been sent, and programs' templates of them. */
export function notificationItems(table: Table) {
  const update = async (notificationId: string, set: string, condition: string, values: object) => {
    const result = await writeIf(
      table,
      new UpdateCommand({
        TableName: table.name,
        Key: keys.notification(notificationId),
        UpdateExpression: set,
        ConditionExpression: condition,
        ExpressionAttributeValues: { ...values },
      }),
    );
    return result.written;
  };

  return {
    /**
     * Takes the right to send a notification, which one attempt gets. Asked again by the same attempt, as the SDK does
     * where an answer was lost, it is the same right.
     *
     * @param at milliseconds since 1970
     */
    claimNotification: (notificationId: string, attempt: string, at: number): Promise<boolean> =>
      update(
        notificationId,
        'SET claimedBy = :attempt, claimedAt = :at, expiresAt = :expiresAt',
        'attribute_not_exists(claimedAt) OR claimedBy = :attempt',
        {
          ':attempt': attempt,
          ':at': new Date(at).toISOString(),
          ':expiresAt': Math.floor(at / 1_000) + keptSeconds,
        },
      ),

    /** Gives that right back, since nothing was sent. That of another attempt stays. */
    async giveBackNotification(notificationId: string, attempt: string): Promise<void> {
      await update(notificationId, 'REMOVE claimedAt', 'claimedBy = :attempt', { ':attempt': attempt });
    },

    /** All templates of a program, or those of a kind. */
    async listTemplates(programId: string, kind = ''): Promise<readonly StoredTemplate[]> {
      const { pk, sk } = keys.template(programId, kind, '');
      const found = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': kind === '' ? templatePrefix : sk },
      });
      return found.flatMap(({ template }) => (template === undefined ? [] : [template as StoredTemplate]));
    },

    async putTemplate(
      programId: string,
      template: StoredTemplate,
      note?: AuditEntry,
    ): Promise<'set' | 'again'> {
      const result = await transact(table, [
        {
          Put: {
            TableName: table.name,
            Item: {
              ...keys.template(programId, template.kind, template.language),
              type: 'template',
              template,
            },
          },
        },
        ...auditPuts(table, note),
      ]);
      return result.done ? 'set' : 'again';
    },

    async removeTemplate(
      programId: string,
      { kind, language }: Pick<StoredTemplate, 'kind' | 'language'>,
      note?: AuditEntry,
    ): Promise<'removed' | 'none' | 'again'> {
      const result = await transact(table, [
        {
          Update: {
            TableName: table.name,
            Key: keys.template(programId, kind, language),
            UpdateExpression: 'REMOVE #template',
            ConditionExpression: 'attribute_exists(#template)',
            ExpressionAttributeNames: { '#template': 'template' },
          },
        },
        ...auditPuts(table, note),
      ]);
      if (result.done) return 'removed';
      return result.failed[0] ? 'none' : 'again';
    },
  };
}
