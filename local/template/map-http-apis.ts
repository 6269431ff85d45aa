import type { AuthorizerSpec, CorsSpec, HttpApiSpec, RouteSpec } from '../deployment.ts';
import { functionArnOf } from './map-functions.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

const mapCors = ({ read }: Resource): CorsSpec | undefined => {
  if (!read.has('CorsConfiguration')) return undefined;
  const cors = read.nested('CorsConfiguration');
  const maxAgeSeconds = cors.optionalNumber('MaxAge');
  return {
    allowOrigins: cors.texts('AllowOrigins'),
    allowMethods: cors.texts('AllowMethods'),
    allowHeaders: cors.texts('AllowHeaders'),
    exposeHeaders: cors.texts('ExposeHeaders'),
    allowCredentials: cors.flag('AllowCredentials', false),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
};

const mapAuthorizer = (stack: ResolvedStack, resource: Resource): AuthorizerSpec | undefined => {
  const { logicalId, read } = resource;
  if (read.text('AuthorizerType') !== 'REQUEST' || read.text('AuthorizerPayloadFormatVersion') !== '2.0') {
    stack.refuse(resource, 'only request authorizers of payload format 2.0 are run');
    return undefined;
  }
  return {
    logicalId,
    name: read.text('Name'),
    functionArn: functionArnOf(read.text('AuthorizerUri'), stack),
    identitySource: read.texts('IdentitySource'),
    cacheTtlMs: read.number('AuthorizerResultTtlInSeconds', 0) * 1000,
    simpleResponses: read.flag('EnableSimpleResponses', false),
  };
};

const findIntegration = (stack: ResolvedStack, route: Resource): Resource | undefined => {
  const ref = route.read.optionalText('Target')?.replace(/^integrations\//, '');
  const integration = stack
    .ofType('AWS::ApiGatewayV2::Integration')
    .find((candidate) => candidate.ref === ref);
  const isProxy =
    integration?.read.text('IntegrationType') === 'AWS_PROXY' &&
    integration.read.optionalText('PayloadFormatVersion') === '2.0' &&
    integration.read.optionalText('IntegrationUri')?.includes(':lambda:') === true;
  return isProxy ? integration : undefined;
};

/** A route whose guard is not run is left out: it must not stand open. */
const mapRoute = (stack: ResolvedStack, route: Resource): readonly RouteSpec[] => {
  const integration = findIntegration(stack, route);
  if (integration === undefined) {
    stack.refuse(route, 'only function integrations of payload format 2.0 are run');
    return [];
  }
  const guard = route.read.optionalText('AuthorizationType') ?? 'NONE';
  const authorizerRef = route.read.optionalText('AuthorizerId');
  const declared = stack.ofType('AWS::ApiGatewayV2::Authorizer').find(({ ref }) => ref === authorizerRef);
  const authorizer = declared && guard === 'CUSTOM' ? mapAuthorizer(stack, declared) : undefined;
  if (guard !== 'NONE' && authorizer === undefined) {
    stack.refuse(route, `left out, since its authorization ${guard} is not run`);
    return [];
  }
  return [
    {
      routeKey: route.read.text('RouteKey'),
      functionArn: functionArnOf(integration.read.text('IntegrationUri'), stack),
      timeoutMs: integration.read.number('TimeoutInMillis', 30_000),
      ...(authorizer === undefined ? {} : { authorizer }),
    },
  ];
};

const readStage = (
  stack: ResolvedStack,
  apiId: string,
): Pick<HttpApiSpec, 'throttle' | 'accessLogFormat'> => {
  const stages = stack.ofType('AWS::ApiGatewayV2::Stage').filter(({ read }) => read.text('ApiId') === apiId);
  const served = stages.find(({ read }) => read.text('StageName') === '$default');
  for (const stage of stages.filter((candidate) => candidate !== served)) {
    stack.refuse(stage, 'only the $default stage is served');
  }
  const settings = served?.read.nested('DefaultRouteSettings');
  const ratePerSecond = settings?.optionalNumber('ThrottlingRateLimit');
  const burst = settings?.optionalNumber('ThrottlingBurstLimit');
  const accessLogFormat = served?.read.nested('AccessLogSettings').optionalText('Format');
  return {
    ...(ratePerSecond === undefined || burst === undefined ? {} : { throttle: { ratePerSecond, burst } }),
    ...(accessLogFormat === undefined ? {} : { accessLogFormat }),
  };
};

const mapApi = (stack: ResolvedStack, api: Resource): readonly HttpApiSpec[] => {
  if (api.read.text('ProtocolType') !== 'HTTP') {
    stack.refuse(api, 'only HTTP APIs are served');
    return [];
  }
  const routes = stack
    .ofType('AWS::ApiGatewayV2::Route')
    .filter(({ read }) => read.text('ApiId') === api.ref);
  const cors = mapCors(api);
  return [
    {
      logicalId: api.logicalId,
      apiId: api.ref,
      name: api.name,
      routes: routes.flatMap((route) => mapRoute(stack, route)),
      ...(cors === undefined ? {} : { cors }),
      ...readStage(stack, api.ref),
    },
  ];
};

/** HTTP APIs with the routes that can be served as they are guarded in AWS. */
export const mapHttpApis = (stack: ResolvedStack): readonly HttpApiSpec[] =>
  stack.ofType('AWS::ApiGatewayV2::Api').flatMap((api) => mapApi(stack, api));
