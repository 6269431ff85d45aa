import { createHash } from 'node:crypto';
import { isRecord, type Properties } from './read-properties.ts';

/** Where the stack pretends to live. */
export interface Place {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly queueUrl: (name: string) => string;
  readonly apiUrl: (logicalId: string) => string;
}

/** A resource's names in AWS: its own, its ARN, what `Ref` gives and what `Fn::GetAtt` gives. */
export interface Identity {
  readonly name: string;
  readonly arn: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** A resource before its own properties are resolved; `given` resolves one of them. */
export interface Candidate {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  readonly given: (property: string) => string | undefined;
}

type Identify = (resource: Candidate, place: Place) => Identity;

const STREAM_LABEL = '2000-01-01T00:00:00.000';

const shortHash = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

const derivedName = ({ logicalId }: Candidate, { stackName }: Place): string => `${stackName}-${logicalId}`;

const arnOf = (service: string, { region, accountId }: Place, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

interface Naming {
  readonly property?: string;
  readonly arn: (name: string, place: Place) => string;
  readonly ref?: 'name' | 'arn';
  readonly attributes?: (name: string, arn: string, resource: Candidate) => Identity['attributes'];
}

const named =
  ({ property, arn, ref = 'name', attributes }: Naming): Identify =>
  (resource, place) => {
    const name = (property ? resource.given(property) : undefined) ?? derivedName(resource, place);
    const ownArn = arn(name, place);
    return {
      name,
      arn: ownArn,
      ref: ref === 'arn' ? ownArn : name,
      attributes: { Arn: ownArn, ...attributes?.(name, ownArn, resource) },
    };
  };

const identifyTable = named({
  property: 'TableName',
  arn: (name, place) => arnOf('dynamodb', place, `table/${name}`),
  attributes: (_name, arn, { properties }) => ({
    StreamArn: isRecord(properties['StreamSpecification']) ? `${arn}/stream/${STREAM_LABEL}` : undefined,
  }),
});

const identifyQueue: Identify = (resource, place) => {
  const suffix = resource.given('FifoQueue') === 'true' ? '.fifo' : '';
  const name = resource.given('QueueName') ?? `${derivedName(resource, place)}${suffix}`;
  const arn = arnOf('sqs', place, name);
  const url = place.queueUrl(name);
  return { name, arn, ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
};

const identifyApi: Identify = (resource, place) => {
  const apiId = shortHash(`${place.stackName}/${resource.logicalId}`, 10);
  const arn = `arn:aws:apigateway:${place.region}::/apis/${apiId}`;
  const attributes = { ApiId: apiId, ApiEndpoint: place.apiUrl(resource.logicalId) };
  return { name: resource.given('Name') ?? resource.logicalId, arn, ref: apiId, attributes };
};

const identifyRule: Identify = (resource, place) => {
  const name = resource.given('Name') ?? derivedName(resource, place);
  const bus = resource.given('EventBusName')?.split('/').at(-1);
  const onBus = bus !== undefined && bus !== 'default';
  const arn = arnOf('events', place, `rule/${onBus ? `${bus}/` : ''}${name}`);
  return { name, arn, ref: onBus ? `${bus}|${name}` : name, attributes: { Arn: arn } };
};

const identifySecret = named({
  property: 'Name',
  arn: (name, place) => arnOf('secretsmanager', place, `secret:${name}-${shortHash(name, 6)}`),
  ref: 'arn',
  attributes: (_name, arn) => ({ Id: arn }),
});

/** A version or alias is the function itself here: there is one code on a laptop. */
const identifyQualified =
  (qualifier: (resource: Candidate) => string): Identify =>
  (resource, place) => {
    const given = resource.given('FunctionName') ?? resource.logicalId;
    const base = given.startsWith('arn:') ? given : arnOf('lambda', place, `function:${given}`);
    const arn = `${base}:${qualifier(resource)}`;
    return {
      name: qualifier(resource),
      arn,
      ref: arn,
      attributes: { Version: '1', FunctionArn: arn, AliasArn: arn },
    };
  };

const IDENTITIES: Readonly<Record<string, Identify>> = {
  'AWS::DynamoDB::Table': identifyTable,
  'AWS::DynamoDB::GlobalTable': identifyTable,
  'AWS::SQS::Queue': identifyQueue,
  'AWS::ApiGatewayV2::Api': identifyApi,
  'AWS::Events::Rule': identifyRule,
  'AWS::SecretsManager::Secret': identifySecret,
  'AWS::Lambda::Version': identifyQualified(() => '1'),
  'AWS::Lambda::Alias': identifyQualified((resource) => resource.given('Name') ?? 'alias'),
  'AWS::Lambda::Function': named({
    property: 'FunctionName',
    arn: (name, place) => arnOf('lambda', place, `function:${name}`),
  }),
  'AWS::IAM::Role': named({
    property: 'RoleName',
    arn: (name, place) => `arn:aws:iam::${place.accountId}:role/${name}`,
    attributes: (name) => ({ RoleId: name }),
  }),
  'AWS::IAM::ManagedPolicy': named({
    property: 'ManagedPolicyName',
    arn: (name, place) => `arn:aws:iam::${place.accountId}:policy/${name}`,
    ref: 'arn',
    attributes: (_name, arn) => ({ PolicyArn: arn }),
  }),
  'AWS::Events::EventBus': named({
    property: 'Name',
    arn: (name, place) => arnOf('events', place, `event-bus/${name}`),
    attributes: (name) => ({ Name: name }),
  }),
  'AWS::Scheduler::Schedule': named({
    property: 'Name',
    arn: (name, place) => arnOf('scheduler', place, `schedule/default/${name}`),
  }),
  'AWS::Scheduler::ScheduleGroup': named({
    property: 'Name',
    arn: (name, place) => arnOf('scheduler', place, `schedule-group/${name}`),
  }),
  'AWS::Logs::LogGroup': named({
    property: 'LogGroupName',
    arn: (name, place) => arnOf('logs', place, `log-group:${name}:*`),
  }),
  'AWS::SNS::Topic': named({
    property: 'TopicName',
    arn: (name, place) => arnOf('sns', place, name),
    ref: 'arn',
    attributes: (name, arn) => ({ TopicArn: arn, TopicName: name }),
  }),
  'AWS::S3::Bucket': named({ property: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` }),
  'AWS::KMS::Key': named({ arn: (name, place) => arnOf('kms', place, `key/${name}`) }),
  'AWS::CloudFront::Distribution': (resource, place) => {
    const name = derivedName(resource, place).toLowerCase();
    return { name, arn: '', ref: name, attributes: { DomainName: `${name}.cloudfront.net` } };
  },
  'AWS::CloudWatch::Alarm': named({
    property: 'AlarmName',
    arn: (name, place) => arnOf('cloudwatch', place, `alarm:${name}`),
  }),
};

/** `Ref` of any other type is its derived name; its attributes are unknown. */
const identifyOther: Identify = (resource, place) => {
  const name = resource.type === 'AWS::ApiGatewayV2::Stage' ? resource.given('StageName') : undefined;
  const ref = name ?? derivedName(resource, place);
  return { name: ref, arn: '', ref, attributes: {} };
};

/** The names that CloudFormation would give a resource: those of the template, else `stack-LogicalId`, the same each time. */
export const identifyResource = (resource: Candidate, place: Place): Identity =>
  (IDENTITIES[resource.type] ?? identifyOther)(resource, place);
