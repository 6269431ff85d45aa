import { type Resource, resourceOf, targetOf } from './synth.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const names: readonly (readonly [RegExp, string])[] = [
  [/^DataTable/, 'table'],
  [/^RewardsQueue/, 'rewards'],
  [/^NoticesQueue/, 'notices'],
  [/^SecretsHash/, 'hash secret'],
  [/^SecretsHooks/, 'hook secret'],
  [/^SecretsPayoutProviders/, 'payment providers'],
  [/^SecretsFirstApiKey/, 'first key'],
  [/^EventsBus/, 'bus'],
  [/^Functions\w+Log[0-9A-F]{8}$/, 'own log'],
  [/^Functions\w+FailuresQueue/, 'own failures'],
];

/** Everything that a function's role allows, a line an action: `dynamodb:GetItem on table of CODE#*`. */
export function permissionsOf(name: string): string[] {
  const handler = resourceOf('AWS::Lambda::Function', `Functions${name}Function`);
  const role = resourceOf('AWS::IAM::Role', targetOf(handler.Properties['Role']));
  return statementsOf(role)
    .flatMap((statement) => linesOf(name, statement))
    .sort();
}

/** The statements of a role, which must all stand in it. */
export function statementsOf(role: Resource): readonly Statement[] {
  const policies: readonly { PolicyDocument: { Statement: Statement[] } }[] = role.Properties['Policies'];
  return policies.flatMap((policy) => policy.PolicyDocument.Statement);
}

function linesOf(name: string, statement: Statement): string[] {
  const where = `${nameOf(name, statement.Resource)}${keysOf(statement)}`;
  return [statement.Action].flat().map((action) => `${action} on ${where}`);
}

function nameOf(name: string, resource: unknown): string {
  if (resource === '*') return '*';
  const text = JSON.stringify(resource);
  const id = targetOf(resource);
  const known = names.find(([pattern]) => pattern.test(id))?.[1];
  if (known === undefined || (known.startsWith('own') && !id.startsWith(`Functions${name}`))) return text;
  if (text.includes('/index/lists"')) return `${known}'s lists`;
  return text.includes('StreamArn') ? `${known}'s stream` : known;
}

function keysOf({ Condition: condition }: Statement): string {
  if (condition === undefined) return '';
  const { 'ForAllValues:StringLike': like, Null: absent, ...others } = condition;
  const isGuarded = absent?.['dynamodb:LeadingKeys'] === 'false' && Object.keys(others).length === 0;
  const keys = like?.['dynamodb:LeadingKeys'];
  return isGuarded && Array.isArray(keys) ? ` of ${keys.join(' ')}` : ` if ${JSON.stringify(condition)}`;
}
