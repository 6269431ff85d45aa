import { type Api, calls } from './api.ts';
import type { CallOptions, OrThrow } from './call.ts';
import type { Call } from './describe-call.ts';
import { iterate } from './iterate.ts';
import type { PlusoneOptions } from './options.ts';
import { type Result, unwrap } from './result.ts';
import { createSender, type Send } from './send.ts';

/** A client: every route is a method. Connections are those of `fetch`, which keeps them open. */
export type Plusone = Api & {
  /** The same methods, which give their data and throw `PlusoneError` where they fail. */
  readonly orThrow: OrThrow<Api>;
};

type Run = (call: Call, input: Input | undefined, options: CallOptions | undefined) => Promise<unknown>;
type Input = Readonly<Record<string, unknown>>;

/** Makes a client. It holds no connection and no timer: nothing has to be closed. @throws TypeError if `baseUrl` is no address */
export const Plusone: new (options: PlusoneOptions) => Plusone = class {
  constructor(options: PlusoneOptions) {
    const send = createSender(options);
    const orThrow: Run = async (call, input, more) => unwrap(await send(call, input, more));
    Object.assign(this, bind(calls, send, send), { orThrow: bind(calls, orThrow, send) });
  }
} as unknown as new (
  options: PlusoneOptions,
) => Plusone;

/** Makes methods of a tree of calls. */
function bind(tree: object, run: Run, send: Send): object {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => [
      name,
      isCall(value) ? bindCall(value, run, send) : bind(value as object, run, send),
    ]),
  );
}

const isCall = (value: object): value is Call => 'key' in value;

function bindCall(call: Call, run: Run, send: Send): object {
  const method = (input?: Input, options?: CallOptions) => run(call, input, options);
  const { items } = call;
  if (items === undefined) return method;
  const all = (input?: Input, options?: CallOptions) =>
    iterate(items, (cursor) => {
      const page = cursor === undefined ? input : { ...input, cursor };
      return send(call, page, options) as Promise<Result<Readonly<Record<string, unknown>>>>;
    });
  return Object.assign(method, { all });
}
