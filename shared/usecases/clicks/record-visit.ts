import { referrerHostOf, type Visit, type VisitKind, visitWindow } from '../../domain/clicks/visit.ts';
import type { Link } from '../../domain/links/link.ts';
import type { Hasher, System } from '../system.ts';

export interface RecordVisitPorts extends System, Hasher {
  storeVisit(visit: Visit, knownRepeat: boolean): Promise<'first' | 'repeat'>;
}

/** A visitor as the request shows them. Address and user agent are hashed here and go no further. */
export interface Visitor {
  readonly kind: VisitKind;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly referrer: string | undefined;
  /** The click that the visitor's browser remembers. */
  readonly rememberedClickId?: string | undefined;
}

/**
 * Keeps a visit of a link. A visitor's visits of a link within a clock hour share one click id, worked out from a
 * keyed hash: no look-up is needed to find that a visit is a repeat. Machines get a new id for every visit.
 *
 * @returns the click's id
 */
export async function recordVisit(ports: RecordVisitPorts, link: Link, visitor: Visitor): Promise<string> {
  const visit = describeVisit(ports, link, visitor);
  await ports.storeVisit(visit, visitor.rememberedClickId === visit.clickId);
  return visit.clickId;
}

function describeVisit(ports: RecordVisitPorts, link: Link, visitor: Visitor): Visit {
  const at = ports.now();
  const visitId = ports.ulid(at);
  const identity = `${visitor.ip ?? visitId}\n${visitor.userAgent ?? ''}`;
  const subject = visitor.kind === 'human' ? identity : visitId;
  const referrerHost = referrerHostOf(visitor.referrer);
  return {
    visitId,
    clickId: `clk_${ports.lasting('click', [link.code, visitWindow(at), subject].join('\n'))}`,
    code: link.code,
    programId: link.programId,
    userId: link.userId,
    kind: visitor.kind,
    at,
    visitorHash: ports.ofDay(at, 'visitor', identity),
    ...(visitor.userAgent !== undefined && { userAgent: beginningOf(visitor.userAgent) }),
    ...(referrerHost !== undefined && { referrerHost }),
  };
}

/** The first 512 characters, without a character cut in half, which the table would not take. */
function beginningOf(userAgent: string): string {
  return userAgent.slice(0, 512).replace(/[\ud800-\udbff]$/, '');
}
