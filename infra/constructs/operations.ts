import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../functions.ts';
import type { Settings } from '../settings.ts';
import { AlarmMail } from './alarm-mail.ts';
import { Alarms, type Watched } from './alarms.ts';
import type { FunctionFleet } from './function-fleet.ts';
import { OverviewDashboard } from './overview-dashboard.ts';

/** What there is to operate. */
export interface OperationsProps {
  readonly stage: string;
  readonly settings: Pick<Settings, 'alarmEmail'>;
  readonly tableName: string;
  readonly apiId: string;
  readonly rewardDeadLetters: IQueue;
  readonly noticeDeadLetters: IQueue;
  readonly fleet: FunctionFleet;
}

const background: readonly FunctionName[] = [
  'process-event',
  'notify-hook',
  'count-clicks',
  'relay-changes',
  'reconcile-balances',
  'reconcile-payouts',
];
const mustRun: readonly FunctionName[] = ['redirect', 'authorizer', 'events', 'process-event'];

/** What a person looks at: alarms, their mail if the settings name somebody, and a dashboard. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const { alarmEmail } = props.settings;
    const watched = watch(props);
    const mail = alarmEmail === undefined ? undefined : new AlarmMail(this, 'Mail', { email: alarmEmail });
    new Alarms(this, 'Alarms', { watched, ...(mail ? { action: mail.action } : {}) });
    new OverviewDashboard(this, 'Overview', { watched });
  }
}

function watch(props: OperationsProps): Watched {
  const { apiId, fleet, noticeDeadLetters, rewardDeadLetters, stage, tableName } = props;
  return {
    stage,
    tableName,
    apiId,
    failureQueues: {
      RewardDeadLetters: rewardDeadLetters,
      NoticeDeadLetters: noticeDeadLetters,
      CountClicksFailures: fleet.failuresOf('count-clicks'),
      RelayChangesFailures: fleet.failuresOf('relay-changes'),
      ReconcileBalancesFailures: fleet.failuresOf('reconcile-balances'),
      ReconcilePayoutsFailures: fleet.failuresOf('reconcile-payouts'),
    },
    streamReaders: {
      CountClicksBehind: fleet.get('count-clicks'),
      RelayChangesBehind: fleet.get('relay-changes'),
    },
    background: background.map((name) => fleet.get(name)),
    mustRun: mustRun.map((name) => fleet.get(name)),
  };
}
