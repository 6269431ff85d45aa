import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { HookOutcome } from '../domain/hooks/hook.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { writeUnlessStanding } from './write-if.ts';

/** What asking a hook came to. The first outcome stands, for ever. */
export interface StoredHookOutcome {
  readonly id: string;
  readonly outcome: HookOutcome<unknown>;
  /** ISO 8601. */
  readonly askedAt: string;
}

/** Outcomes of hooks, by the id of the question. */
export function hookItems(table: Table) {
  return {
    async findHookOutcome(id: string): Promise<StoredHookOutcome | undefined> {
      const item = await getItem(table, keys.hookOutcome(id));
      return item && toOutcome(item);
    },

    /** Keeps an outcome unless there is one, and answers with the one that stands. */
    async keepHookOutcome(kept: StoredHookOutcome): Promise<StoredHookOutcome> {
      const put = new PutCommand({
        TableName: table.name,
        Item: { ...keys.hookOutcome(kept.id), type: 'hookOutcome', ...kept },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const standing = await writeUnlessStanding(table, put);
      return standing === undefined ? kept : toOutcome(standing);
    },
  };
}

function toOutcome(item: Record<string, unknown>): StoredHookOutcome {
  const { id, outcome, askedAt } = item as unknown as StoredHookOutcome;
  return { id, outcome, askedAt };
}
