import type * as z from 'zod';
import { type Refusal, refuse } from '../contract/problems.ts';
import { describeIssues, telling } from './describe-issues.ts';

/**
 * Validates what a request and what stands come to together. A refusal names every field that is wrong, as the request
 * would have it.
 */
export function readWhole<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> | Refusal {
  const result = schema.safeParse(value, telling);
  if (result.success) return result.data;
  return refuse('invalid_request', { errors: describeIssues(result.error.issues, [], new Map()) });
}
