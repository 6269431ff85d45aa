/**
 * The condition that attributes are as they were read, so that what is noted of a change is what it changed.
 *
 * @param names of attributes; the names `#‹name›` must be given with the expression
 */
export function asRead(
  read: Readonly<Record<string, unknown>>,
  names: readonly string[],
): { readonly condition: string; readonly values: Readonly<Record<string, unknown>> } {
  const there = names.filter((name) => read[name] !== undefined);
  const terms = names.map((name) =>
    read[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}_read`,
  );
  return {
    condition: ['attribute_exists(pk)', ...terms].join(' AND '),
    values: Object.fromEntries(there.map((name) => [`:${name}_read`, read[name]])),
  };
}
