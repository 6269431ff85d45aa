import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnAuthorizer,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { isPublic } from '../../shared/contract/access.ts';
import type { Area, Route } from '../../shared/contract/route.ts';
import type { Settings } from '../settings.ts';
import { pascalCase } from './pascal-case.ts';

/** What the API needs before it has routes. */
export interface PlusoneApiProps {
  readonly settings: Pick<Settings, 'corsOrigins' | 'logRetention' | 'throttleBurst' | 'throttleRate'>;
}

/** The functions behind the routes. */
export interface RouteTargets {
  readonly areas: Readonly<Record<Area, IFunction>>;
  readonly authorizer: IFunction;
}

/** The fields of a line of the request log. No address, query or path: paths carry the ids of users. */
const accessLogLine = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  authorizerLatency: '$context.authorizer.latency',
  error: '$context.error.responseType',
});

/** The HTTP API with its `$default` stage. Its routes come by `addRoutes`, once there are functions for them. */
export class PlusoneApi extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: PlusoneApiProps) {
    super(scope, id);
    const { settings } = props;
    this.api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      ...(settings.corsOrigins.length > 0 ? { corsPreflight: cors(settings.corsOrigins) } : {}),
    });
    const log = new LogGroup(this, 'AccessLog', {
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(accessLogLine),
      },
    });
  }

  /** Declares every route of the contract. */
  addRoutes(routes: readonly Route[], targets: RouteTargets): void {
    const authorizer = this.addAuthorizer(targets.authorizer);
    const integrations = new Map<Area, AreaIntegration>();
    for (const route of routes) {
      const integration = integrations.get(route.area) ?? this.addIntegration(route.area, targets);
      integrations.set(route.area, integration);
      if (isPublic(route)) this.addPublic(route, integration, routes);
      else this.addRoute(route, integration, authorizer);
    }
    this.answerElsewhere(integrations.get('docs') ?? this.addIntegration('docs', targets));
  }

  private addRoute(
    { operationId, method, path }: Pick<Route, 'method' | 'path'> & { readonly operationId: string },
    integration: AreaIntegration,
    authorizer?: IHttpRouteAuthorizer,
  ): HttpRoute {
    return new HttpRoute(this.api, pascalCase(operationId), {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(path, HttpMethod[method]),
      integration,
      ...(authorizer && { authorizer }),
    });
  }

  /** What anybody may get can be asked for its headers alone as well, as monitors and caches do. */
  private addPublic(route: Route, integration: AreaIntegration, routes: readonly Route[]): void {
    acknowledgePublic(this.addRoute(route, integration));
    const head = { ...route, operationId: `${route.operationId}Head`, method: 'HEAD' } as const;
    const isOwn = routes.some(({ method, path }) => method === 'HEAD' && path === route.path);
    if (route.method === 'GET' && !isOwn) acknowledgePublic(this.addRoute(head, integration));
  }

  /** The gateway's own 404 is no problem document: `docs` tells in ours that there is nothing at an address. */
  private answerElsewhere(integration: AreaIntegration): void {
    acknowledgePublic(
      new HttpRoute(this.api, 'Elsewhere', {
        httpApi: this.api,
        routeKey: HttpRouteKey.DEFAULT,
        integration,
      }),
    );
  }

  private addIntegration(area: Area, targets: RouteTargets): AreaIntegration {
    // Any stage, any route: `$default` has one segment where others have a method and a path.
    this.allowCalling(targets.areas[area], '*/*');
    return new AreaIntegration(pascalCase(area), targets.areas[area]);
  }

  /**
   * Without an identity source the gateway always asks the function, and a request without a key is answered in
   * our own words. Nor may the gateway keep its answers: the function knows for how long they hold.
   */
  private addAuthorizer(handler: IFunction): IHttpRouteAuthorizer {
    const authorizer = new CfnAuthorizer(this, 'ApiKeys', {
      apiId: this.api.apiId,
      name: 'api-keys',
      authorizerType: 'REQUEST',
      authorizerPayloadFormatVersion: '2.0',
      authorizerResultTtlInSeconds: 0,
      authorizerUri: invocationUri(handler),
      enableSimpleResponses: true,
    });
    this.allowCalling(handler, `authorizers/${authorizer.ref}`);
    return {
      bind: () => ({ authorizerId: authorizer.ref, authorizationType: 'CUSTOM' }),
    };
  }

  private allowCalling(handler: IFunction, what: string): void {
    handler.addPermission('FromHttpApi', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: what,
      }),
    });
  }
}

/** One permission lets the API call an area's function, where the original would make one for each route. */
class AreaIntegration extends HttpLambdaIntegration {
  protected override completeBind(): void {}
}

function invocationUri(handler: IFunction): string {
  const { partition, region } = Stack.of(handler);
  const path = `path/2015-03-31/functions/${handler.functionArn}/invocations`;
  return `arn:${partition}:apigateway:${region}:lambda:${path}`;
}

function acknowledgePublic(route: HttpRoute): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'Open to all by contract: visitors who follow a link, readers of the documentation, and the lost.',
  });
}

function cors(origins: readonly string[]) {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.ANY],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
    exposeHeaders: [
      'content-disposition',
      'idempotency-replayed',
      'plusone-next-cursor',
      'ratelimit',
      'ratelimit-policy',
      'retry-after',
    ],
    maxAge: Duration.hours(1),
  };
}
