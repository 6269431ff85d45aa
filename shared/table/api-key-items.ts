import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './client.ts';
import { keys } from './keys.ts';

/** An API key as it is kept: by its keyed hash, never itself. */
export interface StoredApiKey {
  readonly keyId: string;
  readonly name: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** API keys. */
export function apiKeyItems(table: Table) {
  return {
    async findApiKey(keyId: string): Promise<StoredApiKey | undefined> {
      const { Item } = await table.documents.send(
        new GetCommand({ TableName: table.name, Key: keys.apiKey(keyId), ConsistentRead: true }),
      );
      return Item as StoredApiKey | undefined;
    },

    async storeApiKey(apiKey: StoredApiKey): Promise<'stored' | 'exists'> {
      try {
        await table.documents.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...keys.apiKey(apiKey.keyId), type: 'apiKey', ...apiKey },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return 'stored';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'exists';
        throw error;
      }
    },
  };
}
