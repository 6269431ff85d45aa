import { networkOf } from '../../domain/clicks/network.ts';
import { beginningOf, referrerHostOf } from '../../domain/clicks/origin.ts';
import {
  type Doubt,
  type Origin,
  type Visit,
  type VisitKind,
  visitWindow,
} from '../../domain/clicks/visit.ts';
import type { Link } from '../../domain/links/link.ts';
import type { Hasher, System } from '../system.ts';

export interface RecordVisitPorts extends System, Hasher {
  storeVisit(visit: Visit, knownRepeat: boolean): Promise<'first' | 'repeat'>;
}

/** A visitor as the request shows them. The address is hashed here and goes no further. */
export interface Visitor extends Pick<Origin, 'language' | 'country' | 'utm' | 'adNetwork'> {
  readonly kind: VisitKind;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly referrer: string | undefined;
  readonly doubts?: readonly Doubt[];
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
  const { kind, ip, userAgent, doubts = [] } = visitor;
  const at = ports.now();
  const visitId = ports.ulid(at);
  const identity = `${ip ?? visitId}\n${userAgent ?? ''}`;
  const subject = kind === 'human' ? identity : visitId;
  return {
    visitId,
    clickId: `clk_${ports.lasting('click', [link.code, visitWindow(at), subject].join('\n'))}`,
    code: link.code,
    programId: link.programId,
    userId: link.userId,
    kind,
    at,
    visitorHash: ports.ofDay(at, 'visitor', identity),
    ...(ip !== undefined && { ipHash: ports.lasting('ip', networkOf(ip)) }),
    ...(userAgent !== undefined && { userAgent: beginningOf(userAgent, 512) }),
    ...(kind === 'human' && doubts.length > 0 && { doubts }),
    ...originOf(visitor),
  };
}

function originOf({ referrer, language, country, utm, adNetwork }: Visitor): Origin {
  const referrerHost = referrerHostOf(referrer);
  return {
    ...(referrerHost !== undefined && { referrerHost }),
    ...(language !== undefined && { language }),
    ...(country !== undefined && { country }),
    ...(utm !== undefined && { utm }),
    ...(adNetwork !== undefined && { adNetwork }),
  };
}
