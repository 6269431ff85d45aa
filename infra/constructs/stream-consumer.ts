import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** How often a batch is tried again before it is given up. */
const retryAttempts = 10;

/** How often it is tried in all. */
export const triesOfStream = 1 + retryAttempts;

/** What a function reads of the table's stream, and how. */
export interface StreamConsumerProps {
  readonly handler: IFunction;
  readonly streamArn: string;
  /** Which records it is given: those that match any of these. */
  readonly filters: readonly Record<string, unknown>[];
  /** Told of batches that were given up. */
  readonly failures: IQueue;
  /**
   * How long records are gathered.
   * @default - not at all
   */
  readonly window?: Duration;
}

/**
 * Reads the table's stream for a function. Ten repeats, halving the batch, single out a record that always
 * fails, and the others go on; what is older than six hours is given up while the stream, which keeps 24,
 * still lets a person fetch it.
 */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    new EventSourceMapping(this, 'Mapping', {
      target: props.handler,
      eventSourceArn: props.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 1_000,
      maxBatchingWindow: props.window ?? Duration.seconds(0),
      bisectBatchOnError: true,
      retryAttempts,
      maxRecordAge: Duration.hours(6),
      onFailure: new SqsDlq(props.failures),
      filters: props.filters.map((filter) => FilterCriteria.filter(filter)),
    });
  }
}
