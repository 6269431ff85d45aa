import { Duration, Validations } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionSpec } from '../function-spec.ts';

const secured = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;

/** A queue for what failed for good: it waits here, for 14 days at the most, to be collected into the table. */
export class FailureQueue extends Construct {
  readonly queue: IQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const queue = new Queue(this, 'Queue', { ...secured, retentionPeriod: Duration.days(14) });
    const reason =
      'This is the end of the line: what comes here is kept in the table, and an alarm calls a person.';
    Validations.of(queue).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
    this.queue = queue;
  }
}

/** What a queue needs to know of who reads it. */
export interface QueueWithDeadLettersProps {
  /** A message stays hidden for six times as long as its consumer may take, as AWS advises. */
  readonly consumer: Pick<FunctionSpec, 'timeoutSeconds' | 'deliveries'>;
}

/** A standard queue, and the queue for messages that it gave up. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: IQueue;
  readonly deadLetters: IQueue;
  /** Deliveries before a message is a dead letter. */
  readonly deliveries: number;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    const { deliveries, timeoutSeconds } = props.consumer;
    if (deliveries === undefined) throw new Error(`The consumer of ${id} does not say when it gives up`);
    this.deliveries = deliveries;
    this.deadLetters = new FailureQueue(this, 'DeadLetters').queue;
    this.queue = new Queue(this, 'Queue', {
      ...secured,
      visibilityTimeout: Duration.seconds(timeoutSeconds * 6),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: deliveries },
    });
  }
}
