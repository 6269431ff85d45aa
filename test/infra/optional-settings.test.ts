import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type Settings, settingsOf } from '../../infra/settings.ts';
import { PlusoneStack } from '../../infra/stacks/plusone-stack.ts';
import { newFolder, sharedBundle } from './support/synth.ts';

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/one';

function templateWith(settings: Partial<Settings>): Template {
  const app = new App({ outdir: newFolder() });
  return Template.fromStack(
    new PlusoneStack(app, 'Plusone-dev', {
      stage: 'dev',
      settings: { ...settingsOf('dev'), ...settings },
      bundle: sharedBundle(),
    }),
  );
}

describe('domains', () => {
  const template = templateWith({
    apiDomain: { domainName: 'api.example.com', certificateArn },
    linkDomain: { domainName: 'go.example.com', certificateArn },
  });

  it('stand before the API, each with its mapping', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 2);
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'api.example.com' });
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'go.example.com' });
  });

  it('are what links and the documentation say', () => {
    template.hasOutput('ApiDomainTarget', {});
    template.hasOutput('LinkDomainTarget', {});
    template.hasOutput('ApiUrl', { Value: 'https://api.example.com' });
    template.hasOutput('LinkBaseUrl', { Value: 'https://go.example.com' });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { LINK_BASE_URL: 'https://go.example.com' } },
    });
  });
});

describe('origins', () => {
  it('are none unless named', () => {
    const [api] = Object.values(templateWith({}).findResources('AWS::ApiGatewayV2::Api'));
    expect(api?.['Properties']).not.toHaveProperty('CorsConfiguration');
  });

  it('are allowed to send a key and a body', () => {
    templateWith({ corsOrigins: ['https://app.example.com'] }).hasResourceProperties(
      'AWS::ApiGatewayV2::Api',
      {
        CorsConfiguration: {
          AllowOrigins: ['https://app.example.com'],
          AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        },
      },
    );
  });
});

describe('alarms', () => {
  it('tell nobody unless somebody is named', () => {
    templateWith({}).resourceCountIs('AWS::SNS::Topic', 0);
  });

  it('are mailed to who is named', () => {
    const template = templateWith({ alarmEmail: 'operations@example.com' });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email' });
    for (const alarm of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(alarm['Properties'].AlarmActions).toHaveLength(1);
    }
  });

  it('watch every queue that should be empty', () => {
    const alarms = Object.values(templateWith({}).findResources('AWS::CloudWatch::Alarm'));
    const watched = alarms.filter(
      ({ Properties }) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible',
    );
    expect(watched).toHaveLength(6);
  });
});
