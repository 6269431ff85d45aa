export type * from './api.ts';
export type { CallOptions, Download, ListMethod, Method, OrThrow, Redirection } from './call.ts';
export type { PlusoneOptions } from './options.ts';
export { Plusone } from './plusone.ts';
export type { FieldError, ProblemCode } from './problems.ts';
export {
  type CallError,
  type ClientErrorCode,
  type ErrorCode,
  PlusoneError,
  type Result,
  unwrap,
} from './result.ts';
export type { Token } from './token.ts';
