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
  [/^NotificationsQueue/, 'notifications'],
  [/^WebhooksQueue/, 'webhooks'],
  [/^SlowWebhooksQueue/, 'slow webhooks'],
  [/^SecretsHash/, 'hash secret'],
  [/^SecretsHooks/, 'hook secret'],
  [/^SecretsContacts/, 'contact secret'],
  [/^SecretsPayoutProviders/, 'payment providers'],
  [/^SecretsFirstApiKey/, 'first key'],
  [/^SecretsSigning/, 'signing keys'],
  [/^SecretsWebhooks/, 'webhook key'],
  [/^EventsBus/, 'bus'],
  [/^Functions\w+Log[0-9A-F]{8}$/, 'own log'],
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
  if (id.startsWith(`FunctionsFailures${name}Queue`)) return 'own failures';
  if (Array.isArray(resource)) return resource.map((one) => nameOf(name, one)).join(', ');
  const known = names.find(([pattern]) => pattern.test(id))?.[1] ?? failuresIn(id);
  if (known === undefined || (known.startsWith('own') && !id.startsWith(`Functions${name}`))) return text;
  if (text.includes('/index/lists"')) return `${known}'s lists`;
  return text.includes('StreamArn') ? `${known}'s stream` : known;
}

/** The failure queue of a queue or function, by its name in the template. */
function failuresIn(id: string): string | undefined {
  const [, functions, queue] = /^(?:FunctionsFailures(\w+)|(\w+)DeadLetters)Queue[0-9A-F]{8}$/.exec(id) ?? [];
  return functions === undefined && queue === undefined ? undefined : `failures of ${functions ?? queue}`;
}

function keysOf({ Condition: condition }: Statement): string {
  if (condition === undefined) return '';
  const { 'ForAllValues:StringLike': like, Null: absent, ...others } = condition;
  const isGuarded = absent?.['dynamodb:LeadingKeys'] === 'false' && Object.keys(others).length === 0;
  const keys = like?.['dynamodb:LeadingKeys'];
  return isGuarded && Array.isArray(keys) ? ` of ${keys.join(' ')}` : ` if ${JSON.stringify(condition)}`;
}
