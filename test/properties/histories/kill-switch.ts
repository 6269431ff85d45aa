import {
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../shared/table/client.ts';

/**
 * What befalls one AWS call of a function:
 * `before`: the function dies before the call is sent; `after`: the call is done, and the function dies before the
 * answer comes; `conflict`: another transaction stands in the way; `throttled`: the service refuses;
 * `resent`: the answer is lost and the SDK sends the same call again.
 */
export type Fault = 'before' | 'after' | 'conflict' | 'throttled' | 'resent';

export const faults: readonly Fault[] = ['before', 'after', 'conflict', 'throttled', 'resent'];

/** @property call counts from 1 */
export interface Fate {
  readonly call: number;
  readonly fault: Fault;
}

/** Decides when a call of one of several functions at work at once may go. */
export interface Gate {
  pass<Value>(call: () => Promise<Value>): Promise<Value>;
}

export const openGate: Gate = { pass: (call) => call() };

/** Thrown into a function that has been killed. */
export class Killed extends Error {}

interface Around<Value> {
  readonly send: () => Promise<Value>;
  readonly conflict: () => Error;
}

export interface KillSwitch {
  around<Value>(call: Around<Value>): Promise<Value>;
  /** Calls made so far, those after the death left out. */
  calls(): number;
  /** Waits until none of the calls is under way, so that a dead function does nothing any more. */
  settled(): Promise<void>;
}

/** One for each run of a function. */
export function createKillSwitch(fate: Fate | undefined, gate: Gate = openGate): KillSwitch {
  let calls = 0;
  let dead = false;
  const underWay = new Set<Promise<unknown>>();

  const die = (): never => {
    dead = true;
    throw new Killed(`at call ${fate?.call}, ${fate?.fault}`);
  };
  const attempt = async <Value>({ send, conflict }: Around<Value>): Promise<Value> => {
    if (dead) return die();
    calls++;
    const fault = calls === fate?.call ? fate.fault : undefined;
    if (fault === 'before') return die();
    if (fault === 'conflict') throw conflict();
    if (fault === 'throttled') throw throttled();
    const value = await send();
    if (fault === 'after' || dead) return die();
    return fault === 'resent' ? send() : value;
  };
  return {
    around(call) {
      const running = gate.pass(() => attempt(call));
      underWay.add(running);
      const forget = () => underWay.delete(running);
      running.then(forget, forget);
      return running;
    },
    calls: () => calls,
    async settled() {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };
}

export function throttled(): Error {
  return new ProvisionedThroughputExceededException({ message: 'too fast', $metadata: {} });
}

type Send = DynamoDBDocumentClient['send'];

/** The table as a function sees it whose calls the switch watches. */
export function watchTable(table: Table, killSwitch: KillSwitch): Table {
  let sent = 0;
  const send = (command: Parameters<Send>[0]): Promise<object> => {
    sent++;
    // What the SDK does to every transaction, so that sending it twice is one.
    if (command instanceof TransactWriteCommand) command.input.ClientRequestToken ??= `${token()}-${sent}`;
    return killSwitch.around({
      send: () => table.documents.send(command),
      conflict: () => conflictOf(command),
    });
  };
  const documents: DynamoDBDocumentClient = Object.create(table.documents, { send: { value: send } });
  return { name: table.name, documents };
}

let tokens = 0;
function token(): string {
  return `token-${process.pid}-${++tokens}`;
}

/** What DynamoDB answers where another transaction is at work on an item. Reads are throttled instead. */
function conflictOf(command: object): Error {
  if (command instanceof GetCommand || command instanceof QueryCommand || command instanceof ScanCommand) {
    return throttled();
  }
  if (!(command instanceof TransactWriteCommand)) {
    return new TransactionConflictException({ message: 'conflict', $metadata: {} });
  }
  const items = command.input.TransactItems ?? [];
  const CancellationReasons = items.map((_, index) => ({
    Code: index === items.length - 1 ? 'TransactionConflict' : 'None',
  }));
  return new TransactionCanceledException({ message: 'conflict', $metadata: {}, CancellationReasons });
}
