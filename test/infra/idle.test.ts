import { expect, it } from 'vitest';
import { atRest } from '../../bench/costs/prices.ts';
import { resourcesOf } from './support/synth.ts';

it('the template has as much at rest as its costs say', () => {
  const alarms = resourcesOf('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const metrics = alarms.flatMap(({ Metrics }) =>
    (Metrics ?? [{ MetricStat: {} }]).filter(({ MetricStat }: { MetricStat?: object }) => MetricStat),
  );
  const queues = resourcesOf('AWS::SQS::Queue').map(({ id }) => id);
  const isOfFailures = (id: string): boolean => /Failures|DeadLetters/.test(id);
  expect({
    secrets: resourcesOf('AWS::SecretsManager::Secret').length,
    alarmMetrics: metrics.length,
    workQueues: queues.filter((id) => !isOfFailures(id)).length,
    failureQueues: queues.filter(isOfFailures).length,
  }).toEqual(atRest);
});
