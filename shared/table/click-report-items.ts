import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { ClickReport } from '../domain/referrals/reported-click.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';

/**
 * Clicks that were reported under ids of the customer's own. A report is kept as long as its visit: while there is the
 * one, there is the other, and the visit is stored and counted once.
 */
export function clickReportItems(table: Table) {
  return {
    /**
     * Keeps a report unless there is one of this name that has not expired: the table may delete later than it says.
     * 1 WRU.
     *
     * @param expiresAt seconds since 1970
     * @returns the one that stands
     */
    async keepClickReport(key: string, report: ClickReport, expiresAt: number): Promise<ClickReport> {
      try {
        await table.documents.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...keys.clickReport(key), type: 'clickReport', report, expiresAt },
            ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
            ExpressionAttributeValues: { ':now': Math.floor(report.at / 1000) },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return report;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
        return unmarshall(error.Item)['report'] as ClickReport;
      }
    },
  };
}
