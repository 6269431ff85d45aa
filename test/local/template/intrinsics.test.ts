import { describe, expect, it } from 'vitest';
import { readDeployment } from '../../../local/template/read-deployment.ts';
import { writeTemplate } from './write-template.ts';

const read = (template: Record<string, unknown>) =>
  readDeployment({
    cdkOutDir: writeTemplate(template),
    apiUrl: 'http://127.0.0.1:4000',
    queueUrl: (name) => `http://127.0.0.1:4001/000000000000/${name}`,
  });

const outputOf = (value: unknown, rest: Record<string, unknown> = {}) =>
  read({ ...rest, Outputs: { Out: { Value: value } } }).outputs['Out'];

const QUEUE = { Resources: { Jobs: { Type: 'AWS::SQS::Queue', Properties: {} } } };
const API = {
  Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'a', ProtocolType: 'HTTP' } } },
};

describe('intrinsic functions', () => {
  it.each([
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }, 'b']] }, 'a-000000000000-b'],
    ['Join over a split', { 'Fn::Join': ['+', { 'Fn::Split': [',', 'a,b'] }] }, 'a+b'],
    ['Sub', { 'Fn::Sub': `\${AWS::Partition}:\${AWS::StackName}:\${!kept}` }, `aws:App:\${kept}`],
    [
      'Sub with variables',
      { 'Fn::Sub': [`\${x}/\${AWS::Region}`, { x: { Ref: 'AWS::URLSuffix' } }] },
      'amazonaws.com/us-east-1',
    ],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
  ])('resolves %s', (_name, value, expected) => {
    expect(outputOf(value)).toBe(expected);
  });

  it('resolves the names and attributes of resources, also inside Sub', () => {
    expect(outputOf({ Ref: 'Jobs' }, QUEUE)).toBe('http://127.0.0.1:4001/000000000000/App-Jobs');
    expect(outputOf({ 'Fn::GetAtt': ['Jobs', 'Arn'] }, QUEUE)).toBe(
      'arn:aws:sqs:us-east-1:000000000000:App-Jobs',
    );
    expect(outputOf({ 'Fn::GetAtt': 'Jobs.QueueName' }, QUEUE)).toBe('App-Jobs');
    expect(outputOf({ 'Fn::Sub': `q=\${Jobs.QueueName}` }, QUEUE)).toBe('q=App-Jobs');
  });

  it('sends every spelling of the API to its local URL', () => {
    const host = [{ Ref: 'Api' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }];
    expect(outputOf({ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, API)).toBe('http://127.0.0.1:4000');
    expect(outputOf({ 'Fn::Join': ['', ['https://', ...host, '/r/']] }, API)).toBe(
      'http://127.0.0.1:4000/r/',
    );
    const sub = `https://\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}`;
    expect(outputOf({ 'Fn::Sub': sub }, API)).toBe('http://127.0.0.1:4000');
  });

  it('reads parameters by their defaults and maps by their keys', () => {
    const rest = {
      Parameters: {
        Stage: { Type: 'String', Default: 'dev' },
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' },
      },
      Mappings: { Sizes: { dev: { memory: '128' } } },
    };
    expect(outputOf({ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, rest)).toBe('128');
  });

  it('decides conditions, and leaves out the resources and values of those that fail', () => {
    const isDev = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] };
    const queue = {
      Type: 'AWS::SQS::Queue',
      Properties: { DelaySeconds: { 'Fn::If': ['Never', 5, { Ref: 'AWS::NoValue' }] } },
    };
    const { queues, outputs } = read({
      Conditions: {
        Dev: isDev,
        Never: { 'Fn::Not': [{ Condition: 'Dev' }] },
        Both: { 'Fn::And': [{ Condition: 'Dev' }, { Condition: 'Never' }] },
        Either: { 'Fn::Or': [{ Condition: 'Dev' }, { Condition: 'Never' }] },
      },
      Resources: { Kept: { ...queue, Condition: 'Either' }, Gone: { ...queue, Condition: 'Both' } },
      Outputs: { Gone: { Condition: 'Never', Value: 'x' } },
    });
    expect(queues).toMatchObject([{ logicalId: 'Kept', attributes: {} }]);
    expect(outputs).toEqual({});
  });

  it.each([
    [{ Ref: 'Nobody' }, 'Jobs.DelaySeconds: Ref Nobody has no value'],
    [{ 'Fn::GetAtt': ['Jobs', 'Colour'] }, 'Jobs.DelaySeconds: Fn::GetAtt Jobs.Colour has no value'],
    [{ 'Fn::ImportValue': 'x' }, 'Jobs.DelaySeconds: Fn::ImportValue is not known here'],
    ['{{resolve:ssm:x}}', 'Jobs.DelaySeconds: dynamic references are not run here'],
  ])('names the place of what it cannot resolve: %j', (value, message) => {
    const Resources = { Jobs: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: value } } };
    expect(() => read({ Resources })).toThrow(message);
  });
});

describe('what is not run here', () => {
  const lambda = (properties: Record<string, unknown>) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs22.x',
      Role: 'arn:aws:iam::0:role/r',
      ...properties,
    },
  });
  const S3 = { S3Bucket: 'b', S3Key: 'CODE.zip' };

  it.each([
    ['a type', { X: { Type: 'AWS::S3::Bucket' } }, 'this type is not run here'],
    ['inline code', { X: lambda({ Code: { ZipFile: 'x' } }) }, 'inline code is not run: make it an asset'],
    ['layers', { X: lambda({ Code: S3, Layers: ['arn'] }) }, 'Layers is not run here'],
    [
      'a property of an event source mapping',
      {
        X: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { FunctionName: 'f', EventSourceArn: 'arn:aws:sqs:::q', TumblingWindowInSeconds: 5 },
        },
      },
      'TumblingWindowInSeconds is not run here',
    ],
    [
      'a nested property',
      {
        X: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventPattern: { source: ['a'] },
            Targets: [{ Id: 'a', Arn: 'b', InputTransformer: {} }],
          },
        },
      },
      'Targets.InputTransformer is not run here',
    ],
    [
      'a matcher',
      {
        X: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: { detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, Targets: [] },
        },
      },
      "the pattern's cidr is not known",
    ],
  ])('names %s', (_name, Resources, why) => {
    expect(read({ Resources }).unsupported).toMatchObject([{ logicalId: 'X', why }]);
  });

  it('leaves out a route whose authorization is not run', () => {
    const Resources = {
      ...API.Resources,
      I: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'Api' },
          IntegrationType: 'AWS_PROXY',
          PayloadFormatVersion: '2.0',
          IntegrationUri: 'arn:aws:lambda:us-east-1:0:function:f',
        },
      },
      R: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: { Ref: 'Api' },
          RouteKey: 'GET /',
          AuthorizationType: 'AWS_IAM',
          Target: { 'Fn::Sub': `integrations/\${I}` },
        },
      },
    };
    const { httpApis, unsupported } = read({ Resources });
    expect(httpApis[0]?.routes).toEqual([]);
    expect(unsupported).toMatchObject([
      { logicalId: 'R', why: 'left out, since its authorization AWS_IAM is not run' },
    ]);
  });

  it('passes over what changes nothing', () => {
    const Resources = {
      Log: { Type: 'AWS::Logs::LogGroup' },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { X: { Ref: 'Nobody' } } },
    };
    expect(read({ Resources })).toMatchObject({
      passive: [{ logicalId: 'Log' }, { logicalId: 'Alarm' }],
      unsupported: [],
    });
  });
});
