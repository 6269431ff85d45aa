import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Program } from '../domain/programs/program.ts';
import type { Table } from './client.ts';
import { keys, listKeys } from './keys.ts';
import { partitions } from './layout.ts';
import { type Page, type PageRequest, readList } from './lists.ts';
import { transact } from './transact.ts';

/** Programs and their versions. A version is never changed; `CURRENT` is a copy of the newest. */
export function programItems(table: Table) {
  const read = async (key: { pk: string; sk: string }): Promise<Program | undefined> => {
    const { Item } = await table.documents.send(new GetCommand({ TableName: table.name, Key: key }));
    return Item?.['program'] as Program | undefined;
  };

  return {
    findProgram: (programId: string) => read(keys.program(programId)),

    findProgramVersion: (programId: string, version: number) => read(keys.programVersion(programId, version)),

    /**
     * Stores a version if it follows the current one (version 1: if there is none yet).
     * `contended`: another writer was at work; nothing is known but that it is worth another try.
     */
    async saveProgram(program: Program): Promise<'saved' | 'conflict' | 'contended'> {
      const { programId, version } = program;
      const result = await transact(table, [
        {
          Put: {
            TableName: table.name,
            Item: {
              ...keys.program(programId),
              ...listKeys.programs(programId),
              type: 'program',
              version,
              program,
            },
            ...(version === 1
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: 'version = :before',
                  ExpressionAttributeValues: { ':before': version - 1 },
                }),
          },
        },
        {
          Put: {
            TableName: table.name,
            Item: { ...keys.programVersion(programId, version), type: 'programVersion', program },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]);
      if (result.done) return 'saved';
      return result.failed.includes(true) ? 'conflict' : 'contended';
    },

    listPrograms: (page: PageRequest): Promise<Page<Program> | undefined> =>
      readList(table, partitions.programList, page, (item) => item['program'] as Program, {}, 'ascending'),

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
