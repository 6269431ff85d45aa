import type * as z from 'zod';
import type { Route } from '../shared/contract/route.ts';
import type { Download, ListMethod, Method, Redirection } from './call.ts';

/** How the answer of a call is read. */
export type Reading = 'json' | 'file' | 'redirect';

/** A route as the client needs it when it runs. */
export interface Call {
  /** Method and path in API Gateway's spelling: `GET /v1/links/{code}`. */
  readonly key: string;
  readonly reading: Reading;
  /** Of a list: the field of a page that holds the items. */
  readonly items?: string;
  /** What it sends has ids of its own, by which the service knows a repeat: another key would cost it two writes. */
  readonly hasIds?: true;
  /** What it takes away is not there for a repeat, which would be told so. */
  readonly takesAway?: true;
}

/** A call with the method that it becomes, which exists for the compiler alone. */
export interface TypedCall<AsMethod> extends Call {
  readonly method?: AsMethod;
}

type KeyOf<R extends Route> = `${R['method']} ${R['path']}`;
type Given<S> = S extends z.ZodType ? z.input<S> : unknown;
/** In one object. What zod makes a number of, whatever it is given, is given as one. */
type Flat<T> = T extends unknown
  ? { [Name in keyof T]: unknown extends T[Name] ? number | undefined : T[Name] }
  : never;
/** Path parameters, query and body together: no route has a name twice. */
type InputOf<R extends Route> = Flat<Given<R['params']> & Given<R['query']> & Given<R['body']>>;
type DataOf<R extends Route> = R['success'] extends { readonly schema: infer S extends z.ZodType }
  ? z.output<S>
  : never;
type ItemOf<Data, Items extends keyof Data> = Data[Items] extends readonly (infer Item)[] ? Item : never;

/** A route that answers with JSON. */
export const call = <R extends Route>(key: KeyOf<R>): TypedCall<Method<InputOf<R>, DataOf<R>>> => ({
  key,
  reading: 'json',
});

/** The same, of a route that knows a repeat by the ids in what it is sent. */
export const callById = <R extends Route>(key: KeyOf<R>): TypedCall<Method<InputOf<R>, DataOf<R>>> => ({
  ...call<R>(key),
  hasIds: true,
});

/** A route that takes away what it names. */
export const takeAway = <R extends Route>(key: KeyOf<R>): TypedCall<Method<InputOf<R>, DataOf<R>>> => ({
  ...call<R>(key),
  takesAway: true,
});

/** A route that answers with a page of a list, whose items are in this field. */
export const list = <R extends Route, Items extends keyof DataOf<R> & string>(
  key: KeyOf<R>,
  items: Items,
): TypedCall<ListMethod<InputOf<R>, DataOf<R>, ItemOf<DataOf<R>, Items>>> => ({
  key,
  reading: 'json',
  items,
});

/** A route that answers with a file. */
export const file = <R extends Route>(key: KeyOf<R>): TypedCall<Method<InputOf<R>, Download>> => ({
  key,
  reading: 'file',
});

/** A route that leads elsewhere. */
export const redirect = <R extends Route>(key: KeyOf<R>): TypedCall<Method<InputOf<R>, Redirection>> => ({
  key,
  reading: 'redirect',
});

/** The methods that a tree of calls becomes. */
export type Methods<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends TypedCall<infer AsMethod>
    ? AsMethod
    : Methods<Calls[Name]>;
};
