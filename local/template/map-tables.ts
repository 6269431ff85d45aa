import type { TableSpec } from '../deployment.ts';
import type { PropertyReader } from './read-properties.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

const describeIndexes = (read: PropertyReader, name: string): Readonly<Record<string, unknown>> => {
  const indexes = read.nestedList(name).map((index) => ({
    IndexName: index.text('IndexName'),
    KeySchema: index.list('KeySchema'),
    Projection: index.nested('Projection').all,
  }));
  return indexes.length === 0 ? {} : { [name]: indexes };
};

const mapTable = ({ logicalId, name, arn, attributes, read }: Resource): TableSpec => {
  const view = read.nested('StreamSpecification').optionalText('StreamViewType');
  const streamArn = attributes['StreamArn'];
  const ttl = read.nested('TimeToLiveSpecification');
  const ttlAttribute = ttl.flag('Enabled', false) ? ttl.text('AttributeName') : undefined;
  return {
    logicalId,
    name,
    arn,
    ...(streamArn === undefined ? {} : { streamArn }),
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    createTable: {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: read.list('AttributeDefinitions'),
      KeySchema: read.list('KeySchema'),
      ...describeIndexes(read, 'GlobalSecondaryIndexes'),
      ...describeIndexes(read, 'LocalSecondaryIndexes'),
      ...(view === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: view } }),
    },
  };
};

/** Tables, also global ones with a single replica; capacity is not limited here. */
export const mapTables = (stack: ResolvedStack): readonly TableSpec[] =>
  stack.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((resource) => {
    if (resource.read.list('Replicas').length > 1) stack.refuse(resource, 'only one replica is run');
    return mapTable(resource);
  });
