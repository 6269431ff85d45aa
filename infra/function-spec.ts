import type { Partition } from '../shared/table/layout.ts';

/** What a function may do to items. There is no `DeleteItem`: nothing is ever deleted, only marked or expired. */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'Query'
  | 'ConditionCheckItem';

/** Leave to do these things to the items of these partitions, and to no others. */
export interface TableGrant {
  readonly actions: readonly TableAction[];
  /** Partitions whose name ends in `List` are those of the index, and can only be queried. */
  readonly partitions: readonly Partition[];
}

/**
 * The secrets of a deployment: the key that hashes, the first API key, what requests to hooks are signed with, the
 * settings of payment providers, the keys that sign tokens, and those that seal webhooks' secrets and contacts.
 */
export type SecretName =
  | 'hash'
  | 'firstKey'
  | 'hooks'
  | 'payoutProviders'
  | 'signing'
  | 'webhooks'
  | 'contacts';

/** What the customer's own logic can be asked for. */
export type HookName = 'validation' | 'calculation' | 'notification';

/** Leave to use a secret. */
export interface SecretGrant {
  readonly secret: SecretName;
  readonly actions: readonly ('GetSecretValue' | 'PutSecretValue')[];
}

/** Variables that a function can ask for. `STAGE` is given to all. */
export type EnvironmentName =
  | 'ADDRESS_HEADER'
  | 'API_URL'
  | 'ASN_HEADER'
  | 'CALCULATION_HOOK_ARN'
  | 'CONTACT_SECRET_ARN'
  | 'COUNTRY_HEADER'
  | 'DEFAULT_DESTINATION'
  | 'EVENT_BUS_NAME'
  | 'FAILURE_QUEUES'
  | 'FIRST_KEY_SECRET_ARN'
  | 'HASH_SECRET_ARN'
  | 'HOOK_SECRET_ARN'
  | 'LINK_BASE_URL'
  | 'NOTICE_QUEUE_URL'
  | 'NOTIFICATION_HOOK_ARN'
  | 'NOTIFICATION_QUEUE_URL'
  | 'NOTIFICATION_SENDER'
  | 'OIDC_AUDIENCE'
  | 'OIDC_ISSUER'
  | 'OIDC_PROGRAM_CLAIM'
  | 'OIDC_USER_CLAIM'
  | 'PAYOUT_PROVIDERS_SECRET_ARN'
  | 'PUBLISH_CLICKS'
  | 'REDRIVES'
  | 'RATE_LIMITS'
  | 'REWARD_QUEUE_URL'
  | 'SIGNING_KEY_DAYS'
  | 'SIGNING_SECRET_ARN'
  | 'SLOW_WEBHOOK_QUEUE_URL'
  | 'TABLE_NAME'
  | 'VALIDATION_HOOK_ARN'
  | 'WEBHOOK_QUEUE_URL'
  | 'WEBHOOK_RETRY_SECONDS'
  | 'WEBHOOK_SECRET_ARN';

/**
 * What calls a function. It decides who is told of failures: the caller of a request, the queue that delivers
 * again, the failure queue of a stream's or schedule's function, or the deployment.
 */
export type Trigger =
  | 'request'
  | 'rewardQueue'
  | 'noticeQueue'
  | 'webhookQueue'
  | 'notificationQueue'
  | 'tableStream'
  | 'schedule'
  | 'deployment';

/** What a function is and all that it may do. */
export interface FunctionSpec {
  readonly trigger: Trigger;
  /** File that exports `handler`, relative to the repository. */
  readonly entry: string;
  /** Shown in the console of AWS. */
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: readonly EnvironmentName[];
  /** Of a queue's function: deliveries before a message is a dead letter. It is told of them as `DELIVERIES`. */
  readonly deliveries?: number;
  readonly table: readonly TableGrant[];
  /** What it may do beside that, never in the same transaction: in statements of its own. @default - nothing */
  readonly apart?: readonly TableGrant[];
  /**
   * Whether X-Ray follows some of its calls. Lambda picks one a second and one in twenty of the others; no
   * setting changes that, and each costs $5 a million.
   * @default - yes
   */
  readonly traced?: false;
  /** May read the whole table: only for what checks all of it. @default - no */
  readonly scansTable?: true;
  /** @default - none */
  readonly secrets?: readonly SecretGrant[];
  /** May hand events to the rewards queue. @default - no */
  readonly sendsRewards?: true;
  /** May hand news to the notices queue. @default - no */
  readonly sendsNotices?: true;
  /** May hand deliveries to the webhooks queue. @default - no */
  readonly sendsWebhooks?: true;
  /** May hand deliveries to the queue of endpoints that are slow to answer. @default - no */
  readonly sendsSlowWebhooks?: true;
  /** May call the functions that the deployment names as the customer's own logic. @default - none */
  readonly asksHook?: HookName;
  /** May hand what participants are to be told to the notifications queue. @default - no */
  readonly sendsNotifications?: true;
  /** May send mail as the sender that the settings name, if any. @default - no */
  readonly sendsMail?: true;
  /** May empty every failure queue. @default - no */
  readonly collectsFailures?: true;
  /** May have done again what any failure queue was told of. @default - no */
  readonly redrivesFailures?: true;
  /** May publish on the event bus. @default - no */
  readonly publishesEvents?: true;
}
