import type { PolicyDocument, PolicyStatement } from '../deployment.ts';
import { matchConditions, type RequestContext } from './match-conditions.ts';
import { matchAction, matchGlob } from './match-glob.ts';

/** One question to the policies of a principal. */
export interface AccessRequest {
  readonly policies: readonly PolicyDocument[];
  /** `service:Action`. */
  readonly action: string;
  /** ARN, or `*` for what has none. */
  readonly resource: string;
  readonly context: RequestContext;
}

export interface AccessDecision {
  readonly allowed: boolean;
  readonly because: 'allowed' | 'explicit-deny' | 'implicit-deny';
  /** Condition operators that are not known here: their statements allow nothing, and deny. */
  readonly unknownOperators: readonly string[];
}

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

const coversAction = ({ Action, NotAction }: PolicyStatement, action: string): boolean => {
  if (Action !== undefined) return listOf(Action).some((pattern) => matchAction(pattern, action));
  return NotAction !== undefined && !listOf(NotAction).some((pattern) => matchAction(pattern, action));
};

const coversResource = ({ Resource, NotResource }: PolicyStatement, resource: string): boolean => {
  if (Resource !== undefined) return listOf(Resource).some((pattern) => matchGlob(pattern, resource));
  return NotResource !== undefined && !listOf(NotResource).some((pattern) => matchGlob(pattern, resource));
};

/** Decides as IAM does for identity policies: a deny wins, and what nobody allows is denied. */
export const evaluateAccess = ({ policies, action, resource, context }: AccessRequest): AccessDecision => {
  const unknownOperators: string[] = [];
  let allowed = false;
  for (const statement of policies.flatMap((policy) => policy.Statement)) {
    if (!coversAction(statement, action) || !coversResource(statement, resource)) continue;
    const result = matchConditions(statement.Condition, context);
    if (result === 'unmet') continue;
    if (typeof result === 'object') unknownOperators.push(result.unknown);
    if (statement.Effect === 'Deny') return { allowed: false, because: 'explicit-deny', unknownOperators };
    allowed ||= result === 'met';
  }
  return { allowed, because: allowed ? 'allowed' : 'implicit-deny', unknownOperators };
};
