import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  apiFailureRate,
  balanceMismatches,
  couponPoolsEmpty,
  deadLetters,
  errorsOf,
  iteratorAge,
  payoutsLongInDoubt,
  tableThrottles,
  throttlesOf,
  visitsLost,
  webhookEndpointsDisabled,
} from './metrics.ts';

/** What is watched. */
export interface Watched {
  /** By which the metrics of our own are told apart. */
  readonly stage: string;
  readonly tableName: string;
  readonly apiId: string;
  /** Functions that read the table's stream, by the construct id of their alarm. */
  readonly streamReaders: Readonly<Record<string, IFunction>>;
  /** Functions that nobody waits for: their errors show in no answer. */
  readonly background: readonly IFunction[];
  /** Functions that lose clicks or delay money when Lambda refuses to run them. */
  readonly mustRun: readonly IFunction[];
}

/** What is watched, and who is told. */
export interface AlarmsProps {
  readonly watched: Watched;
  /** @default - nobody is told: alarms are seen in CloudWatch only */
  readonly action?: IAlarmAction;
}

/** Condition of an alarm: `times` periods of five minutes in a row above `above`. */
interface Condition {
  readonly metric: IMetric;
  readonly above: number;
  readonly times: number;
  readonly description: string;
}

/** The alarms: few, and each about something that a person must do. Each costs $0.10 a metric and month. */
export class Alarms extends Construct {
  private readonly action: IAlarmAction | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.action = props.action;
    this.watchStream(props.watched);
    this.watchFunctions(props.watched);
    this.watchService(props.watched);
  }

  private watchStream({ streamReaders }: Watched): void {
    for (const [id, handler] of Object.entries(streamReaders)) {
      this.add(id, {
        metric: iteratorAge(handler),
        above: 15 * 60 * 1_000,
        times: 1,
        description:
          'A reader of the stream is a quarter of an hour behind. After six hours, records are given up.',
      });
    }
  }

  private watchFunctions({ background, mustRun }: Watched): void {
    this.add('BackgroundErrors', {
      metric: errorsOf(background),
      above: 0,
      times: 3,
      description: 'A function behind the queue, the stream or the schedule keeps failing.',
    });
    this.add('Throttles', {
      metric: throttlesOf(mustRun),
      above: 0,
      times: 1,
      description: "Lambda refused to run a function: the account's concurrency is used up.",
    });
  }

  private watchService({ apiId, stage, tableName }: Watched): void {
    this.add('FailedRequests', {
      metric: apiFailureRate(apiId),
      above: 1,
      times: 2,
      description: 'More than one request in a hundred fails.',
    });
    this.add('TableThrottles', {
      metric: tableThrottles(tableName),
      above: 0,
      times: 2,
      description:
        'DynamoDB refuses reads or writes: one partition is too hot, or the table grew too quickly.',
    });
    this.add('DeadLetters', {
      metric: deadLetters(stage),
      above: 0,
      times: 1,
      description:
        'Something was given up. Look at GET /v1/dead-letters, mend the cause, and have it done again.',
    });
    this.add('VisitsLost', {
      metric: visitsLost(stage),
      above: 0,
      times: 1,
      description: 'Visitors were redirected without their visit being kept: the table did not take it.',
    });
    this.add('BalanceMismatch', {
      metric: balanceMismatches(stage),
      above: 0,
      times: 1,
      description: 'A balance is not the sum of its ledger. Pay nothing out before it is understood.',
    });
    this.add('PayoutsLongInDoubt', {
      metric: payoutsLongInDoubt(stage),
      above: 0,
      times: 1,
      description:
        'Nobody knows for a day whether a payout left. Look at the provider, and record the result.',
    });
    this.add('WebhookEndpointDisabled', {
      metric: webhookEndpointsDisabled(stage),
      above: 0,
      times: 1,
      description:
        'A webhook endpoint is disabled: it is gone, or failed for five days. Mend it, enable it, and replay what it missed.',
    });
    this.add('CouponPoolEmpty', {
      metric: couponPoolsEmpty(stage),
      above: 0,
      times: 1,
      description:
        'A coupon pool is empty, and rewards wait for codes. Load some: they are handed out by themselves.',
    });
  }

  private add(id: string, condition: Condition): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: condition.description,
      metric: condition.metric,
      threshold: condition.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: condition.times,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.action) alarm.addAlarmAction(this.action);
  }
}
