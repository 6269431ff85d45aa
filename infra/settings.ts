import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { RateLimits } from '../shared/contract/rate-limits.ts';

/** The stages that can be deployed, each with its own stack, table and keys. */
export type StageName = 'dev' | 'prod';

/** A domain of one's own in front of the API. Its DNS record is made by hand: docs/deploy.md. */
export interface CustomDomain {
  readonly domainName: string;
  /** Certificate in ACM, in the region of the stack. */
  readonly certificateArn: string;
}

/** An identity provider of one's own (OpenID Connect), whose tokens tell who a participant is: docs/tokens.md. */
export interface OidcSettings {
  /** Its address, as `iss` of its tokens has it, such as `https://login.example.com/`. */
  readonly issuer: string;
  /** What `aud` of the tokens must name, such as the client id of your app. */
  readonly audience: string;
  /** The claim that holds your id of the user. @default - `sub` */
  readonly userClaim?: string;
  /** The claim that holds the program; tokens without it are for `default`. @default - no claim does */
  readonly programClaim?: string;
}

/** Everything that may differ between stages. */
export interface Settings {
  /** How long logs of functions, requests and domain events are kept. */
  readonly logRetention: RetentionDays;
  /** Requests a second over all routes, before API Gateway answers 429. */
  readonly throttleRate: number;
  /** Requests at one moment, before API Gateway answers 429. */
  readonly throttleBurst: number;
  /** What callers and addresses may ask for, where it differs from the defaults: docs/requests.md. @default - none */
  readonly rateLimits?: Partial<RateLimits>;
  /**
   * The header, in lower case, in which the edge before the API names the address that a request comes from. Only where
   * nobody can reach the API but through that edge: else whoever sends the header chooses their address.
   * @default - the address that API Gateway saw
   */
  readonly addressHeader?: string;
  /** Neither the table nor the stack can be deleted before this is switched off. */
  readonly deletionProtection: boolean;
  /** What becomes of the table when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
  /** The table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Where the API answers. @default - API Gateway's own address */
  readonly apiDomain?: CustomDomain;
  /** Where links lead. @default - the address of the API */
  readonly linkDomain?: CustomDomain;
  /** Origins whose pages may call the API. None: no page may. */
  readonly corsOrigins: readonly string[];
  /** How long clicks are gathered before they are counted: longer is cheaper, shorter is fresher. */
  readonly clickWindowSeconds: number;
  /** Whether the event bus, and with it the log of its events, is told of each click. @default - no: docs/events-out.md */
  readonly publishClicks?: boolean;
  /** Most environments that compute rewards at the same time. */
  readonly rewardConcurrency: number;
  /** Most environments that call programs' own addresses at the same time, ten notices each. */
  readonly noticeConcurrency: number;
  /** Most calls of webhook endpoints at the same time, of which each takes an environment: docs/webhooks.md. */
  readonly webhookConcurrency: number;
  /** As many again for endpoints that are slow to answer, which are called apart from the others. */
  readonly slowWebhookConcurrency: number;
  /** Seconds to wait after each failed try of a webhook. @default - ten tries in some 75 hours: docs/webhooks.md */
  readonly webhookRetrySeconds?: readonly number[];
  /** Most environments that write to participants at the same time, ten mails each. */
  readonly notificationConcurrency: number;
  /**
   * As whom participants are written to, `Example <hello@example.com>`: its domain must be verified in SES.
   * @default - nobody is written to; what they would be told is a line in the log
   */
  readonly notificationSender?: string;
  /** Where the links of the default program lead until somebody says otherwise. */
  readonly defaultDestination: string;
  /**
   * Lambda functions that programs may name as their own logic, by ARN, with version or alias where the program names
   * one. A program that names another gets its fallback.
   */
  readonly hookFunctionArns: readonly string[];
  /**
   * The header, in lower case, in which the edge before the API names the visitor's country. Without an edge that sets it,
   * a visitor can: it is kept as a figure to show, and nothing is decided by it.
   * @default - CloudFront's, `cloudfront-viewer-country`
   */
  readonly countryHeader?: string;
  /**
   * The header, in lower case, in which the edge before the API names the number of the visitor's network (ASN). The
   * fraud rule `data_centre_click` looks at it. Without an edge that sets it, a visitor can, and speak against themselves.
   * @default - CloudFront's, `cloudfront-viewer-asn`
   */
  readonly asnHeader?: string;
  /** Whose tokens are taken for participants, beside those of `POST /v1/tokens`. @default - nobody's */
  readonly oidc?: OidcSettings;
  /**
   * Days after which the key that signs tokens is followed by another: docs/tokens.md. 0: only whoever asks for it changes
   * it.
   * @default 90
   */
  readonly signingKeyDays?: number;
  /** Who is told of alarms. @default - nobody; alarms are seen in CloudWatch only */
  readonly alarmEmail?: string;
}

const stages: Readonly<Record<StageName, Settings>> = {
  dev: {
    logRetention: RetentionDays.ONE_WEEK,
    throttleRate: 1_000,
    throttleBurst: 2_000,
    deletionProtection: false,
    removalPolicy: RemovalPolicy.DESTROY,
    pointInTimeRecovery: false,
    corsOrigins: [],
    clickWindowSeconds: 0,
    rewardConcurrency: 2,
    noticeConcurrency: 2,
    notificationConcurrency: 2,
    webhookConcurrency: 5,
    slowWebhookConcurrency: 2,
    defaultDestination: 'https://example.com/',
    hookFunctionArns: [],
  },
  prod: {
    logRetention: RetentionDays.THREE_MONTHS,
    throttleRate: 2_000,
    throttleBurst: 1_000,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    pointInTimeRecovery: true,
    corsOrigins: [],
    clickWindowSeconds: 1,
    rewardConcurrency: 10,
    noticeConcurrency: 10,
    // SES lets a new account send 14 mails a second: what it refuses for now comes again.
    notificationConcurrency: 2,
    // Of the thousand environments that an account has at first.
    webhookConcurrency: 100,
    slowWebhookConcurrency: 50,
    defaultDestination: 'https://example.com/',
    hookFunctionArns: [],
  },
};

/** Reads a stage from the context (`-c stage=prod`), refusing those without settings. */
export function readStage(value: unknown): StageName {
  if (value === undefined) return 'dev';
  if (value === 'dev' || value === 'prod') return value;
  throw new Error(
    `No settings for stage ${JSON.stringify(value)}: infra/settings.ts has ${Object.keys(stages).join(', ')}`,
  );
}

/** The settings of a stage. */
export function settingsOf(stage: StageName): Settings {
  return stages[stage];
}
