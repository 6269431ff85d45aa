import type { PolicyDocument, PolicyStatement, RoleSpec } from '../deployment.ts';
import { expandManagedPolicy } from './managed-policies.ts';
import { asRecord, type PropertyReader } from './read-properties.ts';
import type { ResolvedStack, Resource } from './resolve-stack.ts';

const EFFECTS: readonly unknown[] = ['Allow', 'Deny'] satisfies readonly PolicyStatement['Effect'][];

const isStatement = (value: unknown): value is PolicyStatement =>
  EFFECTS.includes(asRecord(value, 'Statement')['Effect']);

const readPolicy = (owner: PropertyReader, where: string): PolicyDocument => {
  const { Version, Statement } = owner.nested('PolicyDocument').all;
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  const checked = statements.filter(isStatement);
  if (checked.length !== statements.length) throw new Error(`${where}: a policy statement has no effect`);
  return { ...(typeof Version === 'string' ? { Version } : {}), Statement: checked };
};

const attachedPolicies = (stack: ResolvedStack, role: Resource): readonly PolicyDocument[] => [
  ...stack
    .ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')
    .filter(({ read }) => read.texts('Roles').includes(role.ref))
    .map(({ read, logicalId }) => readPolicy(read, logicalId)),
  ...stack
    .ofType('AWS::IAM::RolePolicy')
    .filter(({ read }) => read.text('RoleName') === role.ref)
    .map(({ read, logicalId }) => readPolicy(read, logicalId)),
];

const managedPolicies = (stack: ResolvedStack, role: Resource): readonly PolicyDocument[] =>
  role.read.texts('ManagedPolicyArns').flatMap((arn) => {
    const own = stack.ofType('AWS::IAM::ManagedPolicy').find((policy) => policy.arn === arn);
    const policy = own ? readPolicy(own.read, own.logicalId) : expandManagedPolicy(arn);
    if (policy !== undefined) return [policy];
    stack.refuse(role, `managed policy ${arn} is not known, so it grants nothing`);
    return [];
  });

/** Roles with everything that is attached to them. */
export const mapRoles = (stack: ResolvedStack): readonly RoleSpec[] =>
  stack.ofType('AWS::IAM::Role').map((role) => ({
    logicalId: role.logicalId,
    arn: role.arn,
    policies: [
      ...role.read.nestedList('Policies').map((policy) => readPolicy(policy, role.logicalId)),
      ...managedPolicies(stack, role),
      ...attachedPolicies(stack, role),
    ],
  }));
