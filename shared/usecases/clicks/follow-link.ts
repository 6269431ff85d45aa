import { landingUrl, passedPairs } from '../../domain/links/destination.ts';
import { isInUse, type Link } from '../../domain/links/link.ts';
import { defaultRedirect, targetOf } from '../../domain/links/target.ts';
import { defaultProgramId, type Program, type RedirectSettings } from '../../domain/programs/program.ts';
import { whileContended } from '../retry.ts';
import { type RecordVisitPorts, recordVisit, type Visitor } from './record-visit.ts';

export interface FollowLinkPorts extends RecordVisitPorts {
  findLink(code: string): Promise<Link | undefined>;
  findProgram(programId: string): Promise<Program | undefined>;
  /** Adds visits to what a link has used up of its cap, if one more fits below it; says whether one does. */
  useClicks(code: string, clicks: 0 | 1, cap: number): Promise<boolean | 'again'>;
  /** Told when a visit could not be kept; the visitor is sent on all the same. */
  visitLost(code: string, error: unknown): void;
}

/** What a visitor asks for. */
export interface LinkRequest {
  /** Undefined where the address holds nothing that could be one. */
  readonly code: string | undefined;
  /** What follows the code and its slash, unescaped once. */
  readonly path?: string | undefined;
  /** As it stood in the address. */
  readonly query?: string | undefined;
}

/** Where a visitor is sent, and what their browser is to remember; or that there is nothing, or nothing any more. */
export type Onward = {
  /** Whether nobody has such a code. */
  readonly isUnknown?: true;
} & (
  | {
      readonly location: string;
      readonly status: RedirectSettings['status'];
      readonly remember?: { readonly click: string; readonly days: number };
    }
  | { readonly location: null; readonly status: 404 | 410 }
);

/**
 * Sends a visitor of a link on: to where it leads, with the click's id and code; or, if the code is unknown, out of
 * use, expired or has served all its clicks, to the fallback of its program.
 */
export async function followLink(
  ports: FollowLinkPorts,
  request: LinkRequest,
  visitor: Visitor,
): Promise<Onward> {
  const { code } = request;
  const link = code === undefined ? undefined : await ports.findLink(code);
  const program = await ports.findProgram(link?.programId ?? defaultProgramId);
  if (link === undefined) return { ...fallBack(program, 404), isUnknown: true };
  if (!isInUse(link, ports.now()) || !(await hasClicksLeft(ports, link, visitor)))
    return fallBack(program, 410);
  const { status, passthrough } = program?.redirect ?? defaultRedirect;
  const target = targetOf(link, program, { path: request.path, userAgent: visitor.userAgent });
  const passed = passedPairs(request.query ?? '', passthrough);
  try {
    const { clickId, remember: click } = await recordVisit(ports, link, visitor);
    const location = landingUrl(target, link.code, clickId, passed);
    return { location, status, remember: { click, days: program?.attribution.windowDays ?? 7 } };
  } catch (error) {
    ports.visitLost(link.code, error);
    return { location: landingUrl(target, link.code, undefined, passed), status };
  }
}

/** A dead link may live again, so browsers are never told that its fallback is for good. */
function fallBack(program: Program | undefined, status: 404 | 410): Onward {
  const location = program?.fallbackUrl ?? null;
  return location === null ? { location, status } : { location, status: 302 };
}

/** A click is used up before the visit is kept: whoever dies in between may waste one, and never passes the cap. */
async function hasClicksLeft(
  ports: FollowLinkPorts,
  { code, clickCap }: Link,
  { kind }: Visitor,
): Promise<boolean> {
  if (clickCap === undefined) return true;
  const fits = await whileContended(() => ports.useClicks(code, kind === 'human' ? 1 : 0, clickCap));
  if (fits === undefined) throw new Error('Too many visits of a link with a cap at once');
  return fits;
}
