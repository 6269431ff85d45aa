import type * as z from 'zod';
import type { OperationId } from '../access.ts';
import type { Route } from '../route.ts';

/** A call of a route as the documentation shows it: what is sent, and what is answered. */
export interface Example {
  readonly operationId: OperationId;
  readonly body?: unknown;
  readonly answer?: unknown;
  /** Where the answer is no JSON: its text by media type. */
  readonly texts?: Readonly<Record<string, string>>;
}

type Sent<R> = R extends { readonly body: infer Body extends z.ZodType }
  ? { readonly body: z.input<Body> }
  : unknown;
type Answered<R> = R extends { readonly success: { readonly schema: infer Schema extends z.ZodType } }
  ? { readonly answer: z.output<Schema> }
  : R extends { readonly success: { readonly media: readonly (infer Media extends string)[] } }
    ? { readonly texts?: Readonly<Partial<Record<Media, string>>> }
    : unknown;

/** Declares the example of a route, held to the types of its contract. */
export function exampleOf<const R extends Route>(route: R, call: Sent<R> & Answered<R>): Example {
  return Object.assign({ operationId: route.operationId }, call);
}
