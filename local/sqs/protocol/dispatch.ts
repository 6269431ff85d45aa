import { SqsError } from '../engine/sqs-error.ts';
import type { Action, ActionContext } from './action.ts';
import { isObject } from './input.ts';
import { messageActions } from './message-actions.ts';
import { moveActions } from './move-actions.ts';
import { queueActions } from './queue-actions.ts';

const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({ ...queueActions, ...messageActions, ...moveActions }),
);
const TARGET_PREFIX = 'AmazonSQS.';

/** An answer of the AWS JSON 1.0 protocol. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers one request: `target` is its `X-Amz-Target`, `body` its JSON. */
export async function dispatch(target: string, body: string, context: ActionContext): Promise<Answer> {
  try {
    const output = await findAction(target)(parseInput(body), context);
    return { status: 200, headers: {}, body: JSON.stringify(output) };
  } catch (error) {
    return error instanceof SqsError ? refusal(error) : internalFailure();
  }
}

function findAction(target: string): Action {
  const action = target.startsWith(TARGET_PREFIX)
    ? ACTIONS.get(target.slice(TARGET_PREFIX.length))
    : undefined;
  if (action !== undefined) return action;
  throw new SqsError('UnknownOperationException', `The action ${target} is not valid for this endpoint.`);
}

function parseInput(body: string) {
  try {
    const input: unknown = JSON.parse(body === '' ? '{}' : body);
    if (isObject(input)) return input;
  } catch {
    // Answered below, as any other body that is no object.
  }
  throw new SqsError('SerializationException', 'The request is not a JSON object.');
}

function refusal({ code, queryCode, message }: SqsError): Answer {
  return {
    status: 400,
    headers: { 'x-amzn-query-error': `${queryCode};Sender` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
  };
}

function internalFailure(): Answer {
  return {
    status: 500,
    headers: { 'x-amzn-query-error': 'InternalFailure;Receiver' },
    body: JSON.stringify({
      __type: 'com.amazonaws.sqs#InternalFailure',
      message: 'The request failed on the server.',
    }),
  };
}
