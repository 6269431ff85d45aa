import { describe, expect, it } from 'vitest';
import { clickCounters } from '../../infra/constructs/stream-filters.ts';
import { keys } from '../../shared/table/keys.ts';
import { type Resource, resourceOf, resourcesOf, synthesize, targetOf } from './support/synth.ts';

const fourteenDays = 14 * 24 * 3_600;

const mappingOf = (name: string, source = ''): Resource['Properties'] => {
  const found = resourcesOf('AWS::Lambda::EventSourceMapping').find(
    ({ Properties }) =>
      targetOf(Properties['FunctionName']).startsWith(`Functions${name}Function`) &&
      targetOf(Properties['EventSourceArn']).startsWith(source),
  );
  if (found === undefined) throw new Error(`Nothing calls ${name}`);
  return found.Properties;
};

const filtersOf = (name: string): unknown[] =>
  mappingOf(name)['FilterCriteria'].Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern));

// A receiver of webhooks that is slow to answer is to hold no place but its own.
describe.each([
  ['Rewards', 'ProcessEvent', { deliveries: 5, batchSize: 10, environments: 2 }],
  ['Notices', 'NotifyHook', { deliveries: 30, batchSize: 10, environments: 2 }],
  ['Webhooks', 'DeliverWebhook', { deliveries: 5, batchSize: 1, environments: 5 }],
  ['SlowWebhooks', 'DeliverWebhook', { deliveries: 5, batchSize: 1, environments: 2 }],
  ['Notifications', 'NotifyParticipant', { deliveries: 30, batchSize: 10, environments: 2 }],
] as const)('queue of %s', (name, consumerName, { deliveries, batchSize, environments }) => {
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

  it(`is read by ${batchSize}, answered in parts, by a bounded number of environments`, () => {
    expect(mappingOf(consumerName, `${name}Queue`)).toMatchObject({
      BatchSize: batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: environments },
    });
  });
});

it('queues together leave most of the thousand environments of an account to whoever waits for an answer', () => {
  const mappings = resourcesOf('AWS::Lambda::EventSourceMapping', 'prod').map(({ Properties }) => Properties);
  const most = mappings.map(({ ScalingConfig }) => ScalingConfig?.MaximumConcurrency ?? 0);
  expect(most.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(200);
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
      new RegExp(`^FunctionsFailures${name}Queue`),
    );
  });

  it('count-clicks is given new clicks and nothing else', () => {
    expect(filtersOf('CountClicks')).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'CLICK#' }] } } } },
    ]);
  });

  it('relay-changes is given events, and what changes but click counters and what waits', () => {
    expect(filtersOf('RelayChanges')).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'EVENT#' }] } } } },
      {
        eventName: ['INSERT', 'MODIFY'],
        dynamodb: {
          Keys: {
            pk: {
              S: [
                { prefix: 'PARTICIPANT#' },
                { prefix: 'PROGRAM#' },
                { prefix: 'CODE#' },
                { prefix: 'PAYOUT_BATCH#' },
                { prefix: 'DEAD_LETTER#' },
                { prefix: 'WEBHOOK_ENDPOINTS' },
              ],
            },
            sk: { S: [{ 'anything-but': ['CLICKS', 'OVERVIEW#CLICKS'] }] },
          },
          NewImage: { type: { S: [{ 'anything-but': ['early'] }] } },
        },
      },
    ]);
  });

  it("knows click counters by the table's own names", () => {
    const counters = [keys.linkClicks('c'), keys.programClicks('p'), keys.participantClicks('p#u')];
    expect(new Set(counters.map(({ sk }) => sk))).toEqual(new Set(clickCounters));
  });
});

describe('failure queues', () => {
  const variablesOf = (name: string): Record<string, unknown> =>
    resourceOf('AWS::Lambda::Function', `Functions${name}Function`).Properties['Environment'].Variables;
  const tellers = resourcesOf('AWS::SQS::Queue')
    .map(({ id }) => id)
    .filter((id) => /Failures|DeadLetters/.test(id));

  it('are all told to whoever collects, and to whoever has things done again', () => {
    const told = JSON.stringify(variablesOf('CollectDeadLetters')['FAILURE_QUEUES']);
    for (const id of tellers) expect(told).toContain(`"${id}"`);
    expect(told).toContain('collect-dead-letters');
    expect(JSON.stringify(variablesOf('Operations')['REDRIVES']).match(/functionArn|queueUrl/g)).toHaveLength(
      tellers.length,
    );
  });

  it('are told of to each consumer by the tries that the queue gives', () => {
    expect(variablesOf('ProcessEvent')['DELIVERIES']).toBe('5');
    expect(variablesOf('NotifyHook')['DELIVERIES']).toBe('30');
  });

  it('are emptied every minute', () => {
    const { Properties } = resourceOf('AWS::Scheduler::Schedule', 'DeadLettersEachMinute');
    expect(Properties).toMatchObject({ ScheduleExpression: 'cron(* * * * ? *)' });
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
      /^FunctionsFailuresReconcileBalances/,
    );
    const handler = resourceOf('AWS::Lambda::Function', 'FunctionsReconcileBalancesFunction').Properties;
    expect(targetOf(handler['DeadLetterConfig'].TargetArn)).toMatch(/^FunctionsFailuresReconcileBalances/);
  });

  it('looks at the signing keys once a day', () => {
    const { Properties } = resourceOf('AWS::Scheduler::Schedule', 'DailySigningKeys');
    expect(Properties).toMatchObject({ ScheduleExpression: 'cron(40 2 * * ? *)' });
    expect(targetOf(Properties['Target'].Arn)).toMatch(/^FunctionsRotateSigningKeysFunction/);
  });

  it('lets it be known every hour which holds have ended', () => {
    const { Properties } = resourceOf('AWS::Scheduler::Schedule', 'HourlyHoldEnds');
    expect(Properties).toMatchObject({ ScheduleExpression: 'cron(5 * * * ? *)' });
    expect(targetOf(Properties['Target'].Arn)).toMatch(/^FunctionsTellHoldEndsFunction/);
    expect(targetOf(Properties['Target'].DeadLetterConfig.Arn)).toMatch(/^FunctionsFailuresTellHoldEnds/);
  });

  it('asks about payouts in doubt every hour, and rings where one stays so for a day', () => {
    const { Properties } = resourceOf('AWS::Scheduler::Schedule', 'HourlyPayouts');
    expect(Properties).toMatchObject({ ScheduleExpression: 'cron(20 * * * ? *)' });
    expect(targetOf(Properties['Target'].Arn)).toMatch(/^FunctionsReconcilePayoutsFunction/);
    expect(targetOf(Properties['Target'].DeadLetterConfig.Arn)).toMatch(/^FunctionsFailuresReconcilePayouts/);
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
      'FirstApiKeySecretArn',
      'HookSecretArn',
      'LinkBaseUrl',
      'NoticeQueueUrl',
      'NotificationQueueUrl',
      'PayoutProvidersSecretArn',
      'RewardQueueUrl',
      'TableName',
      'WebhookQueueUrl',
    ]);
  });
});
