import type { QueueSpec } from '../deployment.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

const PLAIN_ATTRIBUTES = [
  'DelaySeconds',
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'MaximumMessageSize',
  'ReceiveMessageWaitTimeSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

const JSON_ATTRIBUTES = ['RedrivePolicy', 'RedriveAllowPolicy'];

const mapQueue = ({ logicalId, name, arn, ref, read }: Resource): QueueSpec => {
  const plain = PLAIN_ATTRIBUTES.filter(read.has).map((attribute) => [attribute, read.text(attribute)]);
  const json = JSON_ATTRIBUTES.filter(read.has).map((attribute) => [
    attribute,
    JSON.stringify(read.nested(attribute).all),
  ]);
  return { logicalId, name, arn, url: ref, attributes: Object.fromEntries([...plain, ...json]) };
};

/** Queues, with their attributes as SQS `CreateQueue` takes them. */
export const mapQueues = (stack: ResolvedStack): readonly QueueSpec[] =>
  stack.ofType('AWS::SQS::Queue').map(mapQueue);
