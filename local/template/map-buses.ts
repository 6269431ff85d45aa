import type { BusRuleSpec, BusSpec } from '../deployment.ts';
import { findUnknownMatchers } from '../event-pattern/find-unknown-matchers.ts';
import { DEFAULT_RETRY_ATTEMPTS } from './map-schedules.ts';
import type { PropertyReader } from './read-properties.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

/** Buses of the stack; the account's `default` bus is always there besides. */
export const mapBuses = (stack: ResolvedStack): readonly BusSpec[] =>
  stack.ofType('AWS::Events::EventBus').map(({ logicalId, name, arn }) => ({ logicalId, name, arn }));

const mapTarget = (target: PropertyReader): BusRuleSpec['targets'][number] => {
  const deadLetterArn = target.nested('DeadLetterConfig').optionalText('Arn');
  return {
    id: target.text('Id'),
    arn: target.text('Arn'),
    maximumRetryAttempts: target.nested('RetryPolicy').number('MaximumRetryAttempts', DEFAULT_RETRY_ATTEMPTS),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
};

const mapRule = (stack: ResolvedStack, rule: Resource): BusRuleSpec => {
  const { logicalId, name, read } = rule;
  const pattern = read.nested('EventPattern').all;
  for (const matcher of findUnknownMatchers(pattern))
    stack.refuse(rule, `the pattern's ${matcher} is not known`);
  if (read.nestedList('Targets').some((target) => target.has('Input'))) {
    stack.refuse(rule, 'Targets.Input: a target gets the whole event');
  }
  return {
    logicalId,
    name,
    busName: (read.optionalText('EventBusName') ?? 'default').split('/').at(-1) ?? 'default',
    pattern,
    enabled: read.optionalText('State') !== 'DISABLED',
    targets: read.nestedList('Targets').map(mapTarget),
  };
};

/** Rules that match events of a bus. */
export const mapBusRules = (stack: ResolvedStack): readonly BusRuleSpec[] =>
  stack
    .ofType('AWS::Events::Rule')
    .filter(({ read }) => read.has('EventPattern'))
    .map((rule) => mapRule(stack, rule));
