import { CfnOutput, CustomResource, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { routes } from '../../shared/contract/routes.ts';
import type { Bundle } from '../bundle.ts';
import { ApiDomain } from '../constructs/custom-domain.ts';
import { DomainEvents } from '../constructs/domain-events.ts';
import { FunctionFleet } from '../constructs/function-fleet.ts';
import { PlusoneApi } from '../constructs/http-api.ts';
import { Operations } from '../constructs/operations.ts';
import { QueueWithDeadLetters } from '../constructs/queues.ts';
import { Secrets } from '../constructs/secrets.ts';
import { StreamConsumer } from '../constructs/stream-consumer.ts';
import { newClicks, newsWorthy } from '../constructs/stream-filters.ts';
import { PlusoneTable } from '../constructs/table.ts';
import { TimedCall } from '../constructs/timed-call.ts';
import type { HookName } from '../function-spec.ts';
import { type FunctionName, functions } from '../functions.ts';
import type { Settings, StageName } from '../settings.ts';

/** A stage, and the code it runs. */
export interface PlusoneStackProps extends StackProps {
  readonly stage: StageName;
  readonly settings: Settings;
  readonly bundle: Bundle;
  /**
   * Functions that decide in place of our rules, for every program that names no hook of its own. What they are asked,
   * and how they answer: docs/own-logic.md.
   * @default - none
   */
  readonly hooks?: Readonly<Partial<Record<HookName, IFunction>>>;
}

/** All of Plusone: one stack a stage. */
export class PlusoneStack extends Stack {
  private readonly settings: Settings;
  private readonly table: PlusoneTable;
  private readonly rewards: QueueWithDeadLetters;
  private readonly notices: QueueWithDeadLetters;
  private readonly secrets: Secrets;
  private readonly events: DomainEvents;
  private readonly http: PlusoneApi;
  private readonly fleet: FunctionFleet;

  constructor(scope: Construct, id: string, props: PlusoneStackProps) {
    super(scope, id, props);
    this.settings = props.settings;
    this.table = new PlusoneTable(this, 'Data', props);
    this.rewards = new QueueWithDeadLetters(this, 'Rewards', {
      consumerTimeout: Duration.seconds(functions['process-event'].timeoutSeconds),
    });
    this.notices = new QueueWithDeadLetters(this, 'Notices', {
      consumerTimeout: Duration.seconds(functions['notify-hook'].timeoutSeconds),
      // Every two minutes for an hour: as long as a receiver may be down before a person has to look.
      maxReceiveCount: 30,
    });
    this.secrets = new Secrets(this, 'Secrets', props);
    this.events = new DomainEvents(this, 'Events', props);
    this.http = new PlusoneApi(this, 'Http', props);
    this.fleet = this.createFleet(props);
    this.http.addRoutes(routes, {
      areas: this.areaHandlers(),
      authorizer: this.fleet.get('authorizer'),
    });
    this.connectTriggers();
    this.connectDomains();
    this.bootstrap();
    new Operations(this, 'Operations', {
      stage: props.stage,
      settings: props.settings,
      tableName: this.table.table.tableName,
      apiId: this.http.api.apiId,
      rewardDeadLetters: this.rewards.deadLetters,
      noticeDeadLetters: this.notices.deadLetters,
      fleet: this.fleet,
    });
    this.exportOutputs();
  }

  private get apiUrl(): string {
    const { apiDomain } = this.settings;
    return apiDomain ? `https://${apiDomain.domainName}` : this.http.api.apiEndpoint;
  }

  private get linkBaseUrl(): string {
    const { linkDomain } = this.settings;
    return linkDomain ? `https://${linkDomain.domainName}` : this.apiUrl;
  }

  private createFleet(props: PlusoneStackProps): FunctionFleet {
    const { table } = this.table;
    return new FunctionFleet(this, 'Functions', {
      ...props,
      environment: {
        API_URL: this.apiUrl,
        CALCULATION_HOOK_ARN: props.hooks?.calculation?.functionArn,
        COUNTRY_HEADER: props.settings.countryHeader,
        DEFAULT_DESTINATION: props.settings.defaultDestination,
        EVENT_BUS_NAME: this.events.bus.eventBusName,
        FIRST_KEY_SECRET_ARN: this.secrets.arns.firstKey,
        HASH_SECRET_ARN: this.secrets.arns.hash,
        HOOK_SECRET_ARN: this.secrets.arns.hooks,
        LINK_BASE_URL: this.linkBaseUrl,
        NOTICE_QUEUE_URL: this.notices.queue.queueUrl,
        NOTIFICATION_HOOK_ARN: props.hooks?.notification?.functionArn,
        PAYOUT_PROVIDERS_SECRET_ARN: this.secrets.arns.payoutProviders,
        REWARD_QUEUE_URL: this.rewards.queue.queueUrl,
        TABLE_NAME: table.tableName,
        VALIDATION_HOOK_ARN: props.hooks?.validation?.functionArn,
      },
      resources: {
        table,
        streamArn: this.table.streamArn,
        secretArns: this.secrets.arns,
        rewardQueue: this.rewards.queue,
        noticeQueue: this.notices.queue,
        bus: this.events.bus,
        hookArns: hookArnsOf(props),
      },
    });
  }

  private areaHandlers() {
    const { fleet } = this;
    return {
      redirect: fleet.get('redirect'),
      docs: fleet.get('docs'),
      snippet: fleet.get('snippet'),
      programs: fleet.get('programs'),
      participants: fleet.get('participants'),
      links: fleet.get('links'),
      clicks: fleet.get('clicks'),
      analytics: fleet.get('analytics'),
      referrals: fleet.get('referrals'),
      events: fleet.get('events'),
      rewards: fleet.get('rewards'),
      payouts: fleet.get('payouts'),
      coupons: fleet.get('coupons'),
      reviews: fleet.get('reviews'),
      audit: fleet.get('audit'),
    };
  }

  private connectTriggers(): void {
    const { noticeConcurrency, rewardConcurrency } = this.settings;
    this.connectQueue('RewardsToProcessEvent', 'process-event', this.rewards, rewardConcurrency);
    this.connectQueue('NoticesToNotifyHook', 'notify-hook', this.notices, noticeConcurrency);
    new StreamConsumer(this, 'ClicksToCount', {
      handler: this.fleet.get('count-clicks'),
      failures: this.fleet.failuresOf('count-clicks'),
      streamArn: this.table.streamArn,
      filters: newClicks,
      window: Duration.seconds(this.settings.clickWindowSeconds),
    });
    new StreamConsumer(this, 'ChangesToRelay', {
      handler: this.fleet.get('relay-changes'),
      failures: this.fleet.failuresOf('relay-changes'),
      streamArn: this.table.streamArn,
      filters: newsWorthy,
    });
    new TimedCall(this, 'DailyReconciliation', {
      handler: this.fleet.get('reconcile-balances'),
      failures: this.fleet.failuresOf('reconcile-balances'),
      description: 'Proves that each balance is the sum of its ledger',
      cron: '0 3 * * ? *',
    });
    // Within a provider's promise to recognise a repeat, which may be a day.
    new TimedCall(this, 'HourlyPayouts', {
      handler: this.fleet.get('reconcile-payouts'),
      failures: this.fleet.failuresOf('reconcile-payouts'),
      description: 'Asks providers what became of payouts in doubt',
      cron: '20 * * * ? *',
    });
  }

  private connectQueue(
    id: string,
    name: FunctionName,
    { queue }: QueueWithDeadLetters,
    maxConcurrency: number,
  ): void {
    const mapping = new EventSourceMapping(this, id, {
      target: this.fleet.get(name),
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason:
        'Queues have no failure destination: the queue itself moves what keeps failing to its dead letters.',
    });
  }

  private connectDomains(): void {
    const { apiDomain, linkDomain } = this.settings;
    const { api, stage } = this.http;
    if (apiDomain) new ApiDomain(this, 'ApiDomain', { domain: apiDomain, api, stage });
    if (linkDomain) new ApiDomain(this, 'LinkDomain', { domain: linkDomain, api, stage });
  }

  /** CloudFormation calls the function itself, once for each `version`; what is there already stays. */
  private bootstrap(): void {
    new CustomResource(this, 'Bootstrap', {
      resourceType: 'Custom::PlusoneBootstrap',
      serviceToken: this.fleet.get('bootstrap').functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { version: '2' },
    });
  }

  private exportOutputs(): void {
    const outputs = {
      ApiUrl: this.apiUrl,
      LinkBaseUrl: this.linkBaseUrl,
      TableName: this.table.table.tableName,
      FirstApiKeySecretArn: this.secrets.arns.firstKey,
      HookSecretArn: this.secrets.arns.hooks,
      PayoutProvidersSecretArn: this.secrets.arns.payoutProviders,
      BusName: this.events.bus.eventBusName,
      RewardQueueUrl: this.rewards.queue.queueUrl,
      RewardDeadLetterQueueUrl: this.rewards.deadLetters.queueUrl,
      NoticeQueueUrl: this.notices.queue.queueUrl,
      NoticeDeadLetterQueueUrl: this.notices.deadLetters.queueUrl,
      CountClicksFailureQueueUrl: this.fleet.failuresOf('count-clicks').queueUrl,
      RelayChangesFailureQueueUrl: this.fleet.failuresOf('relay-changes').queueUrl,
      ReconcileBalancesFailureQueueUrl: this.fleet.failuresOf('reconcile-balances').queueUrl,
      ReconcilePayoutsFailureQueueUrl: this.fleet.failuresOf('reconcile-payouts').queueUrl,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

/** What each kind of hook may be: the function that the stack was given, and those that the settings allow. */
function hookArnsOf({ hooks = {}, settings }: PlusoneStackProps): Readonly<Record<HookName, string[]>> {
  const arnsOf = (name: HookName): string[] => [
    ...(hooks[name] === undefined ? [] : [hooks[name].functionArn]),
    ...settings.hookFunctionArns,
  ];
  return {
    validation: arnsOf('validation'),
    calculation: arnsOf('calculation'),
    notification: arnsOf('notification'),
  };
}
