import type { Result } from './result.ts';

/** What can be said of a single call. */
export interface CallOptions {
  /** Ends the call, its retries and the waiting between them: the error's code is then `aborted`. */
  readonly signal?: AbortSignal;
  /** Milliseconds that each try may take. @default that of the client */
  readonly timeoutMs?: number;
  /** How often to try again. @default that of the client */
  readonly retries?: number;
  /**
   * Of a `POST`: by what the service knows a repeat. Give your own, such as the id of a job, where the repeat can come
   * from another process.
   * @default a random one, the same for all tries of a call
   */
  readonly idempotencyKey?: string;
  /** Headers to send beside those of the client. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A file in place of JSON. */
export interface Download {
  /** Its bytes, with their media type as `content.type`. */
  readonly content: Blob;
  /** Where a list comes in several files: the `cursor` of the next. */
  readonly nextCursor?: string;
}

/** Where a referral link leads. */
export interface Redirection {
  readonly status: number;
  readonly location: string;
}

/** A method of the client. What a list takes may be left out altogether. */
export type Method<Input, Data> =
  Record<never, never> extends Input
    ? (input?: Input, options?: CallOptions) => Promise<Result<Data>>
    : (input: Input, options?: CallOptions) => Promise<Result<Data>>;

/** A method that reads a page of a list. */
export type ListMethod<Input, Data, Item> = Method<Input, Data> & {
  /**
   * Reads on from page to page, as far as the loop goes.
   * @throws PlusoneError where a page cannot be read
   */
  readonly all: Record<never, never> extends Input
    ? (input?: Input, options?: CallOptions) => AsyncIterableIterator<Item>
    : (input: Input, options?: CallOptions) => AsyncIterableIterator<Item>;
};

/** The same methods, which give their data and throw where they fail. */
export type OrThrow<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...given: infer Given) => Promise<Result<infer Data>>
    ? ((...given: Given) => Promise<Data>) & Pick<Api[Name], Extract<keyof Api[Name], 'all'>>
    : OrThrow<Api[Name]>;
};
