import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { layout } from '../../shared/table/layout.ts';
import type { Settings } from '../settings.ts';

/** Settings of the one table. */
export interface PlusoneTableProps {
  readonly settings: Pick<Settings, 'deletionProtection' | 'pointInTimeRecovery' | 'removalPolicy'>;
}

const key = (name: string) => ({ name, type: AttributeType.STRING });

/** The one table, on demand, with its index and its stream. Encrypted with DynamoDB's own key, which is free. */
export class PlusoneTable extends Construct {
  readonly table: TableV2;
  readonly streamArn: string;

  constructor(scope: Construct, id: string, props: PlusoneTableProps) {
    super(scope, id);
    const table = new TableV2(this, 'Table', {
      partitionKey: key(layout.partitionKey),
      sortKey: key(layout.sortKey),
      globalSecondaryIndexes: [
        {
          indexName: layout.listIndex.name,
          partitionKey: key(layout.listIndex.partitionKey),
          sortKey: key(layout.listIndex.sortKey),
          projectionType: ProjectionType.ALL,
        },
      ],
      timeToLiveAttribute: layout.ttl,
      billing: Billing.onDemand(),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.settings.pointInTimeRecovery },
      deletionProtection: props.settings.deletionProtection,
      removalPolicy: props.settings.removalPolicy,
    });
    if (table.tableStreamArn === undefined) throw new Error('The table has no stream');
    this.table = table;
    this.streamArn = table.tableStreamArn;
  }
}
