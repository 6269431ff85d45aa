import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The table and the way to it. */
export interface Table {
  readonly name: string;
  readonly documents: DynamoDBDocumentClient;
}

/**
 * Opens the table.
 *
 * @param client given by tests; else one that takes region, credentials and endpoint from the environment
 */
export function openTable(name: string, client: DynamoDBClient = ownClient()): Table {
  return {
    name,
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  };
}

let own: DynamoDBClient | undefined;

/** One for the whole function: each would open connections of its own. */
function ownClient(): DynamoDBClient {
  own ??= new DynamoDBClient({ maxAttempts: 5 });
  return own;
}
