/**
 * Whether the policy that an authorizer returned lets a route be called; undefined if it is no policy.
 * Conditions aren't looked at: API Gateway's authorizers seldom make any.
 */
export function policyAllows(policyDocument: unknown, routeArn: string): boolean | undefined {
  const statements = asList(readField(policyDocument, 'Statement'));
  if (statements.length === 0) return undefined;
  const effects = statements
    .filter(
      (statement) =>
        covers(statement, 'Action', 'execute-api:Invoke') && covers(statement, 'Resource', routeArn),
    )
    .map((statement) => readField(statement, 'Effect'));
  return effects.includes('Allow') && !effects.includes('Deny');
}

function covers(statement: unknown, field: string, actual: string): boolean {
  return asList(readField(statement, field)).some((pattern) => matchesWildcards(String(pattern), actual));
}

function matchesWildcards(pattern: string, actual: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(actual);
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
