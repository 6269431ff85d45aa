import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ClickReport } from '../domain/referrals/reported-click.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { writeUnlessStanding } from './write-if.ts';

/**
 * Clicks that were reported under ids of the customer's own. A report is kept as long as its visit: while there is the
 * one, there is the other, and the visit is stored and counted once.
 */
export function clickReportItems(table: Table) {
  return {
    /** The report of a name, unless it has expired by a time in milliseconds since 1970: 1 RRU. */
    async findClickReport(key: string, at: number): Promise<ClickReport | undefined> {
      const item = await getItem(table, keys.clickReport(key));
      const stands = item !== undefined && item['expiresAt'] > Math.floor(at / 1000);
      return stands ? (item['report'] as ClickReport) : undefined;
    },

    /**
     * Keeps a report unless there is one of this name that has not expired: the table may delete later than it says.
     * 1 WRU.
     *
     * @param expiresAt seconds since 1970
     * @param now milliseconds since 1970
     * @returns the one that stands
     */
    async keepClickReport(
      key: string,
      report: ClickReport,
      expiresAt: number,
      now: number,
    ): Promise<ClickReport> {
      const put = new PutCommand({
        TableName: table.name,
        Item: { ...keys.clickReport(key), type: 'clickReport', report, expiresAt },
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const standing = await writeUnlessStanding(table, put);
      return standing === undefined ? report : (standing['report'] as ClickReport);
    },
  };
}
