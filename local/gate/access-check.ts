import type { RequestContext } from '../iam/match-conditions.ts';

/** One thing that the caller of an operation has to be allowed to do. */
export interface AccessCheck {
  readonly action: string;
  readonly resource: string;
  /** Made only if one of the caller's policies has a condition. */
  readonly context: () => RequestContext;
}

const NO_CONTEXT: RequestContext = {};

/** A check that knows no conditions. */
export const checkOf = (
  action: string,
  resource: string,
  context: () => RequestContext = () => NO_CONTEXT,
): AccessCheck => ({
  action,
  resource,
  context,
});
