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
  readonly fleet: FunctionFleet;
}

/** An alarm takes ten metrics. What runs by the clock and is not here rings when it is given up, as a dead letter. */
const background: readonly FunctionName[] = [
  'process-event',
  'notify-hook',
  'notify-participant',
  'deliver-webhook',
  'collect-dead-letters',
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
  const { apiId, fleet, stage, tableName } = props;
  return {
    stage,
    tableName,
    apiId,
    streamReaders: {
      CountClicksBehind: fleet.get('count-clicks'),
      RelayChangesBehind: fleet.get('relay-changes'),
    },
    background: background.map((name) => fleet.get(name)),
    mustRun: mustRun.map((name) => fleet.get(name)),
  };
}
