import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Area, Route } from '../../shared/contract/route.ts';
import type { Settings } from '../settings.ts';

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
    const authorizer = serverAuthorizer(targets.authorizer);
    const integrations = new Map<Area, HttpLambdaIntegration>();
    for (const route of routes) {
      const integration =
        integrations.get(route.area) ??
        // One permission an area, not one a route.
        new HttpLambdaIntegration(route.area, targets.areas[route.area], { scopePermissionToRoute: false });
      integrations.set(route.area, integration);
      const declared = new HttpRoute(this.api, route.operationId, {
        httpApi: this.api,
        routeKey: HttpRouteKey.with(route.path, HttpMethod[route.method]),
        integration,
        ...(route.access === 'server' ? { authorizer } : {}),
      });
      if (route.access === 'public') acknowledgePublic(declared);
    }
  }
}

/**
 * Without an identity source the gateway always asks the function, and a request without a key is answered in our
 * own words. Nor may the gateway keep its answers: the function knows for how long they hold.
 */
function serverAuthorizer(handler: IFunction): HttpLambdaAuthorizer {
  return new HttpLambdaAuthorizer('ApiKeys', handler, {
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    identitySource: [],
    resultsCacheTtl: Duration.seconds(0),
  });
}

function acknowledgePublic(route: HttpRoute): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'The contract opens this route to all: visitors who follow a link, and readers of the documentation.',
  });
}

function cors(origins: readonly string[]) {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.ANY],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
    maxAge: Duration.hours(1),
  };
}
