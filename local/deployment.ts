/**
 * What a synthesized template says, with every intrinsic resolved: the one model that all of `local/` reads.
 * `local/template/` makes it; nothing else looks at CloudFormation.
 */

/** An IAM policy document as CloudFormation spells it, intrinsics resolved. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A role of the template with all policies that are attached to it, inline or by `AWS::IAM::Policy`. */
export interface RoleSpec {
  readonly logicalId: string;
  readonly arn: string;
  /** Managed policies are kept by ARN; those that are known (basic execution, X-Ray) are expanded into `policies`. */
  readonly policies: readonly PolicyDocument[];
}

export interface TableSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly streamArn?: string;
  /** Ready for DynamoDB's `CreateTable`, in the API's spelling. */
  readonly createTable: Readonly<Record<string, unknown>>;
  readonly ttlAttribute?: string;
}

export interface QueueSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** In the spelling of SQS `CreateQueue` (all values strings; RedrivePolicy as JSON). */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FunctionSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Absolute folder of the function's asset. */
  readonly codeDir: string;
  /** `file.export`, such as `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly reservedConcurrency?: number;
  /** Queue that gets the events of asynchronous calls that failed for good. */
  readonly deadLetterArn?: string;
}

export interface SqsMapping {
  readonly kind: 'sqs';
  readonly logicalId: string;
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number;
  readonly filters: readonly unknown[];
}

export interface StreamMapping {
  readonly kind: 'stream';
  readonly logicalId: string;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly parallelizationFactor: number;
  readonly bisectOnError: boolean;
  /** -1 means until the record expires. */
  readonly maximumRetryAttempts: number;
  /** -1 means until the record expires. */
  readonly maximumRecordAgeMs: number;
  readonly reportBatchItemFailures: boolean;
  /** Queue that is told of batches given up. */
  readonly onFailureArn?: string;
  /** Parsed patterns of `FilterCriteria`; a record passes if any of them matches, or if there are none. */
  readonly filters: readonly unknown[];
}

export type EventSourceMapping = SqsMapping | StreamMapping;

export interface AuthorizerSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly functionArn: string;
  readonly identitySource: readonly string[];
  readonly cacheTtlMs: number;
  readonly simpleResponses: boolean;
}

export interface RouteSpec {
  /** `GET /r/{code}` or `$default`. */
  readonly routeKey: string;
  readonly functionArn: string;
  readonly authorizer?: AuthorizerSpec;
  readonly timeoutMs: number;
}

export interface CorsSpec {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
  readonly allowCredentials: boolean;
}

export interface HttpApiSpec {
  readonly logicalId: string;
  readonly apiId: string;
  readonly name: string;
  readonly routes: readonly RouteSpec[];
  readonly cors?: CorsSpec;
  readonly throttle?: { readonly ratePerSecond: number; readonly burst: number };
  /** JSON text with `$context.` variables, if the stage logs its requests. */
  readonly accessLogFormat?: string;
}

export interface ScheduleSpec {
  readonly logicalId: string;
  readonly name: string;
  /** `rate(…)`, `cron(…)` or `at(…)`. */
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly targetArn: string;
  readonly roleArn?: string;
  /** Absent: the target gets a `Scheduled Event`. */
  readonly input?: string;
  readonly maximumRetryAttempts: number;
  readonly deadLetterArn?: string;
}

export interface BusRuleSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly busName: string;
  readonly pattern: unknown;
  readonly enabled: boolean;
  readonly targets: readonly {
    readonly id: string;
    readonly arn: string;
    readonly maximumRetryAttempts?: number;
    readonly deadLetterArn?: string;
  }[];
}

export interface BusSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

export interface SecretSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** How CloudFormation would make the first value; absent: the secret starts without one. */
  readonly generate?: {
    readonly length: number;
    readonly excludePunctuation: boolean;
    readonly excludeCharacters: string;
    readonly template?: string;
    readonly key?: string;
  };
  readonly value?: string;
}

export interface CustomResourceSpec {
  readonly logicalId: string;
  readonly type: string;
  readonly functionArn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Deployment {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly roles: readonly RoleSpec[];
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly mappings: readonly EventSourceMapping[];
  readonly httpApis: readonly HttpApiSpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly buses: readonly BusSpec[];
  readonly busRules: readonly BusRuleSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly customResources: readonly CustomResourceSpec[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Resources that change nothing on a laptop (log groups, alarms, dashboards …). */
  readonly passive: readonly { readonly logicalId: string; readonly type: string }[];
  /**
   * What would do something in AWS and is not run here: named at start, never ignored in silence. It is a whole
   * resource, or one property of a resource that runs without it.
   */
  readonly unsupported: readonly {
    readonly logicalId: string;
    readonly type: string;
    readonly why: string;
  }[];
}
