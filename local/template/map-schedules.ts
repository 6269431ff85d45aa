import type { ScheduleSpec } from '../deployment.ts';
import type { PropertyReader } from './read-properties.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

/** AWS's default number of retries of a delivery by EventBridge and its scheduler. */
export const DEFAULT_RETRY_ATTEMPTS = 185;

const readTarget = (target: PropertyReader) => {
  const roleArn = target.optionalText('RoleArn');
  const input = target.optionalText('Input');
  const deadLetterArn = target.nested('DeadLetterConfig').optionalText('Arn');
  return {
    targetArn: target.text('Arn'),
    maximumRetryAttempts: target.nested('RetryPolicy').number('MaximumRetryAttempts', DEFAULT_RETRY_ATTEMPTS),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(input === undefined ? {} : { input }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
};

const readTiming = ({ logicalId, name, read }: Resource) => ({
  logicalId,
  name,
  expression: read.text('ScheduleExpression'),
  timezone: read.optionalText('ScheduleExpressionTimezone') ?? 'UTC',
  enabled: read.optionalText('State') !== 'DISABLED',
});

/** Schedules of EventBridge Scheduler, and of rules that have a schedule: one for each target. */
export const mapSchedules = (stack: ResolvedStack): readonly ScheduleSpec[] => [
  ...stack
    .ofType('AWS::Scheduler::Schedule')
    .map((schedule) => ({ ...readTiming(schedule), ...readTarget(schedule.read.nested('Target')) })),
  ...stack
    .ofType('AWS::Events::Rule')
    .filter(({ read }) => read.has('ScheduleExpression'))
    .flatMap((rule) =>
      rule.read.nestedList('Targets').map((target) => ({ ...readTiming(rule), ...readTarget(target) })),
    ),
];
