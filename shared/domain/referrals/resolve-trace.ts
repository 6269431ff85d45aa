import { isInUse, type Link } from '../links/link.ts';
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

/** The link of a trace's code, as it stands at a sign-up. */
export interface TracedLink {
  readonly link: Link;
  /** The visits that it has used up of its cap; of no matter where there is none. */
  readonly clicksUsed: number;
}

/** Joins a trace with the link of its code, as far as that is of the program and was in use. */
export function resolveTrace(
  trace: Trace,
  traced: TracedLink | undefined,
  signUp: { readonly programId: string; readonly at: number },
): Candidate {
  if (trace.fault !== undefined) return trace;
  if (traced === undefined) return { ...trace, fault: 'not_found' };
  if (traced.link.programId !== signUp.programId) return { ...trace, fault: 'other_program' };
  const owned = { ...trace, referrerId: traced.link.userId };
  return wasInUse(trace, traced, signUp.at) ? owned : { ...owned, fault: 'inactive' };
}

/** A click counts by what its link was when it came; what was typed or spent, by what it is at the sign-up. */
function wasInUse({ at }: Trace, { link, clicksUsed }: TracedLink, now: number): boolean {
  if (at !== undefined) return isInUse(link, Date.parse(at));
  return isInUse(link, now) && (link.clickCap === undefined || clicksUsed < link.clickCap);
}
