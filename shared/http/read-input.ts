import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { type FieldError, type Refusal, refuse } from '../contract/problems.ts';
import type { Route } from '../contract/route.ts';

const mostBodyBytes = 2 * 1024 * 1024;

type SchemaOutput<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a route's operation is given: the request, validated. */
export interface Input<R extends Route = Route> {
  readonly params: SchemaOutput<R['params']>;
  readonly query: SchemaOutput<R['query']>;
  readonly body: SchemaOutput<R['body']>;
  readonly requestId: string;
}

/** Validates a request against its route. A refusal names every field that is wrong. */
export function readInput<R extends Route>(route: R, event: APIGatewayProxyEventV2): Input<R> | Refusal {
  const body = route.body === undefined ? { value: undefined } : readBody(route, event);
  if ('refused' in body) return body;
  const parts = [
    parse(route.params, { ...event.pathParameters }),
    parse(
      route.query ?? (route.access === 'server' ? z.strictObject({}) : undefined),
      event.queryStringParameters ?? {},
    ),
    parse(route.body, body.value),
  ];
  const errors = parts.flatMap((part) => part.errors);
  if (errors.length > 0) return refuse('invalid_request', { errors });
  const [params, query, checkedBody] = parts.map((part) => part.value);
  return { params, query, body: checkedBody, requestId: event.requestContext.requestId } as Input<R>;
}

function readBody(route: Route, event: APIGatewayProxyEventV2): { value: unknown } | Refusal {
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
function fromSnakeCase(value: unknown): { value: unknown } | Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value };
  const renamed: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const camel = name.replace(/(?<=[a-z])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (camel !== name && Object.hasOwn(value, camel)) {
      return refuse('invalid_request', {
        errors: [{ field: name, message: `is given as ${camel} as well` }],
      });
    }
    renamed[camel] = inner;
  }
  return { value: renamed };
}

interface Parsed {
  readonly value: unknown;
  readonly errors: readonly FieldError[];
}

function parse(schema: z.ZodType | undefined, value: unknown): Parsed {
  if (schema === undefined) return { value: undefined, errors: [] };
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, errors: [] };
  return { value: undefined, errors: describeIssues(result.error.issues, []) };
}

type Issue = z.core.$ZodIssue;

function describeIssues(issues: readonly Issue[], under: readonly PropertyKey[]): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const path = [...under, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: nameOf([...path, key]), message: 'is not a known field' }));
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      return describeIssues(closestBranch(issue.errors), path);
    }
    if (
      issue.code === 'invalid_type' &&
      issue.input === undefined &&
      issue.message.startsWith('Invalid input')
    ) {
      return [{ field: nameOf(path), message: 'is needed' }];
    }
    return [{ field: nameOf(path), message: issue.message }];
  });
}

/** Of the forms that an input may have, the one that it misses by least. */
function closestBranch(branches: readonly Issue[][]): readonly Issue[] {
  const distance = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 10 * issue.keys.length : 1), 0);
  return [...branches].sort((a, b) => distance(a) - distance(b))[0] ?? [];
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'body' : path.map(String).join('.');
}
