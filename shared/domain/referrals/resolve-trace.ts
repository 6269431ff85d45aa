import type { Link } from '../links/link.ts';
import type { Candidate, Carrier, Fault } from './attribute.ts';

/** What something that came with a sign-up says, before it is known whose code it names. */
export interface Trace {
  readonly by: Carrier;
  readonly clickId?: string;
  /** When the click came, ISO 8601 in UTC. */
  readonly at?: string;
  readonly code?: string;
  readonly fault?: Extract<Fault, 'not_found' | 'unreadable' | 'forged'>;
}

/** Joins a trace with the link of its code, as far as that is of the program. */
export function resolveTrace(trace: Trace, link: Link | undefined, programId: string): Candidate {
  if (trace.fault !== undefined) return trace;
  if (link === undefined) return { ...trace, fault: 'not_found' };
  if (link.programId !== programId) return { ...trace, fault: 'other_program' };
  const owned = { ...trace, referrerId: link.userId };
  return link.status === 'active' ? owned : { ...owned, fault: 'inactive' };
}
