import type { SqsEngine } from '../engine/sqs-engine.ts';
import type { Input } from './input.ts';

/** What an action has besides its input. */
export interface ActionContext {
  readonly engine: SqsEngine;
  /** Base of queue URLs, without a slash at its end. */
  readonly baseUrl: string;
  /** Aborted when the client has hung up. */
  readonly signal: AbortSignal;
}

/** One operation of the API: from the request's JSON to the answer's. */
export type Action = (input: Input, context: ActionContext) => object | Promise<object>;
