import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { HookOutcome } from '../domain/hooks/hook.ts';
import type { Table } from './client.ts';
import { keys } from './keys.ts';

/** What asking a hook came to. The first outcome stands, for ever. */
export interface StoredHookOutcome {
  readonly id: string;
  readonly outcome: HookOutcome<unknown>;
  /** ISO 8601. */
  readonly askedAt: string;
}

/** Outcomes of hooks, by the id of the question. */
export function hookItems(table: Table) {
  const find = async (id: string): Promise<StoredHookOutcome | undefined> => {
    const { Item } = await table.documents.send(
      new GetCommand({ TableName: table.name, Key: keys.hookOutcome(id), ConsistentRead: true }),
    );
    return Item && { id, outcome: Item['outcome'], askedAt: Item['askedAt'] };
  };

  return {
    findHookOutcome: find,

    /** Keeps an outcome unless there is one, and answers with the one that stands. */
    async keepHookOutcome(kept: StoredHookOutcome): Promise<StoredHookOutcome> {
      try {
        await table.documents.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...keys.hookOutcome(kept.id), type: 'hookOutcome', ...kept },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return kept;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await find(kept.id)) ?? kept;
      }
    },
  };
}
