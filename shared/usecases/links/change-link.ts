import { type Refusal, refuse } from '../../contract/problems.ts';
import { isAllowedDestination } from '../../domain/links/destination.ts';
import type { Link } from '../../domain/links/link.ts';
import type { Program } from '../../domain/programs/program.ts';

export interface ChangeLinkPorts {
  findLink(code: string): Promise<Link | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  changeLink(code: string, change: LinkChange): Promise<Link | undefined>;
}

export interface LinkChange {
  readonly destination?: string | undefined;
  readonly status?: Link['status'] | undefined;
}

/** Changes where a link leads, or takes it out of use and back. */
export async function changeLink(
  ports: ChangeLinkPorts,
  code: string,
  change: LinkChange,
): Promise<Link | Refusal> {
  const link = await ports.findLink(code);
  if (link === undefined) return refuse('code_not_found');
  if (change.destination !== undefined) {
    const program = await ports.findProgram(link.programId);
    if (!isAllowedDestination(change.destination, program?.destinationHosts ?? [])) {
      return refuse('destination_not_allowed', {
        errors: [{ field: 'destination', message: 'must lead to one of the hosts of the program' }],
      });
    }
  }
  return (await ports.changeLink(code, change)) ?? refuse('code_not_found');
}
