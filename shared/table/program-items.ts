import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEntry } from '../domain/audit.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Program } from '../domain/programs/program.ts';
import { auditPuts } from './audit-items.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys, listKeys } from './keys.ts';
import { partitions } from './layout.ts';
import { readList } from './lists.ts';
import { type TransactItem, transact } from './transact.ts';

/**
 * Programs and their versions. A version is never changed; `CURRENT` is a copy of the newest, and stays where the program
 * was taken out of use, so that its id is not given again.
 */
export function programItems(table: Table) {
  const read = async (key: { pk: string; sk: string }): Promise<Program | undefined> => {
    const item = await getItem(table, key, false);
    return item === undefined || item['archivedAt'] !== undefined ? undefined : toProgram(item);
  };

  return {
    findProgram: (programId: string) => read(keys.program(programId)),

    findProgramVersion: (programId: string, version: number) => read(keys.programVersion(programId, version)),

    /**
     * Stores a version if it follows the current one (version 1: if there is none yet).
     * `contended`: another writer was at work; nothing is known but that it is worth another try.
     */
    async saveProgram(program: Program, note?: AuditEntry): Promise<'saved' | 'conflict' | 'contended'> {
      const { inUse: _, ...stored } = program;
      const { programId, version } = stored;
      const result = await transact(table, [
        currentUpdate(table, stored),
        {
          Put: {
            TableName: table.name,
            Item: { ...keys.programVersion(programId, version), type: 'programVersion', program: stored },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
        ...auditPuts(table, note),
      ]);
      if (result.done) return 'saved';
      return result.failed.includes(true) ? 'conflict' : 'contended';
    },

    /** Takes a version out of use, if it is the current one and nobody takes part. The next position is used up, so that no change follows. */
    async archiveProgram(
      { programId, version }: Program,
      at: string,
      note?: AuditEntry,
    ): Promise<'archived' | 'conflict' | 'contended'> {
      const archived: TransactItem = {
        Update: {
          TableName: table.name,
          Key: keys.program(programId),
          UpdateExpression: 'SET archivedAt = :at, version = :next REMOVE listPk, listSk',
          ConditionExpression:
            'version = :version AND attribute_not_exists(archivedAt) AND attribute_not_exists(inUse)',
          ExpressionAttributeValues: { ':at': at, ':next': version + 1, ':version': version },
        },
      };
      const result = await transact(table, [archived, ...auditPuts(table, note)]);
      if (result.done) return 'archived';
      return result.failed[0] ? 'conflict' : 'contended';
    },

    listPrograms: (page: PageRequest): Promise<Page<Program> | undefined> =>
      readList(table, partitions.programList, page, toProgram, {}, 'ascending'),

    /** Versions below `before`, newest first. */
    async listVersions(programId: string, limit: number, before: number): Promise<readonly Program[]> {
      const answer = await table.documents.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': keys.program(programId).pk,
            ':first': keys.programVersion(programId, 1).sk,
            ':last': keys.programVersion(programId, before - 1).sk,
          },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return (answer.Items ?? []).map((item) => item['program'] as Program);
    },
  };
}

function toProgram(item: Record<string, unknown>): Program {
  return { ...(item['program'] as Program), ...(item['inUse'] === true && { inUse: true }) };
}

/** The part of a transaction that makes a version the current one; that it is in use stays as it is. */
function currentUpdate(table: Table, program: Program): TransactItem {
  const { programId, version } = program;
  const { listPk, listSk } = listKeys.programs(programId);
  return {
    Update: {
      TableName: table.name,
      Key: keys.program(programId),
      UpdateExpression:
        'SET #type = :type, version = :version, program = :program, listPk = :listPk, listSk = :listSk',
      ConditionExpression: version === 1 ? 'attribute_not_exists(pk)' : 'version = :before',
      ExpressionAttributeNames: { '#type': 'type' },
      ExpressionAttributeValues: {
        ':type': 'program',
        ':version': version,
        ':program': program,
        ':listPk': listPk,
        ':listSk': listSk,
        ...(version > 1 && { ':before': version - 1 }),
      },
    },
  };
}
