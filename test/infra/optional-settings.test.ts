import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it, vi } from 'vitest';
import { createApp } from '../../infra/create-app.ts';
import { type Settings, settingsOf } from '../../infra/settings.ts';
import { PlusoneStack } from '../../infra/stacks/plusone-stack.ts';
import { defaultRateLimits, readRateLimits } from '../../shared/contract/rate-limits.ts';
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

describe('signing keys', () => {
  const daysIn = (template: Template) =>
    Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
      ({ Properties }) => Properties.Environment.Variables.SIGNING_KEY_DAYS ?? [],
    );
  const schedules = (template: Template) =>
    Object.keys(template.findResources('AWS::Scheduler::Schedule')).filter((id) =>
      id.startsWith('DailySigningKeys'),
    );

  it('are rotated after ninety days unless another time is named', () => {
    const template = templateWith({});
    expect(daysIn(template)).toEqual(['90']);
    expect(schedules(template)).toHaveLength(1);
    expect(daysIn(templateWith({ signingKeyDays: 30 }))).toEqual(['30']);
  });

  it('are rotated by nobody but who asks for it, where the time is 0', () => {
    expect(schedules(templateWith({ signingKeyDays: 0 }))).toEqual([]);
  });
});

describe('origins', () => {
  it('are none unless named', () => {
    const [api] = Object.values(templateWith({}).findResources('AWS::ApiGatewayV2::Api'));
    expect(api?.['Properties']).not.toHaveProperty('CorsConfiguration');
  });

  it('come from the context too, as the local stack names them', () => {
    vi.stubEnv(
      'CDK_CONTEXT_JSON',
      JSON.stringify({ corsOrigins: 'http://localhost:5173,https://a.example' }),
    );
    const app = createApp({ bundle: sharedBundle(), outdir: newFolder(), checks: false });
    vi.unstubAllEnvs();
    const template = Template.fromStack(app.node.findChild('Plusone-dev') as PlusoneStack);
    const AllowOrigins = ['http://localhost:5173', 'https://a.example'];
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: { AllowOrigins } });
  });

  it('are allowed to send a key and a body', () => {
    templateWith({ corsOrigins: ['https://app.example.com'] }).hasResourceProperties(
      'AWS::ApiGatewayV2::Api',
      {
        CorsConfiguration: {
          AllowOrigins: ['https://app.example.com'],
          AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
          ExposeHeaders: [
            'content-disposition',
            'idempotency-replayed',
            'plusone-next-cursor',
            'ratelimit',
            'ratelimit-policy',
            'retry-after',
          ],
        },
      },
    );
  });
});

it('headers of the edge are told to the redirect, each where it is named', () => {
  const redirect = (settings: Partial<Settings>) =>
    Object.values(templateWith(settings).findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties.Environment?.Variables ?? {})
      .filter((variables) => 'ASN_HEADER' in variables || 'COUNTRY_HEADER' in variables);
  expect(redirect({})).toEqual([]);
  expect(redirect({ asnHeader: 'x-asn', countryHeader: 'cf-ipcountry' })).toEqual([
    expect.objectContaining({ ASN_HEADER: 'x-asn', COUNTRY_HEADER: 'cf-ipcountry' }),
  ]);
});

describe('a sender of notifications', () => {
  const mailing = (settings: Partial<Settings>) => {
    const template = templateWith(settings);
    const statements = Object.values(template.findResources('AWS::IAM::Role')).flatMap(({ Properties }) =>
      Properties.Policies.flatMap(
        (one: { PolicyDocument: { Statement: object[] } }) => one.PolicyDocument.Statement,
      ),
    );
    return {
      grants: statements.filter(({ Action }) => JSON.stringify(Action).includes('ses:')),
      told: Object.values(template.findResources('AWS::Lambda::Function')).filter(
        ({ Properties }) => 'NOTIFICATION_SENDER' in (Properties.Environment?.Variables ?? {}),
      ),
    };
  };

  it('is nobody unless named: then nothing may send mail', () => {
    expect(mailing({})).toEqual({ grants: [], told: [] });
  });

  it.each(['Example <hello@mail.example.com>', 'hello@mail.example.com'])(
    'is told to who queues mails and who sends them, who alone may do so, and as nobody else: %s',
    (notificationSender) => {
      const { grants, told } = mailing({ notificationSender });
      expect(told).toHaveLength(2);
      expect(grants).toEqual([expect.objectContaining({ Action: 'ses:SendEmail', Effect: 'Allow' })]);
      expect(JSON.stringify(grants)).toMatch(/:identity\/mail\.example\.com"/);
    },
  );
});

describe('an identity provider', () => {
  const variablesOf = (template: Template): Record<string, string> =>
    Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) =>
      id.startsWith('FunctionsAuthorizer'),
    )?.[1]['Properties'].Environment.Variables;

  it('is none unless named', () => {
    expect(Object.keys(variablesOf(templateWith({}))).filter((name) => name.startsWith('OIDC_'))).toEqual([]);
  });

  it('is told to the authorizer, with the claims that are named', () => {
    const oidc = { issuer: 'https://login.example.com/', audience: 'my-app', programClaim: 'tenant' };
    const variables = variablesOf(templateWith({ oidc }));
    expect(variables).toMatchObject({
      OIDC_ISSUER: 'https://login.example.com/',
      OIDC_AUDIENCE: 'my-app',
      OIDC_PROGRAM_CLAIM: 'tenant',
    });
    expect(variables).not.toHaveProperty('OIDC_USER_CLAIM');
  });
});

describe('clicks on the bus', () => {
  const told = (settings: Partial<Settings>) =>
    Object.entries(templateWith(settings).findResources('AWS::Lambda::Function')).flatMap(
      ([id, { Properties }]) => {
        const value = Properties['Environment'].Variables['PUBLISH_CLICKS'];
        return value === undefined ? [] : [[id.replace(/Function.{8}$/, ''), value]];
      },
    );

  it('are not there unless asked for', () => {
    expect(told({})).toEqual([]);
    expect(told({ publishClicks: false })).toEqual([]);
  });

  it('are announced by who counts them', () => {
    expect(told({ publishClicks: true })).toEqual([['FunctionsCountClicks', '1']]);
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

  it('watch what was given up', () => {
    templateWith({}).hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DeadLetters',
      Threshold: 0,
      Statistic: 'Sum',
    });
  });
});

describe('limits of callers', () => {
  const variablesOf = (settings: Partial<Settings>) => {
    const functions = Object.values(templateWith(settings).findResources('AWS::Lambda::Function'));
    return functions.map(({ Properties }) => Properties['Environment'].Variables as Record<string, string>);
  };

  it('are told to every function that counts, and the header in which an edge names the address', () => {
    const rateLimits = { key: { most: 5, windowSeconds: 10 } };
    const told = variablesOf({ rateLimits, addressHeader: 'cloudfront-viewer-address' }).filter(
      (variables) => variables['RATE_LIMITS'] !== undefined,
    );
    expect(told.length).toBeGreaterThan(10);
    for (const variables of told) {
      expect(readRateLimits(variables['RATE_LIMITS'])).toEqual({ ...defaultRateLimits, ...rateLimits });
      expect(variables['ADDRESS_HEADER']).toBe('cloudfront-viewer-address');
    }
  });

  it('are the defaults unless set', () => {
    for (const variables of variablesOf({})) {
      expect(variables).not.toHaveProperty('RATE_LIMITS');
      expect(variables).not.toHaveProperty('ADDRESS_HEADER');
    }
    expect(readRateLimits(undefined)).toEqual(defaultRateLimits);
  });
});
