import { type Refusal, refuse } from '../../contract/problems.ts';
import type { Link, LinkChange } from '../../domain/links/link.ts';
import type { Program } from '../../domain/programs/program.ts';
import { refuseForeign } from './refuse-foreign.ts';

export interface ChangeLinkPorts {
  findLink(code: string): Promise<Link | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  changeLink(code: string, change: LinkChange): Promise<Link | undefined>;
}

/** Changes where a link leads and for how long and many, or takes it out of use and back. */
export async function changeLink(
  ports: ChangeLinkPorts,
  code: string,
  change: LinkChange,
): Promise<Link | Refusal> {
  const link = await ports.findLink(code);
  if (link === undefined) return refuse('code_not_found');
  const program = await ports.findProgram(link.programId);
  const foreign = refuseForeign(change, program?.destinationHosts ?? []);
  return foreign ?? (await ports.changeLink(code, change)) ?? refuse('code_not_found');
}
