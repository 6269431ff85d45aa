import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Refusal, refuse } from '../contract/problems.ts';
import type { Route } from '../contract/route.ts';

/** What the authorizer tells the functions about a caller. */
export type CallerContext =
  | { readonly caller: 'server'; readonly keyId: string; readonly scopes: string }
  | { readonly caller: 'nobody'; readonly because: 'missing_key' | 'invalid_key' };

/** Refuses a caller that the route is not for. Whoever the authorizer did not vouch for is a stranger. */
export function refuseStranger(route: Route, event: APIGatewayProxyEventV2): Refusal | undefined {
  if (route.access === 'public') return undefined;
  const context = callerOf(event);
  if (context === undefined) return refuse('missing_key');
  if (context.caller === 'nobody') return refuse(context.because);
  const scopes = context.scopes.split(' ');
  const isAllowed = scopes.includes('*') || (route.scope !== undefined && scopes.includes(route.scope));
  return isAllowed ? undefined : refuse('insufficient_scope');
}

/** The id of the API key by which a server calls. */
export function keyIdOf(event: APIGatewayProxyEventV2): string | undefined {
  const context = callerOf(event);
  return context?.caller === 'server' ? context.keyId : undefined;
}

function callerOf(event: APIGatewayProxyEventV2): CallerContext | undefined {
  const context = event.requestContext as { authorizer?: { lambda?: CallerContext } };
  return context.authorizer?.lambda;
}
