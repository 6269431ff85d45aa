import { Duration, Validations } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const secured = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;

/** A queue for what failed for good: kept for 14 days, the longest there is, until a person looks. */
export class FailureQueue extends Construct {
  readonly queue: IQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const queue = new Queue(this, 'Queue', { ...secured, retentionPeriod: Duration.days(14) });
    const reason = 'This is the end of the line: an alarm calls a person, who sends the messages again.';
    Validations.of(queue).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
    this.queue = queue;
  }
}

/** What a queue needs to know of who reads it. */
export interface QueueWithDeadLettersProps {
  /** The consumer's timeout. A message stays hidden for six times as long, as AWS advises. */
  readonly consumerTimeout: Duration;
  /**
   * Deliveries before a message is a dead letter.
   * @default 5
   */
  readonly maxReceiveCount?: number;
}

/** A standard queue, and the queue for messages that it gave up. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: IQueue;
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    this.deadLetters = new FailureQueue(this, 'DeadLetters').queue;
    this.queue = new Queue(this, 'Queue', {
      ...secured,
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * 6),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
  }
}
