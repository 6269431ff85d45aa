import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { StackDescription } from '../../../local/describe-stack.ts';

/** The table of a stack, past all of its functions. */
export function openTable({ dynamodbUrl }: StackDescription): DynamoDBDocumentClient {
  const credentials = { accessKeyId: 'AKIALOCALROOT', secretAccessKey: 'local' };
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamodbUrl, region: 'us-east-1', credentials }),
  );
}

/** Every item of the table. */
export async function scanTable(description: StackDescription): Promise<Record<string, unknown>[]> {
  const table = openTable(description);
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.send(
      new ScanCommand({
        TableName: description.tableName,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  table.destroy();
  return items;
}
