import { networkOf } from '../../domain/clicks/network.ts';
import { beginningOf, referrerHostOf } from '../../domain/clicks/origin.ts';
import {
  type Doubt,
  type KeptVisit,
  type Origin,
  takesRepeats,
  type Visit,
  type VisitKind,
  visitWindow,
} from '../../domain/clicks/visit.ts';
import type { Link } from '../../domain/links/link.ts';
import type { Hasher, System } from '../system.ts';
import { type RememberedClick, readRememberedClick, writeRememberedClick } from './remembered-click.ts';

export interface RecordVisitPorts extends System, Hasher {
  /**
   * Keeps a visit: as the first of its click, unless it is known to be a repeat or another one stands as the first.
   */
  storeVisit(visit: Visit, knownRepeat: boolean): Promise<KeptVisit>;
}

/** A visitor as the request shows them. The address is hashed here and goes no further. */
export interface Visitor extends Pick<Origin, 'language' | 'country' | 'asn' | 'utm' | 'adNetwork'> {
  readonly kind: VisitKind;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly referrer: string | undefined;
  readonly doubts?: readonly Doubt[];
  /** What the visitor's browser remembers of a click, if that is true. */
  readonly remembered?: string | undefined;
}

/** A click that a visit is of. */
export interface RecordedClick {
  readonly clickId: string;
  /** What the visitor's browser is to remember. */
  readonly remember: string;
}

/**
 * Keeps a visit of a link. A person whose browser remembers a click of the link that began less than an hour ago repeats
 * that one. Any other visit of theirs within a clock hour has one click id, worked out from a keyed hash: no look-up is
 * needed to find that a visit is a repeat. Machines get a new id for every visit.
 */
export async function recordVisit(
  ports: RecordVisitPorts,
  link: Link,
  visitor: Visitor,
): Promise<RecordedClick> {
  const visit = describeVisit(ports, link, visitor);
  const known = runningClick(ports, visit, visitor.remembered);
  const kept = await ports.storeVisit(
    { ...visit, clickId: known?.clickId ?? visit.clickId },
    known !== undefined,
  );
  const click = known ?? { clickId: visit.clickId, since: (kept.standing ?? visit).at };
  const { clickId } = click;
  return {
    clickId,
    remember: visit.kind === 'human' ? writeRememberedClick(ports, link.code, click) : clickId,
  };
}

/** The click that a person's browser remembers of a visit's link, while it takes repeats. */
function runningClick(
  ports: Hasher,
  { kind, code, at }: Visit,
  remembered = '',
): RememberedClick | undefined {
  const click = kind === 'human' ? readRememberedClick(ports, code, remembered) : undefined;
  return click !== undefined && takesRepeats(click.since, at) ? click : undefined;
}

/** What is kept of a visit of a link, by the ports' time and next id. */
export function describeVisit(ports: System & Hasher, link: Link, visitor: Visitor): Visit {
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

function originOf({ kind, referrer, language, country, asn, utm, adNetwork }: Visitor): Origin {
  const referrerHost = referrerHostOf(referrer);
  return {
    ...(referrerHost !== undefined && { referrerHost }),
    ...(language !== undefined && { language }),
    ...(country !== undefined && { country }),
    ...(asn !== undefined && kind === 'human' && { asn }),
    ...(utm !== undefined && { utm }),
    ...(adNetwork !== undefined && { adNetwork }),
  };
}
