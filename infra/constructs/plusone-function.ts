import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  type IFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionSpec, Trigger } from '../function-spec.ts';
import type { Settings } from '../settings.ts';
import { sendStatement } from './grants.ts';

/** A function of the manifest, with what its stack adds. */
export interface PlusoneFunctionProps {
  readonly spec: FunctionSpec;
  /** Folder with `index.js`. */
  readonly codeDir: string;
  /** Values of the variables that the manifest names, and of `STAGE`. */
  readonly environment: Readonly<Record<string, string>>;
  /** All that it may do beyond logging and tracing. */
  readonly statements: readonly PolicyStatement[];
  readonly settings: Pick<Settings, 'logRetention'>;
  /**
   * Told of what it could not do, if nobody else is: a stream's batches, a schedule's runs.
   * @default - who calls it is told
   */
  readonly failures?: IQueue;
}

/** A Lambda function with a log and a role of its own. The role is whole here, and nothing can add to it. */
export class PlusoneFunction extends Construct {
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: PlusoneFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { deliveries, trigger } = props.spec;
    const isTraced = props.spec.traced ?? true;
    const statements = [...props.statements, ...(props.failures ? [sendStatement(props.failures)] : [])];
    this.handler = new LambdaFunction(this, 'Function', {
      description: props.spec.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.codeDir),
      handler: 'index.handler',
      memorySize: props.spec.memoryMb,
      timeout: Duration.seconds(props.spec.timeoutSeconds),
      environment: {
        ...props.environment,
        ...(deliveries === undefined ? {} : { DELIVERIES: String(deliveries) }),
      },
      tracing: isTraced ? Tracing.ACTIVE : Tracing.DISABLED,
      logGroup,
      // Without Lambda's own three lines a call, which cost as much as the call: what fails is still told.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      role: createRole(this, [writeLog(logGroup), ...(isTraced ? [writeTraces] : []), ...statements]),
      ...(trigger === 'schedule' && props.failures ? { deadLetterQueue: props.failures } : {}),
    });
    acknowledgeFailureHandling(this.handler, trigger);
    if (!isTraced) acknowledgeNoTraces(this.handler);
  }
}

const failureIsToldTo: Readonly<Record<Trigger, string>> = {
  request: 'the caller, who waits for the answer',
  rewardQueue: 'the queue, which delivers again and then keeps a dead letter',
  noticeQueue: 'the queue, which delivers again and then keeps a dead letter',
  webhookQueue: 'the queue, which delivers again and then keeps a dead letter',
  notificationQueue: 'the queue, which delivers again and then keeps a dead letter',
  tableStream: 'the failure queue of its event source mapping',
  schedule: 'its dead letter queue',
  deployment: 'CloudFormation, which rolls back when no answer comes',
};

function acknowledgeFailureHandling(handler: IFunction, trigger: Trigger): void {
  const reason = `A failure is told to ${failureIsToldTo[trigger]}.`;
  Validations.of(handler).acknowledge(
    { id: 'Serverless-LambdaAsyncFailureDestination', reason },
    { id: 'Serverless-LambdaDLQ', reason },
  );
}

function acknowledgeNoTraces(handler: IFunction): void {
  Validations.of(handler).acknowledge({
    id: 'Serverless-LambdaTracing',
    reason: 'A trace would cost more than the call; its latency and errors are in the metrics of Lambda.',
  });
}

const writeTraces = new PolicyStatement({
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
});

function writeLog(logGroup: LogGroup): PolicyStatement {
  return new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
}

function createRole(scope: Construct, statements: PolicyStatement[]) {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Function: new PolicyDocument({ statements }) },
  });
  const reason = 'X-Ray has no resources to name: its two write actions are allowed on all or on nothing.';
  Validations.of(role).acknowledge(
    { id: 'AwsSolutions-IAM5[Resource::*]', reason },
    { id: 'Serverless-LambdaStarPermissions', reason },
  );
  return role.withoutPolicyUpdates();
}
