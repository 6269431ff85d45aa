import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { type FieldError, type Refusal, refuse } from '../contract/problems.ts';
import type { Route } from '../contract/route.ts';
import type { Operator } from '../domain/audit.ts';
import { describeIssue, describeIssues } from './describe-issues.ts';

const mostBodyBytes = 2 * 1024 * 1024;
/** An answer that names more than this would help nobody, and could outgrow what a function may answer. */
const mostErrors = 100;

type SchemaOutput<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a route's operation is given: the request, validated. */
export interface Input<R extends Route = Route> {
  readonly params: SchemaOutput<R['params']>;
  readonly query: SchemaOutput<R['query']>;
  readonly body: SchemaOutput<R['body']>;
  readonly requestId: string;
  /** The API key that asked, by its id; absent where anybody may. */
  readonly keyId?: string;
  /** Who asks, where the route's changes are noted in the audit log. */
  readonly operator?: Operator;
}

/** Validates a request against its route. A refusal names every field that is wrong. */
export function readInput<R extends Route>(route: R, event: APIGatewayProxyEventV2): Input<R> | Refusal {
  const body = route.body === undefined ? { value: undefined } : readBody(route, event);
  if ('refused' in body) return body;
  const parts = [
    parse(route.params, { value: { ...event.pathParameters } }),
    parse(route.query ?? (route.access === 'server' ? z.strictObject({}) : undefined), {
      value: event.queryStringParameters ?? {},
    }),
    parse(route.body, body),
  ];
  const errors = lastOfEachField(parts.flatMap((part) => part.errors)).slice(0, mostErrors);
  if (errors.length > 0) return refuse('invalid_request', { errors });
  const [params, query, checkedBody] = parts.map((part) => part.value);
  return { params, query, body: checkedBody, requestId: event.requestContext.requestId } as Input<R>;
}

interface Body {
  readonly value: unknown;
  /** How the caller spells the fields that were renamed. */
  readonly spellings?: ReadonlyMap<string, string>;
}

function readBody(route: Route, event: APIGatewayProxyEventV2): Body | Refusal {
  const text = event.isBase64Encoded
    ? Buffer.from(event.body ?? '', 'base64').toString()
    : (event.body ?? '');
  if (Buffer.byteLength(text) > mostBodyBytes) return refuse('payload_too_large');
  if (text.trim() === '') {
    return route.bodyOptional ? { value: {} } : refuse('invalid_json', { detail: 'The body is empty' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('invalid_json');
  }
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
      return refuse('invalid_request', {
        errors: [{ field: name, message: `is given as ${camel} as well` }],
      });
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

interface Parsed {
  readonly value: unknown;
  readonly errors: readonly FieldError[];
}

function parse(schema: z.ZodType | undefined, { value, spellings }: Body): Parsed {
  if (schema === undefined) return { value: undefined, errors: [] };
  const result = schema.safeParse(value, { reportInput: true, error: describeIssue });
  if (result.success) return { value: result.data, errors: [] };
  return { value: undefined, errors: describeIssues(result.error.issues, [], spellings ?? new Map()) };
}
