import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { participantKey } from '../domain/ids.ts';
import { noSequence, type Sequence } from '../domain/webhooks/sequence.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { writeIf } from './write-if.ts';

/** How many events each participant has been told of. They never expire: a number is not given twice. */
export function sequenceItems(table: Table) {
  return {
    async findSequence(programId: string, userId: string): Promise<Sequence> {
      const item = await getItem(table, keys.sequence(participantKey(programId, userId)));
      return item === undefined ? noSequence : { last: item['last'], recent: item['recent'] };
    },

    /** Stores a count, if it is still as it was read: one conditional write. */
    async storeSequence(
      programId: string,
      userId: string,
      sequence: Sequence,
      read: Sequence,
    ): Promise<'stored' | 'again'> {
      const put = new PutCommand({
        TableName: table.name,
        Item: { ...keys.sequence(participantKey(programId, userId)), type: 'sequence', ...sequence },
        ConditionExpression: read.last === 0 ? 'attribute_not_exists(pk)' : '#last = :read',
        ...(read.last > 0 && {
          ExpressionAttributeNames: { '#last': 'last' },
          ExpressionAttributeValues: { ':read': read.last },
        }),
      });
      return (await writeIf(table, put)).written ? 'stored' : 'again';
    },
  };
}
