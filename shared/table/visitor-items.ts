import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { VisitorClick } from '../domain/referrals/reported-click.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';

/** Longer than any program's window can be. */
const keptMs = 400 * 86_400_000;
const mostAtEachEnd = 10;

/** Clicks by visitor, so that a sign-up finds those of before. The clicks themselves are kept as all are. */
export function visitorItems(table: Table) {
  const query = async (
    visitorKey: string,
    since: number,
    order: 'oldest' | 'newest',
  ): Promise<readonly VisitorClick[]> => {
    const { Items = [] } = await table.documents.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND sk >= :since',
        ExpressionAttributeValues: {
          ':pk': keys.visitorClick(visitorKey, since, '').pk,
          ':since': keys.visitorClick(visitorKey, since, '').sk,
        },
        ScanIndexForward: order === 'oldest',
        Limit: mostAtEachEnd,
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => item['click'] as VisitorClick);
  };

  return {
    /** Notes that a click is a visitor's: 1 WRU. Doing it again changes nothing. */
    async joinVisitor(visitorKey: string, click: VisitorClick): Promise<void> {
      const { clickId, at } = click;
      await table.documents.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            ...keys.visitorClick(visitorKey, at, clickId),
            type: 'visitorClick',
            click,
            expiresAt: Math.ceil((at + keptMs) / 1000),
          },
        }),
      );
    },

    /** The ten oldest clicks of a visitor from a time on, and the ten newest of all; some may be in both. 2 RRU. */
    async findVisitorClicks(visitorKey: string, since: number): Promise<readonly VisitorClick[]> {
      const [oldest, newest] = await Promise.all([
        query(visitorKey, Math.max(0, since), 'oldest'),
        query(visitorKey, 0, 'newest'),
      ]);
      return [
        ...new Map([...oldest, ...newest].map((click) => [`${click.at} ${click.clickId}`, click])).values(),
      ];
    },
  };
}
