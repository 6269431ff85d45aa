import { describe, expect, it } from 'vitest';
import { clickCounters } from '../../infra/constructs/stream-filters.ts';
import { keys } from '../../shared/table/keys.ts';
import { type Resource, resourceOf, resourcesOf, synthesize, targetOf } from './support/synth.ts';

const fourteenDays = 14 * 24 * 3_600;

const mappingOf = (name: string): Resource['Properties'] => {
  const found = resourcesOf('AWS::Lambda::EventSourceMapping').find(({ Properties }) =>
    targetOf(Properties['FunctionName']).startsWith(`Functions${name}Function`),
  );
  if (found === undefined) throw new Error(`Nothing calls ${name}`);
  return found.Properties;
};

const filtersOf = (name: string): unknown[] =>
  mappingOf(name)['FilterCriteria'].Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern));

describe.each([
  ['Rewards', 'ProcessEvent', 5],
  ['Notices', 'NotifyHook', 30],
] as const)('queue of %s', (name, consumerName, deliveries) => {
  const queue = resourceOf('AWS::SQS::Queue', `${name}Queue`).Properties;

  it('hides a message for six times as long as its consumer may take', () => {
    const consumer = resourceOf('AWS::Lambda::Function', `Functions${consumerName}Function`).Properties;
    expect(queue['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * consumer['Timeout']);
  });

  it(`gives a message up after ${deliveries} deliveries`, () => {
    expect(queue['RedrivePolicy'].maxReceiveCount).toBe(deliveries);
    expect(targetOf(queue['RedrivePolicy'].deadLetterTargetArn)).toMatch(
      new RegExp(`^${name}DeadLettersQueue`),
    );
  });

  it('is read in tens, answered in parts, by a bounded number of environments', () => {
    expect(mappingOf(consumerName)).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});

describe('every queue', () => {
  it.each(resourcesOf('AWS::SQS::Queue').map((queue) => [queue.id, queue] as const))('%s', (id, queue) => {
    expect(queue.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: fourteenDays,
    });
    const policy = resourcesOf('AWS::SQS::QueuePolicy').find(
      ({ Properties }) => targetOf(Properties['Queues']) === id,
    );
    expect(policy?.Properties['PolicyDocument'].Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sqs:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  });
});

describe("readers of the table's stream", () => {
  it.each(['CountClicks', 'RelayChanges'])('%s gives up in bounds, and tells', (name) => {
    expect(mappingOf(name)).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 1_000,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 6 * 3_600,
    });
    expect(targetOf(mappingOf(name)['EventSourceArn'])).toMatch(/^DataTable/);
    expect(targetOf(mappingOf(name)['DestinationConfig'].OnFailure.Destination)).toMatch(
      new RegExp(`^Functions${name}FailuresQueue`),
    );
  });

  it('count-clicks is given new clicks and nothing else', () => {
    expect(filtersOf('CountClicks')).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'CLICK#' }] } } } },
    ]);
  });

  it('relay-changes is given events, and what changes but click counters', () => {
    expect(filtersOf('RelayChanges')).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'EVENT#' }] } } } },
      {
        eventName: ['INSERT', 'MODIFY'],
        dynamodb: {
          Keys: {
            pk: { S: [{ prefix: 'PARTICIPANT#' }, { prefix: 'PROGRAM#' }, { prefix: 'CODE#' }] },
            sk: { S: [{ 'anything-but': ['CLICKS', 'OVERVIEW#CLICKS'] }] },
          },
        },
      },
    ]);
  });

  it("knows click counters by the table's own names", () => {
    const counters = [keys.linkClicks('c'), keys.programClicks('p'), keys.participantClicks('p#u')];
    expect(new Set(counters.map(({ sk }) => sk))).toEqual(new Set(clickCounters));
  });
});

describe('schedule', () => {
  it('reconciles once a day, on time, and keeps what could not run', () => {
    const { Properties } = resourceOf('AWS::Scheduler::Schedule', 'DailyReconciliation');
    expect(Properties).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
    expect(targetOf(Properties['Target'].Arn)).toMatch(/^FunctionsReconcileBalancesFunction/);
    expect(targetOf(Properties['Target'].DeadLetterConfig.Arn)).toMatch(
      /^FunctionsReconcileBalancesFailures/,
    );
    const handler = resourceOf('AWS::Lambda::Function', 'FunctionsReconcileBalancesFunction').Properties;
    expect(targetOf(handler['DeadLetterConfig'].TargetArn)).toMatch(/^FunctionsReconcileBalancesFailures/);
  });

  it('asks about payouts in doubt every hour, and rings where one stays so for a day', () => {
    const { Properties } = resourceOf('AWS::Scheduler::Schedule', 'HourlyPayouts');
    expect(Properties).toMatchObject({ ScheduleExpression: 'cron(20 * * * ? *)' });
    expect(targetOf(Properties['Target'].Arn)).toMatch(/^FunctionsReconcilePayoutsFunction/);
    expect(targetOf(Properties['Target'].DeadLetterConfig.Arn)).toMatch(/^FunctionsReconcilePayoutsFailures/);
    expect(
      resourceOf('AWS::CloudWatch::Alarm', 'OperationsAlarmsPayoutsLongInDoubt').Properties,
    ).toMatchObject({
      MetricName: 'PayoutsLongInDoubt',
      Threshold: 0,
      Statistic: 'Maximum',
    });
  });
});

describe('domain events', () => {
  it('are all written to a log that EventBridge may write to', () => {
    const rule = resourceOf('AWS::Events::Rule').Properties;
    expect(rule['EventPattern']).toEqual({ source: ['plusone'] });
    expect(resourceOf('AWS::Events::EventBus').Properties['Name']).toBe('plusone-dev');
    const log = resourceOf('AWS::Logs::LogGroup', 'EventsLog').Properties;
    expect(log['LogGroupName']).toBe('/aws/events/plusone-dev');
    const policy = JSON.stringify(resourceOf('AWS::Logs::ResourcePolicy').Properties['PolicyDocument']);
    expect(policy).toContain('logs:PutLogEvents');
    expect(policy).toContain('events.amazonaws.com');
  });
});

describe('outputs', () => {
  it('name what a person or a tool needs', () => {
    expect(Object.keys(synthesize().Outputs).sort()).toEqual([
      'ApiUrl',
      'BusName',
      'CountClicksFailureQueueUrl',
      'FirstApiKeySecretArn',
      'HookSecretArn',
      'LinkBaseUrl',
      'NoticeDeadLetterQueueUrl',
      'NoticeQueueUrl',
      'PayoutProvidersSecretArn',
      'ReconcileBalancesFailureQueueUrl',
      'ReconcilePayoutsFailureQueueUrl',
      'RelayChangesFailureQueueUrl',
      'RewardDeadLetterQueueUrl',
      'RewardQueueUrl',
      'TableName',
    ]);
  });
});
