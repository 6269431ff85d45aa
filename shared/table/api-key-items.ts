import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ApiKey } from '../domain/access/api-key.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import { auditPuts } from './audit-items.ts';
import { batchGet } from './batch-get.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { partitions } from './layout.ts';
import { readList } from './lists.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** API keys, by their keyed hashes, and beside them when they were last used. */
export function apiKeyItems(table: Table) {
  return {
    /** 1 RRU. */
    async findApiKey(keyId: string): Promise<ApiKey | undefined> {
      const item = await getItem(table, keys.apiKey(keyId));
      return item && toApiKey(item);
    },

    /** Keeps a key unless there is one of its id. */
    async storeApiKey(apiKey: ApiKey): Promise<'stored' | 'exists' | 'again'> {
      const result = await transact(table, [keyPut(table, apiKey, isNew)]);
      if (result.done) return 'stored';
      return result.failed[0] ? 'exists' : 'again';
    },

    /** Keeps a new key, if its maker stands and there is none of its id. */
    async addApiKey(apiKey: ApiKey, madeBy: string, note?: AuditEntry): Promise<'stored' | 'again'> {
      const items = [
        keyPut(table, apiKey, isNew),
        ...makerCheck(table, madeBy, apiKey),
        ...auditPuts(table, note),
      ];
      return (await transact(table, items)).done ? 'stored' : 'again';
    },

    /** Changes a key, if it and who changes it stand as they were read. */
    async changeApiKey(
      before: ApiKey,
      after: ApiKey,
      changedBy: string,
      note?: AuditEntry,
    ): Promise<'stored' | 'again'> {
      const items = [
        keyPut(table, after, {
          ConditionExpression: `secretHash = :before AND ${standing}`,
          ExpressionAttributeValues: { ':before': before.secretHash },
        }),
        ...makerCheck(table, changedBy, after),
        ...auditPuts(table, note),
      ];
      return (await transact(table, items)).done ? 'stored' : 'again';
    },

    /** Keys by their time, newest first. */
    listApiKeys: (page: PageRequest): Promise<Page<ApiKey> | undefined> =>
      readList(table, partitions.apiKeyList, page, toApiKey),

    /** Notes that a key is in use, apart from the key, which the authorizer must not write. 1 WRU. @param at ISO 8601 */
    async noteKeyUse(keyId: string, at: string): Promise<void> {
      await table.documents.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...keys.apiKeyUse(keyId), type: 'apiKeyUse', keyId, at },
        }),
      );
    },

    /** When keys were last used, of those that were: ISO 8601 by their ids. 1 RRU each. */
    async findKeyUses(keyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
      const items = await batchGet(table, keyIds.map(keys.apiKeyUse));
      return new Map(items.map((item) => [String(item['keyId']), String(item['at'])]));
    },
  };
}

const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
const standing = 'attribute_exists(pk) AND attribute_not_exists(revokedAt)';

/** The table's own `expiresAt` deletes items: a key that has expired stays. */
function keyPut(
  table: Table,
  { expiresAt, ...apiKey }: ApiKey,
  condition: Omit<NonNullable<TransactItem['Put']>, 'TableName' | 'Item'>,
): TransactItem {
  const { keyId, createdAt } = apiKey;
  const names = { ...keys.apiKey(keyId), ...listKeys.apiKeys(createdAt, keyId), type: 'apiKey' };
  return {
    Put: { TableName: table.name, Item: { ...names, ...apiKey, endsAt: expiresAt }, ...condition },
  };
}

/** The part of a transaction that holds only while the key stands on whose word it is. A key's own is in its put. */
function makerCheck(table: Table, makerId: string, changed: ApiKey): TransactItem[] {
  if (makerId === changed.keyId) return [];
  const check = { TableName: table.name, Key: keys.apiKey(makerId), ConditionExpression: standing };
  return [{ ConditionCheck: check }];
}

function toApiKey(item: Stored): ApiKey {
  const { pk: _pk, sk: _sk, listPk: _listPk, listSk: _listSk, type: _type, endsAt, ...apiKey } = item;
  return { ...apiKey, ...(endsAt !== undefined && { expiresAt: endsAt }) } as unknown as ApiKey;
}
