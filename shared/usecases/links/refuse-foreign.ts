import { type Refusal, refuse } from '../../contract/problems.ts';
import { foreignDestinations } from '../../domain/links/destination.ts';

/** Refuses destinations outside a program's hosts with `destination_not_allowed`, naming their fields. */
export function refuseForeign(
  wishes: Parameters<typeof foreignDestinations>[0],
  hosts: readonly string[],
): Refusal | undefined {
  const errors = foreignDestinations(wishes, hosts);
  return errors.length === 0 ? undefined : refuse('destination_not_allowed', { errors });
}
