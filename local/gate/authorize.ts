import type { Deployment } from '../deployment.ts';
import { type AccessDecision, evaluateAccess } from '../iam/evaluate-access.ts';
import type { RequestContext } from '../iam/match-conditions.ts';
import { AwsError } from '../services/aws-error.ts';
import type { ServiceName } from './read-call.ts';

/** Who calls: a function in the name of its role. */
export interface Principal {
  readonly roleArn: string;
  readonly functionName: string;
}

/** Decides whether a role may do something. */
export type Authorize = (
  roleArn: string,
  action: string,
  resource: string,
  context?: () => RequestContext,
) => AccessDecision;

/** Decides by the roles of a deployment; a role that is not in it may do nothing. */
export const createAuthorizer = ({ roles }: Deployment): Authorize => {
  const byArn = new Map(
    roles.map(({ arn, policies }) => {
      const isConditional = policies.some(({ Statement }) => Statement.some(({ Condition }) => Condition));
      return [arn, { policies, isConditional }];
    }),
  );
  return (roleArn, action, resource, context) => {
    const role = byArn.get(roleArn);
    return evaluateAccess({
      policies: role?.policies ?? [],
      action,
      resource,
      context: role?.isConditional && context ? context() : {},
    });
  };
};

/** AWS's words for a refusal, as the SDK throws them. */
export const createDenial = (
  service: ServiceName,
  { roleArn, functionName }: Principal,
  action: string,
  resource: string,
  because: AccessDecision['because'],
): AwsError => {
  const [, , , , accountId, role = ''] = roleArn.split(':');
  const who = `arn:aws:sts::${accountId}:assumed-role/${role.replace(/^role\//, '')}/${functionName}`;
  const named = service === 'sqs' ? action.toLowerCase() : action;
  const why =
    because === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${named} action`;
  const message = `User: ${who} is not authorized to perform: ${named} on resource: ${resource} ${why}`;
  return new AwsError(
    'AccessDeniedException',
    message,
    service === 'sqs' || service === 'lambda' ? 403 : 400,
  );
};
