import type { RequestContext } from '../iam/match-conditions.ts';
import { unknownOperation } from '../services/aws-error.ts';
import { type AccessCheck, checkOf } from './access-check.ts';
import { readAttributeNames, readKeyEquality } from './expression-names.ts';
import type { FindTable, TableKeys } from './index-tables.ts';
import { type Fields, fieldsOf, listOf, textOf } from './read-fields.ts';

const PARTIQL = new Set(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction']);

const TRANSACT_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** A key attribute's value as text: of a string, a number or base64. */
const keyText = (value: unknown): readonly string[] => Object.values(fieldsOf(value)).slice(0, 1).map(String);

const queryKey = (request: Fields, attribute: string): unknown => {
  const condition = fieldsOf(fieldsOf(request['KeyConditions'])[attribute]);
  return readKeyEquality(request, attribute) ?? listOf(condition['AttributeValueList'])[0];
};

const leadingKeys = (request: Fields, attribute: string | undefined): readonly string[] => {
  if (attribute === undefined) return [];
  const given = fieldsOf(request['Key'] ?? request['Item'])[attribute] ?? queryKey(request, attribute);
  return given === undefined ? [] : keyText(given);
};

const optionalKey = (name: string, value: unknown): RequestContext =>
  typeof value === 'string' ? { [`dynamodb:${name}`]: [value] } : {};

const describeContext = (request: Fields, keys: readonly string[], enclosing?: string): RequestContext => ({
  'dynamodb:LeadingKeys': keys,
  'dynamodb:Attributes': readAttributeNames(request),
  ...optionalKey(
    'Select',
    request['Select'] ?? (request['ProjectionExpression'] ? 'SPECIFIC_ATTRIBUTES' : undefined),
  ),
  ...optionalKey('ReturnValues', request['ReturnValues']),
  ...optionalKey('ReturnConsumedCapacity', request['ReturnConsumedCapacity']),
  ...optionalKey('EnclosingOperation', enclosing),
});

const checkItem = (operation: string, request: Fields, table: TableKeys, enclosing?: string): AccessCheck => {
  const indexName = textOf(request['IndexName']) || undefined;
  const resource = indexName === undefined ? table.arn : `${table.arn}/index/${indexName}`;
  const context = () =>
    describeContext(request, leadingKeys(request, table.partitionKey(indexName)), enclosing);
  return checkOf(`dynamodb:${operation}`, resource, context);
};

/** Each item of a transaction is checked as if it were a call of its own. */
const checkTransaction = (operation: string, body: Fields, findTable: FindTable): readonly AccessCheck[] =>
  listOf(body['TransactItems']).flatMap((item) =>
    Object.entries(fieldsOf(item)).map(([kind, inner]) => {
      const request = fieldsOf(inner);
      const table = findTable(textOf(request['TableName']));
      return checkItem(TRANSACT_ACTIONS[kind] ?? operation, request, table, operation);
    }),
  );

/** The items of one table's part of a batch: keys to get, or writes. */
const batchItems = (part: unknown): readonly Fields[] => {
  const gets = listOf(fieldsOf(part)['Keys']).map((Key) => ({ Key }));
  const writes = listOf(part).flatMap((write) => Object.values(fieldsOf(write)).map(fieldsOf));
  return [...gets, ...writes];
};

const checkBatch = (operation: string, body: Fields, findTable: FindTable): readonly AccessCheck[] =>
  Object.entries(fieldsOf(body['RequestItems'])).map(([name, part]) => {
    const table = findTable(name);
    return checkOf(`dynamodb:${operation}`, table.arn, () => {
      const items = batchItems(part);
      const key = table.partitionKey();
      return {
        'dynamodb:LeadingKeys': [...new Set(items.flatMap((item) => leadingKeys(item, key)))],
        'dynamodb:Attributes': [
          ...new Set([...readAttributeNames(fieldsOf(part)), ...items.flatMap(readAttributeNames)]),
        ],
      };
    });
  });

/**
 * What a call of DynamoDB needs to be allowed.
 *
 * @throws AwsError for PartiQL, which would slip past the checks of items
 */
export const listDynamodbChecks = (
  operation: string,
  body: Fields,
  findTable: FindTable,
): readonly AccessCheck[] => {
  if (PARTIQL.has(operation)) throw unknownOperation(`DynamoDB ${operation}`);
  if (operation.startsWith('Transact')) return checkTransaction(operation, body, findTable);
  if (operation.startsWith('Batch')) return checkBatch(operation, body, findTable);
  const tableName = textOf(body['TableName'] ?? body['ResourceArn']);
  if (tableName === '') return [checkOf(`dynamodb:${operation}`, '*')];
  return [checkItem(operation, body, findTable(tableName))];
};

/** An iterator is opaque; the engines write the table's name into it. */
const tableOfIterator = (iterator: string): string | undefined => {
  const decoded = Buffer.from(iterator.split('|').at(-1) ?? '', 'base64').toString('latin1');
  const found = /"table_name":"([^"]+)"|:table\/([^/|]+)\/stream/.exec(`${iterator} ${decoded}`);
  return found?.[1] ?? found?.[2];
};

/** What a call of DynamoDB Streams needs to be allowed; the stream is known by its table. */
export const listStreamChecks = (
  operation: string,
  body: Fields,
  findTable: FindTable,
): readonly AccessCheck[] => {
  const ofArn = /:table\/([^/]+)\/stream\//.exec(textOf(body['StreamArn']))?.[1];
  const table = ofArn ?? tableOfIterator(textOf(body['ShardIterator'])) ?? textOf(body['TableName']);
  return [checkOf(`dynamodb:${operation}`, table === '' ? '*' : findTable(table).streamArn)];
};
