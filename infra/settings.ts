import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The stages that can be deployed, each with its own stack, table and keys. */
export type StageName = 'dev' | 'prod';

/** A domain of one's own in front of the API. Its DNS record is made by hand: docs/deploy.md. */
export interface CustomDomain {
  readonly domainName: string;
  /** Certificate in ACM, in the region of the stack. */
  readonly certificateArn: string;
}

/** Everything that may differ between stages. */
export interface Settings {
  /** How long logs of functions, requests and domain events are kept. */
  readonly logRetention: RetentionDays;
  /** Requests a second over all routes, before API Gateway answers 429. */
  readonly throttleRate: number;
  /** Requests at one moment, before API Gateway answers 429. */
  readonly throttleBurst: number;
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
  /** Most environments that compute rewards at the same time. */
  readonly rewardConcurrency: number;
  /** Most environments that call programs' own addresses at the same time, ten notices each. */
  readonly noticeConcurrency: number;
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
