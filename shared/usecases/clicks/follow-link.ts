import { landingUrl } from '../../domain/links/destination.ts';
import type { Link } from '../../domain/links/link.ts';
import { defaultProgramId, type Program } from '../../domain/programs/program.ts';
import { type RecordVisitPorts, recordVisit, type Visitor } from './record-visit.ts';

export interface FollowLinkPorts extends RecordVisitPorts {
  findLink(code: string): Promise<Link | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  /** Told when a visit could not be kept; the visitor is sent on all the same. */
  visitLost(code: string, error: unknown): void;
}

/** Where a visitor is sent, and what their browser is to remember. */
export interface Onward {
  /** Undefined: nowhere; the code is unknown and its program has no fallback. */
  readonly location: string | undefined;
  readonly code?: string;
  readonly clickId?: string;
  /** How long the browser is to remember the click. */
  readonly windowDays?: number;
}

/**
 * Sends a visitor of a link on: to its destination with the click's id and code, or, if the code is unknown or out
 * of use, to the fallback of its program.
 *
 * @param code undefined where the address holds nothing that could be one
 */
export async function followLink(
  ports: FollowLinkPorts,
  code: string | undefined,
  visitor: Visitor,
): Promise<Onward> {
  const link = code === undefined ? undefined : await ports.findLink(code);
  const program = await ports.findProgram(link?.programId ?? defaultProgramId);
  if (code === undefined || link?.status !== 'active') return { location: program?.fallbackUrl };
  try {
    const clickId = await recordVisit(ports, link, visitor);
    return {
      location: landingUrl(link.destination, code, clickId),
      code,
      clickId,
      windowDays: program?.attribution.windowDays ?? 7,
    };
  } catch (error) {
    ports.visitLost(code, error);
    return { location: landingUrl(link.destination, code, undefined), code };
  }
}
