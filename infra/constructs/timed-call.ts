import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { sendStatement } from './grants.ts';

/** What runs by the clock, and when. */
export interface TimedCallProps {
  readonly handler: IFunction;
  readonly description: string;
  /** Cron expression of EventBridge Scheduler, UTC: minute, hour, day of month, month, day of week, year. */
  readonly cron: string;
  /** Where a run goes that could not be started. */
  readonly failures: IQueue;
}

/** Calls a function by the clock, with a role that can do this and nothing else. */
export class TimedCall extends Construct {
  constructor(scope: Construct, id: string, props: TimedCallProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        Schedule: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: [props.handler.functionArn],
            }),
            sendStatement(props.failures),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      description: props.description,
      scheduleExpression: `cron(${props.cron})`,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.handler.functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3_600 },
        deadLetterConfig: { arn: props.failures.queueArn },
      },
    });
  }
}
