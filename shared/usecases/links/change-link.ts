import { type Refusal, refuse } from '../../contract/problems.ts';
import { type AuditAction, type AuditEntry, differences } from '../../domain/audit.ts';
import { changedLink, type Link, type LinkChange } from '../../domain/links/link.ts';
import type { Program } from '../../domain/programs/program.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { refuseForeign } from './refuse-foreign.ts';

export interface ChangeLinkPorts extends NoteChangePorts {
  findLink(code: string, consistent: boolean): Promise<Link | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  /** Makes a change, if what is to be another is still as it was read. */
  changeLink(read: Link, change: LinkChange, note?: AuditEntry): Promise<'changed' | 'again'>;
}

/** Changes where a link leads and for how long and many, or takes it out of use and back, and notes it. */
export async function changeLink(
  ports: ChangeLinkPorts,
  code: string,
  change: LinkChange,
): Promise<Link | Refusal> {
  const result = await whileContended(() => attempt(ports, code, change));
  return result ?? refuse('contended');
}

async function attempt(
  ports: ChangeLinkPorts,
  code: string,
  change: LinkChange,
): Promise<Link | Refusal | 'again'> {
  const link = await ports.findLink(code, true);
  if (link === undefined) return refuse('code_not_found');
  const program = await ports.findProgram(link.programId);
  const foreign = refuseForeign(change, program?.destinationHosts ?? []);
  if (foreign !== undefined) return foreign;
  const next = changedLink(link, change);
  const changed = differences(link, next);
  // What is so already is neither written nor noted.
  if (Object.keys(changed.after).length === 0) return link;
  const note = noteChange(ports, {
    programId: link.programId,
    action: actionOf(link, next),
    target: { type: 'link', id: code, userId: link.userId },
    ...changed,
  });
  return (await ports.changeLink(link, change, note)) === 'changed' ? next : 'again';
}

function actionOf(link: Link, next: Link): AuditAction {
  if (next.status === link.status) return 'link.changed';
  return next.status === 'inactive' ? 'link.deactivated' : 'link.reactivated';
}
