import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { ClickReport } from '../domain/referrals/reported-click.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';

/** Clicks that were reported under ids of the customer's own. They are kept for ever, so that an id is one click for ever. */
export function clickReportItems(table: Table) {
  return {
    /** Keeps a report unless there is one of this name. 1 WRU. @returns the one that stands */
    async keepClickReport(key: string, report: ClickReport): Promise<ClickReport> {
      try {
        await table.documents.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...keys.clickReport(key), type: 'clickReport', report },
            ConditionExpression: 'attribute_not_exists(pk)',
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
