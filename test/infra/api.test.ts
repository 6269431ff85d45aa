import { describe, expect, it } from 'vitest';
import { isPublic } from '../../shared/contract/access.ts';
import { routeKey } from '../../shared/contract/route.ts';
import { routes } from '../../shared/contract/routes.ts';
import { resourceOf, resourcesOf, synthesize, targetOf } from './support/synth.ts';

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

describe('routes', () => {
  const declared = new Map(
    resourcesOf('AWS::ApiGatewayV2::Route').map(({ Properties }) => [Properties['RouteKey'], Properties]),
  );

  it('are those of the contract, HEAD for what anybody may get, and no others', () => {
    const open = routes.filter((route) => route.method === 'GET' && isPublic(route));
    const heads = open.map((route) => routeKey({ ...route, method: 'HEAD' }));
    const all = new Set(['$default', ...routes.map(routeKey), ...heads]);
    expect([...declared.keys()].sort()).toEqual([...all].sort());
    for (const key of heads) {
      expect(declared.get(key)?.['AuthorizationType']).toBe('NONE');
      expect(declared.get(key)?.['Target']).toEqual(declared.get(key.replace('HEAD', 'GET'))?.['Target']);
    }
  });

  it('end in a problem of our own where there is none', () => {
    const integration = synthesize().Resources[targetOf(declared.get('$default')?.['Target'])];
    expect(targetOf(integration?.Properties['IntegrationUri'])).toMatch(/^FunctionsDocsFunction/);
  });

  it.each(routes.map((route) => [routeKey(route), route] as const))('%s', (key, route) => {
    const properties = declared.get(key);
    const integration = synthesize().Resources[targetOf(properties?.['Target'])];
    const area = capitalized(route.area);
    expect(targetOf(integration?.Properties['IntegrationUri'])).toMatch(
      new RegExp(`^Functions${area}Function`),
    );
    const authorized = !isPublic(route)
      ? {
          AuthorizationType: 'CUSTOM',
          AuthorizerId: { Ref: resourceOf('AWS::ApiGatewayV2::Authorizer').id },
        }
      : { AuthorizationType: 'NONE' };
    expect(properties).toMatchObject(authorized);
    expect(properties?.['AuthorizerId'] === undefined).toBe(isPublic(route));
  });

  it('need one integration and one permission an area', () => {
    const areas = new Set(routes.map(({ area }) => area)).size;
    expect(resourcesOf('AWS::ApiGatewayV2::Integration')).toHaveLength(areas);
    expect(resourcesOf('AWS::Lambda::Permission')).toHaveLength(areas + 1);
  });
});

describe('authorizer', () => {
  it('is asked about every request, also one without a key', () => {
    const { Properties } = resourceOf('AWS::ApiGatewayV2::Authorizer');
    expect(Properties).not.toHaveProperty('IdentitySource');
    expect(Properties).toMatchObject({
      AuthorizerResultTtlInSeconds: 0,
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
    });
  });
});

describe('stage', () => {
  it('logs no address, no query and no path', () => {
    const { AccessLogSettings } = resourceOf('AWS::ApiGatewayV2::Stage').Properties;
    const line = JSON.parse(AccessLogSettings.Format);
    expect(line).toMatchObject({
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      latency: '$context.responseLatency',
    });
    expect(AccessLogSettings.Format).not.toMatch(/sourceIp|identity|\.path|query|userAgent/i);
  });

  it('answers payload format 2.0 at the root of its address', () => {
    expect(resourceOf('AWS::ApiGatewayV2::Stage').Properties['StageName']).toBe('$default');
    for (const { Properties } of resourcesOf('AWS::ApiGatewayV2::Integration')) {
      expect(Properties['PayloadFormatVersion']).toBe('2.0');
    }
  });
});
