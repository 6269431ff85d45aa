import type { Token } from './token.ts';

interface CommonOptions {
  /** Where the API answers: `https://…`, without a path. */
  readonly baseUrl: string;
  /** Milliseconds that each try of a call may take. @default 10,000 */
  readonly timeoutMs?: number;
  /** How often a call that can succeed later is tried again. @default 2 */
  readonly retries?: number;
  /** In place of the platform's own. */
  readonly fetch?: typeof fetch;
}

/** Who asks: a server by its API key, a participant by their token, or, for what is open to all, nobody. */
export type PlusoneOptions = CommonOptions &
  (
    | {
        /** A secret of your servers: never give it to a browser. */
        readonly apiKey: string;
        readonly token?: undefined;
      }
    | {
        readonly apiKey?: undefined;
        /** A participant's token, or how to get one from your server. */
        readonly token: Token;
      }
    | { readonly apiKey?: undefined; readonly token?: undefined }
  );
