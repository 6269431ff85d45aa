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
  private readonly webhooks: QueueWithDeadLetters;
  private readonly slowWebhooks: QueueWithDeadLetters;
  private readonly notifications: QueueWithDeadLetters;
  private readonly secrets: Secrets;
  private readonly events: DomainEvents;
  private readonly http: PlusoneApi;
  private readonly fleet: FunctionFleet;

  constructor(scope: Construct, id: string, props: PlusoneStackProps) {
    super(scope, id, props);
    this.settings = props.settings;
    this.table = new PlusoneTable(this, 'Data', props);
    this.rewards = new QueueWithDeadLetters(this, 'Rewards', { consumer: functions['process-event'] });
    this.notices = new QueueWithDeadLetters(this, 'Notices', { consumer: functions['notify-hook'] });
    this.webhooks = new QueueWithDeadLetters(this, 'Webhooks', { consumer: functions['deliver-webhook'] });
    this.slowWebhooks = new QueueWithDeadLetters(this, 'SlowWebhooks', {
      consumer: functions['deliver-webhook'],
    });
    this.notifications = new QueueWithDeadLetters(this, 'Notifications', {
      consumer: functions['notify-participant'],
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
    this.connectSchedules();
    this.connectDomains();
    this.bootstrap();
    new Operations(this, 'Operations', {
      stage: props.stage,
      settings: props.settings,
      tableName: this.table.table.tableName,
      apiId: this.http.api.apiId,
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

  /** The domain of the sender, which is to be verified in SES. */
  private get mailIdentityArn(): string | undefined {
    const domain = this.settings.notificationSender?.match(/@([^\s>]+)>?$/)?.[1];
    return domain && this.formatArn({ service: 'ses', resource: 'identity', resourceName: domain });
  }

  private get signingKeyDays(): number {
    return this.settings.signingKeyDays ?? 90;
  }

  private createFleet(props: PlusoneStackProps): FunctionFleet {
    const { table } = this.table;
    return new FunctionFleet(this, 'Functions', {
      ...props,
      environment: {
        ADDRESS_HEADER: props.settings.addressHeader,
        API_URL: this.apiUrl,
        ASN_HEADER: props.settings.asnHeader,
        CALCULATION_HOOK_ARN: props.hooks?.calculation?.functionArn,
        CONTACT_SECRET_ARN: this.secrets.arns.contacts,
        COUNTRY_HEADER: props.settings.countryHeader,
        DEFAULT_DESTINATION: props.settings.defaultDestination,
        EVENT_BUS_NAME: this.events.bus.eventBusName,
        FIRST_KEY_SECRET_ARN: this.secrets.arns.firstKey,
        HASH_SECRET_ARN: this.secrets.arns.hash,
        HOOK_SECRET_ARN: this.secrets.arns.hooks,
        LINK_BASE_URL: this.linkBaseUrl,
        NOTICE_QUEUE_URL: this.notices.queue.queueUrl,
        NOTIFICATION_HOOK_ARN: props.hooks?.notification?.functionArn,
        NOTIFICATION_QUEUE_URL: this.notifications.queue.queueUrl,
        NOTIFICATION_SENDER: props.settings.notificationSender,
        OIDC_AUDIENCE: props.settings.oidc?.audience,
        OIDC_ISSUER: props.settings.oidc?.issuer,
        OIDC_PROGRAM_CLAIM: props.settings.oidc?.programClaim,
        OIDC_USER_CLAIM: props.settings.oidc?.userClaim,
        PAYOUT_PROVIDERS_SECRET_ARN: this.secrets.arns.payoutProviders,
        PUBLISH_CLICKS: props.settings.publishClicks ? '1' : undefined,
        RATE_LIMITS: props.settings.rateLimits && JSON.stringify(props.settings.rateLimits),
        REWARD_QUEUE_URL: this.rewards.queue.queueUrl,
        SIGNING_KEY_DAYS: String(this.signingKeyDays),
        SIGNING_SECRET_ARN: this.secrets.arns.signing,
        SLOW_WEBHOOK_QUEUE_URL: this.slowWebhooks.queue.queueUrl,
        TABLE_NAME: table.tableName,
        VALIDATION_HOOK_ARN: props.hooks?.validation?.functionArn,
        WEBHOOK_QUEUE_URL: this.webhooks.queue.queueUrl,
        WEBHOOK_RETRY_SECONDS: props.settings.webhookRetrySeconds?.join(','),
        WEBHOOK_SECRET_ARN: this.secrets.arns.webhooks,
      },
      resources: {
        table,
        streamArn: this.table.streamArn,
        secretArns: this.secrets.arns,
        rewardQueue: this.rewards.queue,
        noticeQueue: this.notices.queue,
        webhookQueue: this.webhooks.queue,
        slowWebhookQueue: this.slowWebhooks.queue,
        notificationQueue: this.notifications.queue,
        mailIdentityArn: this.mailIdentityArn,
        bus: this.events.bus,
        hookArns: hookArnsOf(props),
      },
      queues: this.workQueues(),
    });
  }

  /** Every queue of the stack that gives messages up, by the name that dead letters have of it. */
  private workQueues(): Record<string, QueueWithDeadLetters> {
    const found = this.node.findAll().filter((construct) => construct instanceof QueueWithDeadLetters);
    return Object.fromEntries(found.map((queue) => [queue.node.id.toLowerCase(), queue]));
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
      keys: fleet.get('keys'),
      operations: fleet.get('operations'),
      notifications: fleet.get('notifications'),
      tokens: fleet.get('tokens'),
      webhooks: fleet.get('webhooks'),
    };
  }

  private connectTriggers(): void {
    this.connectQueues();
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
  }

  private connectSchedules(): void {
    new TimedCall(this, 'DeadLettersEachMinute', {
      handler: this.fleet.get('collect-dead-letters'),
      failures: this.fleet.failuresOf('collect-dead-letters'),
      description: 'Brings what was given up into the table',
      cron: '* * * * ? *',
    });
    new TimedCall(this, 'DailyReconciliation', {
      handler: this.fleet.get('reconcile-balances'),
      failures: this.fleet.failuresOf('reconcile-balances'),
      description: 'Proves that each balance is the sum of its ledger',
      cron: '0 3 * * ? *',
    });
    if (this.signingKeyDays > 0) {
      new TimedCall(this, 'DailySigningKeys', {
        handler: this.fleet.get('rotate-signing-keys'),
        failures: this.fleet.failuresOf('rotate-signing-keys'),
        description: 'Makes the next key that signs tokens when the newest is old enough',
        cron: '40 2 * * ? *',
      });
    }
    // Holds end at the start of a UTC day; what is noted late, or failed, waits for the next hour.
    new TimedCall(this, 'HourlyHoldEnds', {
      handler: this.fleet.get('tell-hold-ends'),
      failures: this.fleet.failuresOf('tell-hold-ends'),
      description: 'Lets it be known which holds have ended',
      cron: '5 * * * ? *',
    });
    // Within a provider's promise to recognise a repeat, which may be a day.
    new TimedCall(this, 'HourlyPayouts', {
      handler: this.fleet.get('reconcile-payouts'),
      failures: this.fleet.failuresOf('reconcile-payouts'),
      description: 'Asks providers what became of payouts in doubt',
      cron: '20 * * * ? *',
    });
  }

  private connectQueues(): void {
    const { settings } = this;
    this.connectQueue('RewardsToProcessEvent', 'process-event', this.rewards, {
      maxConcurrency: settings.rewardConcurrency,
    });
    this.connectQueue('NoticesToNotifyHook', 'notify-hook', this.notices, {
      maxConcurrency: settings.noticeConcurrency,
    });
    // One delivery a call: a receiver that is slow to answer holds no place but its own.
    this.connectQueue('WebhooksToDeliver', 'deliver-webhook', this.webhooks, {
      maxConcurrency: settings.webhookConcurrency,
      batchSize: 1,
    });
    this.connectQueue('SlowWebhooksToDeliver', 'deliver-webhook', this.slowWebhooks, {
      maxConcurrency: settings.slowWebhookConcurrency,
      batchSize: 1,
    });
    this.connectQueue('NotificationsToParticipants', 'notify-participant', this.notifications, {
      maxConcurrency: settings.notificationConcurrency,
    });
  }

  private connectQueue(
    id: string,
    name: FunctionName,
    { queue }: QueueWithDeadLetters,
    { maxConcurrency, batchSize = 10 }: { readonly maxConcurrency: number; readonly batchSize?: number },
  ): void {
    const mapping = new EventSourceMapping(this, id, {
      target: this.fleet.get(name),
      eventSourceArn: queue.queueArn,
      batchSize,
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
      properties: { version: '3' },
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
      NoticeQueueUrl: this.notices.queue.queueUrl,
      WebhookQueueUrl: this.webhooks.queue.queueUrl,
      NotificationQueueUrl: this.notifications.queue.queueUrl,
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
