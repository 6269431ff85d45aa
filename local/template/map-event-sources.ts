import type { EventSourceMapping, SqsMapping, StreamMapping } from '../deployment.ts';
import { findUnknownMatchers } from '../event-pattern/find-unknown-matchers.ts';
import { functionArnOf } from './map-functions.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

const readFilters = (stack: ResolvedStack, resource: Resource): readonly unknown[] =>
  resource.read
    .nested('FilterCriteria')
    .nestedList('Filters')
    .map((filter) => {
      const pattern: unknown = JSON.parse(filter.text('Pattern'));
      for (const matcher of findUnknownMatchers(pattern))
        stack.refuse(resource, `the filter ${matcher} is not known`);
      return pattern;
    });

const readShared = (stack: ResolvedStack, resource: Resource) => ({
  logicalId: resource.logicalId,
  functionArn: functionArnOf(resource.read.text('FunctionName'), stack),
  batchWindowMs: resource.read.number('MaximumBatchingWindowInSeconds', 0) * 1000,
  reportBatchItemFailures: resource.read.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
  filters: readFilters(stack, resource),
});

const mapQueueSource = (stack: ResolvedStack, resource: Resource): SqsMapping => {
  const { read } = resource;
  const maximumConcurrency = read.nested('ScalingConfig').optionalNumber('MaximumConcurrency');
  return {
    kind: 'sqs',
    ...readShared(stack, resource),
    queueArn: read.text('EventSourceArn'),
    batchSize: read.number('BatchSize', 10),
    ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }),
  };
};

const mapStreamSource = (stack: ResolvedStack, resource: Resource): StreamMapping => {
  const { read } = resource;
  const onFailureArn = read.nested('DestinationConfig').nested('OnFailure').optionalText('Destination');
  const ageSeconds = read.number('MaximumRecordAgeInSeconds', -1);
  return {
    kind: 'stream',
    ...readShared(stack, resource),
    streamArn: read.text('EventSourceArn'),
    batchSize: read.number('BatchSize', 100),
    startingPosition: read.text('StartingPosition') === 'TRIM_HORIZON' ? 'TRIM_HORIZON' : 'LATEST',
    parallelizationFactor: read.number('ParallelizationFactor', 1),
    bisectOnError: read.flag('BisectBatchOnFunctionError', false),
    maximumRetryAttempts: read.number('MaximumRetryAttempts', -1),
    maximumRecordAgeMs: ageSeconds < 0 ? -1 : ageSeconds * 1000,
    ...(onFailureArn === undefined ? {} : { onFailureArn }),
  };
};

/** Event source mappings of queues and of table streams that are enabled. */
export const mapEventSources = (stack: ResolvedStack): readonly EventSourceMapping[] =>
  stack.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource): readonly EventSourceMapping[] => {
    if (!resource.read.flag('Enabled', true)) return [];
    const service = resource.read.text('EventSourceArn').split(':')[2];
    if (service === 'sqs') return [mapQueueSource(stack, resource)];
    if (service === 'dynamodb') return [mapStreamSource(stack, resource)];
    stack.refuse(resource, `events of ${service} are not run`);
    return [];
  });
