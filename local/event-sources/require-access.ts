/** Whether a role may do something to a resource; the gate's answer. */
export type Authorize = (roleArn: string, action: string, resource: string) => { readonly allowed: boolean };

/**
 * Makes sure that the role of a function may do what its event source mapping does in its name.
 *
 * @throws an error that names every action that is missing
 */
export function requireAccess(
  authorize: Authorize,
  mapping: { readonly logicalId: string; readonly functionArn: string; readonly roleArn: string },
  actions: readonly string[],
  resource: string,
): void {
  const missing = actions.filter((action) => !authorize(mapping.roleArn, action, resource).allowed);
  if (missing.length === 0) return;
  throw new Error(
    `The event source mapping ${mapping.logicalId} of ${mapping.functionArn} can't use ${resource}: ` +
      `its role ${mapping.roleArn} lacks ${missing.join(', ')}`,
  );
}
