import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { FunctionName } from '../functions.ts';

/** Where something is given up, and who could try it again. */
export interface FailureSource {
  /** Of the queue, or of the function that reads the stream or runs by the clock. */
  readonly name: string;
  /** Where what was given up waits to be collected. */
  readonly failures: IQueue;
  /** Tries that precede it. */
  readonly tries: number;
  /** What has it done again: the queue that gave it up, or the function. */
  readonly again:
    | { readonly queue: IQueue }
    | { readonly reader: FunctionName }
    | { readonly runs: FunctionName };
}

/** What `collect-dead-letters` is told of the failure queues. */
export function describeFailureQueues(sources: readonly FailureSource[]): object[] {
  return sources.map(({ name, failures, tries, again }) => ({
    name,
    url: failures.queueUrl,
    tries,
    ofQueue: 'queue' in again,
  }));
}

/** What `operations` is told of who does things again, by the name of the failure queue. */
export function describeRedrives(
  sources: readonly FailureSource[],
  handlerOf: (name: FunctionName) => IFunction,
  streamArn: string,
): Record<string, object> {
  const describe = ({ again }: FailureSource): object => {
    if ('queue' in again) return { queueUrl: again.queue.queueUrl };
    if ('runs' in again) return { functionArn: handlerOf(again.runs).functionArn };
    return { functionArn: handlerOf(again.reader).functionArn, streamArn };
  };
  return Object.fromEntries(sources.map((source) => [source.name, describe(source)]));
}
