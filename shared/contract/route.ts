import type * as z from 'zod';
import type { OperationId } from './access.ts';
import type { AuditActionName } from './audit-actions.ts';

/** The Lambda function that serves a route. One function serves an area: docs/decisions/0003. */
export type Area =
  | 'redirect'
  | 'docs'
  | 'snippet'
  | 'programs'
  | 'participants'
  | 'links'
  | 'clicks'
  | 'analytics'
  | 'audit'
  | 'keys'
  | 'operations'
  | 'notifications'
  | 'referrals'
  | 'events'
  | 'rewards'
  | 'payouts'
  | 'coupons'
  | 'reviews'
  | 'tokens'
  | 'webhooks';

/** A route as outsiders see it. Infrastructure, validation, OpenAPI and tests all read this. */
export type Route = RouteFacts & (Reading | Changing);

interface Reading {
  readonly method: 'GET' | 'HEAD';
  readonly audited?: undefined;
}

interface Changing {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * What the audit log says of a call that changes something: it is an operator's. False: it changes nothing, or is the
   * traffic of the customer's users, which costs no entry.
   */
  readonly audited: false | readonly AuditActionName[];
}

interface RouteFacts {
  /** `access.ts` says by it who may call. */
  readonly operationId: OperationId;
  /** Path in API Gateway's spelling: `/v1/links/{code}`, `/r/{code}/{path+}` for any number of segments. */
  readonly path: string;
  readonly area: Area;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The fields are taken in snake_case too (the front door). */
  readonly snakeCase?: true;
  /** A body can be left out. */
  readonly bodyOptional?: true;
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly schema?: z.ZodType;
    /** What a participant is shown of it: fields that are not in this form are left out. @default - all of it */
    readonly forSelf?: z.ZodType;
    /** Where the answer is no JSON: its media types. */
    readonly media?: readonly string[];
  };
  /** Codes of the problems that this route can answer with, beyond those of all routes. */
  readonly problems?: readonly import('./problems.ts').ProblemCode[];
}

/** Declares a route, keeping the exact types of its schemas. */
export function defineRoute<const R extends Route>(route: R): R {
  return route;
}

/** API Gateway's name of a route: `GET /r/{code}`. */
export function routeKey(route: Pick<Route, 'method' | 'path'>): string {
  return `${route.method} ${route.path}`;
}
