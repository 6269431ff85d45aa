import type { Deployment, TableSpec } from '../deployment.ts';
import { fieldsOf, listOf, textOf } from './read-fields.ts';

/** What access checks need to know of a table. */
export interface TableKeys {
  readonly arn: string;
  /** ARN of the template's stream; the engine has one of its own. */
  readonly streamArn: string;
  readonly keyNames: readonly string[];
  /** Name of the partition key attribute of the table, or of one of its indexes. */
  readonly partitionKey: (indexName?: string) => string | undefined;
}

const keyNames = (keySchema: unknown): readonly string[] =>
  listOf(keySchema).map((key) => textOf(fieldsOf(key)['AttributeName']));

const hashKey = (keySchema: unknown): string | undefined => {
  const hash = listOf(keySchema).find((key) => fieldsOf(key)['KeyType'] === 'HASH');
  return hash === undefined ? undefined : textOf(fieldsOf(hash)['AttributeName']);
};

const indexTable = ({ arn, streamArn, createTable }: TableSpec): TableKeys => {
  const indexes = [
    ...listOf(createTable['GlobalSecondaryIndexes']),
    ...listOf(createTable['LocalSecondaryIndexes']),
  ];
  const ofIndex = new Map(
    indexes.map(fieldsOf).map((index) => [textOf(index['IndexName']), hashKey(index['KeySchema'])]),
  );
  const ofTable = hashKey(createTable['KeySchema']);
  return {
    arn,
    streamArn: streamArn ?? `${arn}/stream/*`,
    keyNames: keyNames(createTable['KeySchema']),
    partitionKey: (indexName) => (indexName === undefined ? ofTable : ofIndex.get(indexName)),
  };
};

/** Finds the keys of a table by its name or ARN, also of one that is not in the template. */
export type FindTable = (nameOrArn: string) => TableKeys;

/** Indexes the tables of a deployment. */
export const indexTables = ({ tables, region, accountId }: Deployment): FindTable => {
  const known = new Map(tables.map((table) => [table.name, indexTable(table)]));
  return (nameOrArn) => {
    const name = nameOrArn.split(':table/').at(-1) ?? nameOrArn;
    const arn = `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
    const unknown = { arn, streamArn: `${arn}/stream/*`, keyNames: [], partitionKey: () => undefined };
    return known.get(name) ?? unknown;
  };
};
