import type { AuditEntry } from '../domain/audit.ts';
import {
  type EndpointHealth,
  mostEndpoints,
  type SealedSecret,
  type StoredEndpoint,
  type WebhookEndpoint,
} from '../domain/webhooks/endpoint.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { queryAll } from './query-pages.ts';
import { type TransactItem, transact } from './transact.ts';

type Stored = Record<string, unknown>;

/** Reads an endpoint out of its stored item. */
export function toEndpoint(item: Stored): WebhookEndpoint {
  return item['endpoint'] as WebhookEndpoint;
}

/** Reads an endpoint with all that is kept of it. */
export function toStoredEndpoint(item: Stored): StoredEndpoint {
  const { failures = 0, failingSince, probeAt, slowUntil } = item as Partial<EndpointHealth>;
  return {
    endpoint: toEndpoint(item),
    secrets: item['secrets'] as readonly SealedSecret[],
    health: {
      failures,
      ...(failingSince !== undefined && { failingSince }),
      ...(probeAt !== undefined && { probeAt }),
      ...(slowUntil !== undefined && { slowUntil }),
    },
    revision: item['revision'] as number,
  };
}

/** A deleted one is only marked: it expires, and nobody finds it until then. */
const isThere = (item: Stored | undefined): item is Stored =>
  item !== undefined && item['deletedAt'] === undefined;

/** Attributes that say how an endpoint fails. */
export const failureNames = 'failures, failingSince, probeAt';

/** Endpoints of webhooks, in one partition: they are few, and read together. */
export function webhookEndpointItems(table: Table) {
  return {
    /** Makes an endpoint, unless there are as many as there can be. */
    async createWebhookEndpoint(
      { endpoint, secrets, revision }: StoredEndpoint,
      audit?: AuditEntry,
    ): Promise<'created' | 'limit_reached' | 'again'> {
      const Item = {
        ...keys.webhookEndpoint(endpoint.endpointId),
        type: 'webhookEndpoint',
        endpoint,
        secrets,
        revision,
      };
      const result = await transact(table, [
        { Put: { TableName: table.name, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
        countAdd(table, 1),
        ...auditPuts(table, audit),
      ]);
      if (result.done) return 'created';
      return result.failed[1] ? 'limit_reached' : 'again';
    },

    async findWebhookEndpoint(endpointId: string): Promise<StoredEndpoint | undefined> {
      const item = await getItem(table, keys.webhookEndpoint(endpointId));
      return isThere(item) ? toStoredEndpoint(item) : undefined;
    },

    /** All of them, the oldest first: 0.5 RRU for each 4 KB. */
    async listWebhookEndpoints(): Promise<readonly StoredEndpoint[]> {
      const { pk, sk } = keys.webhookEndpoint('');
      const items = await queryAll(table, {
        KeyConditionExpression: 'pk = :pk AND sk > :first',
        ExpressionAttributeValues: { ':pk': pk, ':first': sk },
      });
      return items.filter(isThere).map(toStoredEndpoint);
    },

    /** Puts an endpoint in the place of the one that was read. With `forgetsHealth` it begins anew. */
    async replaceWebhookEndpoint(
      { endpoint, secrets, revision }: StoredEndpoint,
      forgetsHealth: boolean,
      audit?: AuditEntry,
    ): Promise<'replaced' | 'again'> {
      const Update = {
        TableName: table.name,
        Key: keys.webhookEndpoint(endpoint.endpointId),
        UpdateExpression: `SET endpoint = :endpoint, secrets = :secrets, revision = :next${forgetsHealth ? ` REMOVE ${failureNames}, slowUntil` : ''}`,
        ConditionExpression: 'revision = :read AND attribute_not_exists(deletedAt)',
        ExpressionAttributeValues: {
          ':endpoint': endpoint,
          ':secrets': secrets,
          ':read': revision,
          ':next': revision + 1,
        },
      };
      const result = await transact(table, [{ Update }, ...auditPuts(table, audit)]);
      return result.done ? 'replaced' : 'again';
    },

    /** Marks an endpoint as deleted, and forgets its secrets. @param at milliseconds since 1970 */
    async deleteWebhookEndpoint(
      { endpoint, revision }: StoredEndpoint,
      at: number,
      audit?: AuditEntry,
    ): Promise<'deleted' | 'again'> {
      const Update = {
        TableName: table.name,
        Key: keys.webhookEndpoint(endpoint.endpointId),
        UpdateExpression: 'SET deletedAt = :at, expiresAt = :at REMOVE secrets',
        ConditionExpression: 'revision = :read AND attribute_not_exists(deletedAt)',
        ExpressionAttributeValues: { ':read': revision, ':at': Math.floor(at / 1_000) },
      };
      const result = await transact(table, [{ Update }, countAdd(table, -1), ...auditPuts(table, audit)]);
      return result.done ? 'deleted' : 'again';
    },
  };
}

function countAdd(table: Table, change: 1 | -1): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: keys.webhookEndpointCount,
      UpdateExpression: 'ADD endpoints :change',
      ...(change > 0 && { ConditionExpression: 'attribute_not_exists(endpoints) OR endpoints < :most' }),
      ExpressionAttributeValues: { ':change': change, ...(change > 0 && { ':most': mostEndpoints }) },
    },
  };
}
