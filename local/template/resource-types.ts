/** Types whose resources run here, with the properties that are carried out or that change nothing on a laptop. */
export type Coverage = { readonly [property: string]: 'run' | 'inert' | Coverage };

const TAGS = { Tags: 'inert' } as const;

const INDEX = {
  IndexName: 'run',
  KeySchema: 'run',
  Projection: 'run',
  ContributorInsightsSpecification: 'inert',
} as const;

const TABLE: Coverage = {
  ...TAGS,
  TableName: 'run',
  AttributeDefinitions: 'run',
  KeySchema: 'run',
  BillingMode: 'inert',
  GlobalSecondaryIndexes: INDEX,
  LocalSecondaryIndexes: INDEX,
  StreamSpecification: { StreamViewType: 'run' },
  TimeToLiveSpecification: { AttributeName: 'run', Enabled: 'run' },
  SSESpecification: 'inert',
  PointInTimeRecoverySpecification: 'inert',
  DeletionProtectionEnabled: 'inert',
  ContributorInsightsSpecification: 'inert',
  TableClass: 'inert',
  WarmThroughput: 'inert',
};

const RETRIES: Coverage = { MaximumRetryAttempts: 'run', MaximumEventAgeInSeconds: 'inert' };

const DEAD_LETTERS: Coverage = { Arn: 'run' };

const COVERAGE: Readonly<Record<string, Coverage>> = {
  'AWS::DynamoDB::Table': TABLE,
  'AWS::DynamoDB::GlobalTable': {
    ...TABLE,
    Replicas: {
      ...TAGS,
      Region: 'inert',
      GlobalSecondaryIndexes: { IndexName: 'inert', ContributorInsightsSpecification: 'inert' },
      PointInTimeRecoverySpecification: 'inert',
      DeletionProtectionEnabled: 'inert',
      ContributorInsightsSpecification: 'inert',
      TableClass: 'inert',
      SSESpecification: 'inert',
    },
  },
  'AWS::SQS::Queue': {
    ...TAGS,
    QueueName: 'run',
    DelaySeconds: 'run',
    VisibilityTimeout: 'run',
    MessageRetentionPeriod: 'run',
    MaximumMessageSize: 'run',
    ReceiveMessageWaitTimeSeconds: 'run',
    RedrivePolicy: { deadLetterTargetArn: 'run', maxReceiveCount: 'run' },
    RedriveAllowPolicy: 'run',
    FifoQueue: 'run',
    ContentBasedDeduplication: 'run',
    DeduplicationScope: 'run',
    FifoThroughputLimit: 'run',
    SqsManagedSseEnabled: 'inert',
    KmsMasterKeyId: 'inert',
    KmsDataKeyReusePeriodSeconds: 'inert',
  },
  'AWS::Lambda::Function': {
    ...TAGS,
    FunctionName: 'run',
    Code: 'run',
    Handler: 'run',
    Runtime: 'run',
    MemorySize: 'run',
    Timeout: 'run',
    Environment: { Variables: 'run' },
    Role: 'run',
    ReservedConcurrentExecutions: 'run',
    DeadLetterConfig: { TargetArn: 'run' },
    PackageType: 'inert',
    Architectures: 'inert',
    Description: 'inert',
    EphemeralStorage: 'inert',
    KmsKeyArn: 'inert',
    LoggingConfig: 'inert',
    RecursiveLoop: 'inert',
    RuntimeManagementConfig: 'inert',
    SnapStart: 'inert',
    TracingConfig: 'inert',
  },
  'AWS::Lambda::EventSourceMapping': {
    ...TAGS,
    FunctionName: 'run',
    EventSourceArn: 'run',
    Enabled: 'run',
    BatchSize: 'run',
    MaximumBatchingWindowInSeconds: 'run',
    FunctionResponseTypes: 'run',
    FilterCriteria: { Filters: { Pattern: 'run' } },
    ScalingConfig: { MaximumConcurrency: 'run' },
    StartingPosition: 'run',
    ParallelizationFactor: 'run',
    BisectBatchOnFunctionError: 'run',
    MaximumRetryAttempts: 'run',
    MaximumRecordAgeInSeconds: 'run',
    DestinationConfig: { OnFailure: { Destination: 'run' } },
    MetricsConfig: 'inert',
    KmsKeyArn: 'inert',
  },
  'AWS::ApiGatewayV2::Api': {
    ...TAGS,
    Name: 'run',
    ProtocolType: 'run',
    CorsConfiguration: {
      AllowOrigins: 'run',
      AllowMethods: 'run',
      AllowHeaders: 'run',
      ExposeHeaders: 'run',
      MaxAge: 'run',
      AllowCredentials: 'run',
    },
    Description: 'inert',
    DisableExecuteApiEndpoint: 'inert',
    IpAddressType: 'inert',
    Version: 'inert',
  },
  'AWS::ApiGatewayV2::Stage': {
    ...TAGS,
    ApiId: 'run',
    StageName: 'run',
    DefaultRouteSettings: {
      ThrottlingBurstLimit: 'run',
      ThrottlingRateLimit: 'run',
      DetailedMetricsEnabled: 'inert',
      DataTraceEnabled: 'inert',
      LoggingLevel: 'inert',
    },
    AccessLogSettings: { Format: 'run', DestinationArn: 'inert' },
    AutoDeploy: 'inert',
    DeploymentId: 'inert',
    Description: 'inert',
  },
  'AWS::ApiGatewayV2::Route': {
    ApiId: 'run',
    RouteKey: 'run',
    Target: 'run',
    AuthorizationType: 'run',
    AuthorizerId: 'run',
    OperationName: 'inert',
  },
  'AWS::ApiGatewayV2::Integration': {
    ApiId: 'run',
    IntegrationType: 'run',
    IntegrationUri: 'run',
    PayloadFormatVersion: 'run',
    TimeoutInMillis: 'run',
    ConnectionType: 'inert',
    IntegrationMethod: 'inert',
    Description: 'inert',
  },
  'AWS::ApiGatewayV2::Authorizer': {
    ApiId: 'run',
    Name: 'run',
    AuthorizerType: 'run',
    AuthorizerUri: 'run',
    AuthorizerPayloadFormatVersion: 'run',
    AuthorizerResultTtlInSeconds: 'run',
    EnableSimpleResponses: 'run',
    IdentitySource: 'run',
    AuthorizerCredentialsArn: 'inert',
  },
  'AWS::Scheduler::Schedule': {
    Name: 'run',
    ScheduleExpression: 'run',
    ScheduleExpressionTimezone: 'run',
    State: 'run',
    Target: {
      Arn: 'run',
      RoleArn: 'run',
      Input: 'run',
      RetryPolicy: RETRIES,
      DeadLetterConfig: DEAD_LETTERS,
    },
    FlexibleTimeWindow: 'inert',
    GroupName: 'inert',
    Description: 'inert',
    KmsKeyArn: 'inert',
  },
  'AWS::Events::Rule': {
    ...TAGS,
    Name: 'run',
    EventBusName: 'run',
    EventPattern: 'run',
    ScheduleExpression: 'run',
    State: 'run',
    Targets: {
      Id: 'run',
      Arn: 'run',
      Input: 'run',
      RetryPolicy: RETRIES,
      DeadLetterConfig: DEAD_LETTERS,
      RoleArn: 'inert',
    },
    RoleArn: 'inert',
    Description: 'inert',
  },
  'AWS::Events::EventBus': {
    ...TAGS,
    Name: 'run',
    Description: 'inert',
    KmsKeyIdentifier: 'inert',
    LogConfig: 'inert',
  },
  'AWS::SecretsManager::Secret': {
    ...TAGS,
    Name: 'run',
    SecretString: 'run',
    GenerateSecretString: {
      PasswordLength: 'run',
      ExcludePunctuation: 'run',
      ExcludeCharacters: 'run',
      SecretStringTemplate: 'run',
      GenerateStringKey: 'run',
      RequireEachIncludedType: 'inert',
      IncludeSpace: 'inert',
    },
    Description: 'inert',
    KmsKeyId: 'inert',
  },
  'AWS::IAM::Role': {
    ...TAGS,
    RoleName: 'run',
    Policies: { PolicyName: 'inert', PolicyDocument: 'run' },
    ManagedPolicyArns: 'run',
    AssumeRolePolicyDocument: 'inert',
    Description: 'inert',
    MaxSessionDuration: 'inert',
    Path: 'inert',
  },
  'AWS::IAM::Policy': { PolicyName: 'inert', PolicyDocument: 'run', Roles: 'run' },
  'AWS::IAM::RolePolicy': { PolicyName: 'inert', PolicyDocument: 'run', RoleName: 'run' },
  'AWS::IAM::ManagedPolicy': {
    ManagedPolicyName: 'run',
    PolicyDocument: 'run',
    Roles: 'run',
    Description: 'inert',
    Path: 'inert',
  },
};

/** Either nothing of these happens on a laptop, or a function's call to them fails aloud. */
const PASSIVE_TYPES = [
  /^AWS::(Logs|CloudWatch|XRay|ApplicationInsights|Budgets|CE|Backup|Route53|CertificateManager|WAFv2)::/,
  /^AWS::(CodeDeploy|ApplicationAutoScaling|ResourceGroups|EventSchemas|Synthetics|SNS|KMS)::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::Lambda::(Permission|Version|Alias)$/,
  /^AWS::SQS::Queue(Inline)?Policy$/,
  /^AWS::ApiGatewayV2::(DomainName|ApiMapping|Deployment)$/,
  /^AWS::Events::(EventBusPolicy|Archive)$/,
  /^AWS::Scheduler::ScheduleGroup$/,
  /^AWS::SecretsManager::ResourcePolicy$/,
  /^AWS::CloudFormation::WaitConditionHandle$/,
  /^Custom::(CloudwatchLogResourcePolicy|LogRetention)$/,
];

/** True for resources that change nothing on a laptop. */
export const isPassive = (type: string): boolean => PASSIVE_TYPES.some((pattern) => pattern.test(type));

/** True for a resource that is made by a function of the stack. */
export const isCustom = (type: string): boolean =>
  type === 'AWS::CloudFormation::CustomResource' || (type.startsWith('Custom::') && !isPassive(type));

/** True for a type that runs here. */
export const isMapped = (type: string): boolean => Object.hasOwn(COVERAGE, type) || isCustom(type);

/** What is covered of a type's properties; undefined if every property is passed on. */
export const coverageOf = (type: string): Coverage | undefined => COVERAGE[type];
