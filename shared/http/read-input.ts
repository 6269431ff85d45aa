import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { isPublic } from '../contract/access.ts';
import { mostBodyBytes } from '../contract/body-sizes.ts';
import { type FieldError, type Refusal, refuse, refuseField } from '../contract/problems.ts';
import type { Route } from '../contract/route.ts';
import type { Reach } from '../domain/access/reach.ts';
import type { Operator } from '../domain/audit.ts';
import type { System } from '../usecases/system.ts';
import { checkShape } from './check-shape.ts';
import { closestBranch, describeIssues, telling } from './describe-issues.ts';

/** An answer that names more than this would help nobody, and could outgrow what a function may answer. */
const mostErrors = 100;

type SchemaOutput<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A request, validated. */
export interface Given<R extends Route = Route> {
  readonly params: SchemaOutput<R['params']>;
  readonly query: SchemaOutput<R['query']>;
  readonly body: SchemaOutput<R['body']>;
  readonly requestId: string;
}

/** What a route's operation is given: the request, and who makes it. */
export interface Input<R extends Route = Route> extends Given<R> {
  /** How far the caller may reach. */
  readonly reach: Reach;
  /** The API key that asked, by its id; absent where anybody may. */
  readonly keyId?: string;
  /** Who asks, where the route's changes are noted in the audit log. */
  readonly operator?: Operator;
  /**
   * The clock and ids for what is made. Under an idempotency key they stand still, so that a repeat makes the same:
   * not for measuring how long something takes.
   */
  readonly system: System;
}

/** Validates a request against its route. A refusal names every field that is wrong. */
export function readInput<R extends Route>(route: R, event: APIGatewayProxyEventV2): Given<R> | Refusal {
  const body = route.body === undefined ? { value: undefined } : readBody(route, event);
  if ('refused' in body) return body;
  const parts = [
    parse(route.params, { value: { ...event.pathParameters } }),
    parse(route.query ?? (isPublic(route) ? undefined : z.strictObject({})), {
      value: event.queryStringParameters ?? {},
    }),
    parse(route.body, body),
  ];
  const errors = lastOfEachField(parts.flatMap((part) => part.errors)).slice(0, mostErrors);
  if (errors.length > 0) return refuse('invalid_request', { errors });
  const [params, query, checkedBody] = parts.map((part) => part.value);
  const { requestId } = event.requestContext;
  return { params, query, body: checkedBody, requestId } as Given<R>;
}

interface Body {
  readonly value: unknown;
  /** How the caller spells the fields that were renamed. */
  readonly spellings?: ReadonlyMap<string, string>;
}

/** A request's body as text; empty if there is none. */
export function bodyText({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string {
  return isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
}

function readBody(route: Route, event: APIGatewayProxyEventV2): Body | Refusal {
  const text = bodyText(event);
  const most = mostBodyBytes(route.operationId);
  if (Buffer.byteLength(text) > most) {
    return refuse('payload_too_large', { detail: `It may have ${most} bytes` });
  }
  if (text.trim() === '') {
    return route.bodyOptional ? { value: {} } : refuse('invalid_json', { detail: 'The body is empty' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('invalid_json');
  }
  const misshapen = checkShape(value);
  if (misshapen !== undefined) return misshapen;
  return route.snakeCase ? fromSnakeCase(value) : { value };
}

/** Takes the top-level fields in snake_case too. A field in both spellings is refused. */
function fromSnakeCase(value: unknown): Body | Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  const spellings = new Map<string, string>();
  const renamed: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const camel = name.replace(/(?<=[a-z])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (camel !== name && Object.hasOwn(value, camel)) {
      return refuseField(name, `is given as ${camel} as well`);
    }
    spellings.set(camel, name);
    renamed.push([camel, inner]);
  }
  return { value: Object.fromEntries(renamed), spellings };
}

/** One error a field: the last, since schemas check the general form first and bounds after. */
function lastOfEachField(errors: readonly FieldError[]): FieldError[] {
  return [...new Map(errors.map((error) => [error.field, error])).values()];
}

type Issues = readonly z.core.$ZodIssue[];

interface Parsed {
  readonly value: unknown;
  readonly errors: readonly FieldError[];
}

function parse(schema: z.ZodType | undefined, { value, spellings }: Body): Parsed {
  if (schema === undefined) return { value: undefined, errors: [] };
  const result = schema.safeParse(value, telling);
  if (result.success) return { value: result.data, errors: [] };
  const issues = schema instanceof z.ZodUnion ? issuesOfMeant(schema, value) : result.error.issues;
  return { value: undefined, errors: describeIssues(issues, [], spellings ?? new Map()) };
}

/** A union tells of the one form that got furthest, which need not be the one meant. */
function issuesOfMeant({ options }: z.ZodUnion, value: unknown): Issues {
  const failures = options.map((form) => (form as z.ZodType).safeParse(value, telling));
  return closestBranch(failures.map(({ error }) => error?.issues ?? []));
}
