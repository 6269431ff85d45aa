/** Where what was given up waits. The deployment tells of each. */
export interface FailureQueue {
  /** Of the queue, or of the function that reads the stream or runs by the clock. */
  readonly name: string;
  readonly url: string;
  /** Tries that precede a dead letter. */
  readonly tries: number;
  /** Of a queue's messages; else Lambda or the scheduler says why it gave up. */
  readonly ofQueue: boolean;
}

/** What has it done again: the queue that gave it up, the reader of the stream, or what runs by the clock. */
export type Redrive =
  | { readonly queueUrl: string }
  | { readonly functionArn: string; readonly streamArn?: string };

/** By the name of the failure queue. */
export type Redrives = Readonly<Record<string, Redrive>>;
