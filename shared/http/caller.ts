import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { accessTo, type Guard } from '../contract/access.ts';
import { isRefusal, type ProblemCode, type Refusal, refuse } from '../contract/problems.ts';
import type { Route } from '../contract/route.ts';
import {
  type Caller,
  mayCall,
  type Owner,
  type Reach,
  reaches,
  reachesAll,
  reachesProgram,
  reachOf,
} from '../domain/access/reach.ts';
import { defaultProgramId } from '../domain/programs/program.ts';
import type { Given } from './read-input.ts';

/** What the authorizer tells the functions about a caller: texts alone, as the gateway passes them on. */
export type CallerContext =
  | {
      readonly caller: 'server';
      readonly keyId: string;
      /** Separated by spaces. */
      readonly scopes: string;
      /** Ids separated by spaces, or `*`. */
      readonly programs: string;
    }
  | {
      readonly caller: 'participant';
      readonly programId: string;
      readonly userId: string;
      readonly tokenId: string;
    }
  | { readonly caller: 'nobody'; readonly because: UnknownBecause };

/** Why somebody is taken for nobody. */
export type UnknownBecause = Extract<
  ProblemCode,
  | ('missing_key' | 'invalid_key' | 'expired_key' | 'revoked_key')
  | ('invalid_token' | 'expired_token' | 'token_not_checked')
>;

/**
 * Who calls a route, if they may; undefined where anybody may. Whoever the authorizer did not vouch for is a stranger,
 * and whatever a verdict leaves out was not given.
 */
export function admit(route: Route, event: APIGatewayProxyEventV2): Caller | undefined | Refusal {
  const guard = accessTo(route);
  if (guard === 'public') return undefined;
  const caller = callerOf(event);
  if ('refused' in caller) return caller;
  const detail = whatLacks(caller, guard);
  return detail === undefined ? caller : refuse('insufficient_scope', { detail });
}

/** What a caller would need for a route; undefined where they may call it. */
function whatLacks(caller: Caller, guard: Guard): string | undefined {
  if (!mayCall(caller, guard)) {
    const isServer = caller.caller === 'server';
    return isServer ? `The key needs the scope ${guard.scope}` : `Needs an API key with ${guard.scope}`;
  }
  const isBeyond = guard.subject === 'deployment' && !reachesAll(reachOf(caller));
  return isBeyond ? 'The key needs to be for all programs' : undefined;
}

function callerOf(event: APIGatewayProxyEventV2): Caller | Refusal {
  const { authorizer } = event.requestContext as { authorizer?: { lambda?: Partial<CallerContext> } };
  const context = authorizer?.lambda;
  if (context?.caller === 'nobody') return refuse(context.because ?? 'missing_key');
  if (context?.caller === 'participant') {
    const { programId, userId, tokenId } = context;
    const isWhole = programId !== undefined && userId !== undefined && tokenId !== undefined;
    return isWhole ? { caller: 'participant', programId, userId, tokenId } : refuse('invalid_token');
  }
  if (context?.caller !== 'server' || context.keyId === undefined) return refuse('missing_key');
  const { keyId, scopes = '', programs = '' } = context;
  return {
    caller: 'server',
    keyId,
    scopes: scopes.split(' '),
    programs: programs === '*' ? '*' : programs.split(' '),
  };
}

/**
 * What an operation does so that restricted callers keep to what is theirs: it finds whose the thing is that a request
 * names by an id (undefined: there is no such thing), or `within`: it shows and changes only what is within reach.
 */
export type Confine<Request extends Given> = ((request: Request) => Promise<Owner | undefined>) | 'within';

/**
 * Refuses a call about what its caller does not reach, as if that did not exist. Whoever reaches all is asked nothing,
 * and whoever does not is refused where the operation says nothing of how it confines them.
 * Owners never change, so that what was found here still holds when the operation runs.
 */
export async function refuseForeign(
  route: Route,
  reach: Reach,
  request: Given,
  confine: Confine<Given> | undefined,
): Promise<Refusal | undefined> {
  const guard = accessTo(route);
  if (guard === 'public' || reachesAll(reach)) return undefined;
  const withheld = guard.withheld?.filter((field) => fieldOf(request.body, field) !== undefined) ?? [];
  if (reach.userId !== undefined && withheld.length > 0) {
    return refuse('insufficient_scope', { detail: `Only a server may set ${withheld.join(' and ')}` });
  }
  if (guard.subject === 'within' || guard.subject === 'deployment') {
    return confine === 'within' ? undefined : refuse('insufficient_scope');
  }
  if ('owner' in guard.subject) {
    const owner = typeof confine === 'function' ? await confine(request) : undefined;
    return owner !== undefined && reaches(reach, owner) ? undefined : refuse(guard.subject.owner);
  }
  const foreign = namedOwners(guard.subject, request).find((owner) => !reaches(reach, owner));
  if (foreign === undefined) return undefined;
  return refuse(reachesProgram(reach, foreign.programId) ? 'participant_not_found' : 'program_not_found');
}

/** A request of a participant whose query does not say whom it is about: it is themselves. */
export function aboutSelf(route: Route, reach: Reach, event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const guard = accessTo(route);
  if (guard === 'public' || reach.userId === undefined || reach.programs === '*') return event;
  if (typeof guard.subject === 'string' || 'owner' in guard.subject) return event;
  if (guard.subject.userId !== 'query.userId') return event;
  const [programId] = reach.programs;
  const own = {
    userId: reach.userId,
    ...(guard.subject.programId === 'query.programId' && { programId }),
  };
  return { ...event, queryStringParameters: { ...own, ...event.queryStringParameters } };
}

/** What of an outcome its caller is shown: a participant what the contract names for them, and no more of a refusal. */
export function shownTo(route: Route, { userId }: Reach, outcome: object): object {
  if (userId === undefined) return outcome;
  if (isRefusal(outcome)) {
    const { extra: _, ...refusal } = outcome;
    return refusal;
  }
  return (route.success.forSelf?.parse(outcome) as object | undefined) ?? outcome;
}

type NamedSubject = Extract<Guard['subject'], { programId: string }>;

/** Whose data a request names: one owner, or one for each element of a batch. */
function namedOwners(subject: NamedSubject, request: Given): Owner[] {
  const batch = subject.each === undefined ? undefined : fieldOf(request.body, subject.each);
  const parts = Array.isArray(batch) ? batch.map((body) => ({ ...request, body })) : [request];
  return parts.map((part) => ({
    programId: placed(part, subject.programId) ?? defaultProgramId,
    userId: subject.userId && placed(part, subject.userId),
  }));
}

function placed(
  request: Given,
  place: NonNullable<NamedSubject['userId' | 'programId']>,
): string | undefined {
  const [part, field] = place.split('.') as ['params' | 'query' | 'body', string];
  const value = fieldOf(request[part], field);
  return typeof value === 'string' ? value : undefined;
}

function fieldOf(value: unknown, field: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[field];
}
