import { setTimeout } from 'node:timers/promises';
import type { TableSpec } from '../deployment.ts';
import { AwsError } from '../services/aws-error.ts';
import { callDynamodb } from './call-dynamodb.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The data were written by a version whose table was another one. */
export class TableMismatch extends Error {
  constructor(table: string, differences: readonly string[]) {
    super(
      `Table ${table} of the data folder differs from the template in ${differences.join(', ')}: it is of another version. Start with --fresh to begin empty, or give another folder with --data.`,
    );
    this.name = 'TableMismatch';
  }
}

const READY_TIMEOUT_MS = 10_000;
const READY_POLL_MS = 20;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

const byText = (left: string, right: string): number => (left < right ? -1 : 1);

const keysOf = (schema: unknown): string =>
  listOf(schema)
    .map((key) => `${key['KeyType']} ${key['AttributeName']}`)
    .sort(byText)
    .join(', ');

const projectionOf = (value: unknown): string => {
  const { ProjectionType, NonKeyAttributes } = fieldsOf(value);
  const names: readonly unknown[] = Array.isArray(NonKeyAttributes) ? NonKeyAttributes : [];
  return [ProjectionType, ...names.map(String).sort(byText)].join(' ');
};

const indexesOf = (indexes: unknown): string =>
  listOf(indexes)
    .map(
      (index) => `${index['IndexName']}: ${keysOf(index['KeySchema'])} ${projectionOf(index['Projection'])}`,
    )
    .sort(byText)
    .join('; ');

const attributesOf = (definitions: unknown): string =>
  listOf(definitions)
    .map((definition) => `${definition['AttributeName']} ${definition['AttributeType']}`)
    .sort(byText)
    .join(', ');

/** What a table's shape is, comparable as text. */
const SHAPE: Readonly<Record<string, (table: Fields) => string>> = {
  'its key schema': (table) => keysOf(table['KeySchema']),
  'its attribute types': (table) => attributesOf(table['AttributeDefinitions']),
  'its global indexes': (table) => indexesOf(table['GlobalSecondaryIndexes']),
  'its local indexes': (table) => indexesOf(table['LocalSecondaryIndexes']),
  'its stream': (table) => String(fieldsOf(table['StreamSpecification'])['StreamViewType'] ?? 'none'),
};

const compareShapes = (wanted: Fields, found: Fields): readonly string[] =>
  Object.entries(SHAPE).flatMap(([name, shape]) => (shape(wanted) === shape(found) ? [] : [name]));

const describeTable = async (url: string, name: string): Promise<Fields | undefined> => {
  try {
    return fieldsOf((await callDynamodb(url, 'DescribeTable', { TableName: name }))['Table']);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const waitUntilActive = async (url: string, name: string): Promise<Fields> => {
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < giveUpAt) {
    const table = await describeTable(url, name);
    if (table?.['TableStatus'] === 'ACTIVE') return table;
    await setTimeout(READY_POLL_MS);
  }
  throw new Error(`Table ${name} does not become active`);
};

const enableTtl = async (url: string, { name, ttlAttribute }: TableSpec): Promise<void> => {
  if (ttlAttribute === undefined) return;
  const answer = await callDynamodb(url, 'DescribeTimeToLive', { TableName: name });
  const { TimeToLiveStatus, AttributeName } = fieldsOf(answer['TimeToLiveDescription']);
  const isOn = TimeToLiveStatus === 'ENABLED' || TimeToLiveStatus === 'ENABLING';
  if (isOn && AttributeName === ttlAttribute) return;
  if (isOn) throw new TableMismatch(name, ['its time to live']);
  const specification = { AttributeName: ttlAttribute, Enabled: true };
  await callDynamodb(url, 'UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: specification });
};

/** A table that is ready. */
export interface ReadyTable {
  /** ARN that the engine gives the table's stream: streams are read by it. */
  readonly streamArn?: string;
}

/**
 * Creates the table of a template with its indexes, stream and time to live, or takes the one that is there.
 *
 * @throws TableMismatch if the one that is there has another shape
 */
export const createTable = async (url: string, spec: TableSpec): Promise<ReadyTable> => {
  const existing = await describeTable(url, spec.name);
  if (existing === undefined) await callDynamodb(url, 'CreateTable', spec.createTable);
  const table = await waitUntilActive(url, spec.name);
  const differences = compareShapes(spec.createTable, table);
  if (differences.length > 0) throw new TableMismatch(spec.name, differences);
  await enableTtl(url, spec);
  const streamArn = table['LatestStreamArn'];
  return typeof streamArn === 'string' ? { streamArn } : {};
};
