import { isRefusal, type Refusal, refuse } from '../../contract/problems.ts';
import { visitExpiry } from '../../domain/clicks/visit.ts';
import { canonicalCode, codeOfLink } from '../../domain/links/code.ts';
import { isInUse, type Link } from '../../domain/links/link.ts';
import { signClickToken } from '../../domain/referrals/click-token.ts';
import type { ClickReport, VisitorClick } from '../../domain/referrals/reported-click.ts';
import { clickTokenKey, visitorKeyOf } from './click-keys.ts';
import { type RecordVisitPorts, recordVisit, type Visitor } from './record-visit.ts';

export interface TrackClicksPorts extends RecordVisitPorts {
  findLink(code: string): Promise<Link | undefined>;
  /**
   * Keeps a report unless there is one of this name; answers with the one that stands.
   * @param expiresAt seconds since 1970
   */
  keepClickReport(key: string, report: ClickReport, expiresAt: number): Promise<ClickReport>;
  joinVisitor(visitorKey: string, click: VisitorClick): Promise<void>;
}

/** A click that the customer's server saw. */
export interface SeenClick {
  /** The customer's own id of the click, unique in the program: reported again under it, it is the same click. */
  readonly id?: string | undefined;
  readonly referralCode?: string | undefined;
  readonly referralLink?: string | undefined;
  /** The customer's own id of who clicked, from before they are a user. */
  readonly visitorId?: string | undefined;
  readonly visitor: Visitor;
}

export interface TrackedClick {
  readonly clickId: string;
  readonly code: string;
  /** Carries the click without a cookie: see `readClickToken`. */
  readonly token: string;
}

/**
 * Records clicks that the customer's server saw, each with an outcome of its own. A click with an id that is reported
 * again is the same click, with the same answer, for as long as the click is kept; with other content it is refused.
 * Each costs 1 WRU, 1 more with an id, and 1 more with a visitor.
 */
export async function trackClicks(
  ports: TrackClicksPorts,
  seen: readonly SeenClick[],
): Promise<readonly (TrackedClick | Refusal)[]> {
  const links = new Map<string, Promise<Link | undefined>>();
  const findLink = (code: string): Promise<Link | undefined> => {
    const link = links.get(code) ?? ports.findLink(code);
    links.set(code, link);
    return link;
  };
  return Promise.all(seen.map((click) => trackClick({ ...ports, findLink }, click)));
}

async function trackClick(ports: TrackClicksPorts, seen: SeenClick): Promise<TrackedClick | Refusal> {
  const { referralCode, referralLink, visitor, visitorId } = seen;
  const code = referralCode ? canonicalCode(referralCode) : codeOfLink(referralLink ?? '');
  const link = code === undefined ? undefined : await ports.findLink(code);
  if (link === undefined) return refuse('code_not_found');
  if (!isInUse(link, ports.now())) return refuse('code_inactive');
  const report = await reportOf(ports, seen, link);
  if (isRefusal(report)) return report;
  const { at, visitId } = report;
  const clickId = await recordVisit({ ...ports, now: () => at, ulid: () => visitId }, link, visitor);
  const click = { clickId, code: link.code, at };
  if (visitorId !== undefined) {
    await ports.joinVisitor(visitorKeyOf(ports, link.programId, visitorId), click);
  }
  const token = signClickToken(clickTokenKey(ports), { ...click, programId: link.programId });
  return { clickId, code: link.code, token };
}

/** The time and id of a click: those of the first report, where it has an id by which that is known. */
async function reportOf(
  ports: TrackClicksPorts,
  seen: SeenClick,
  link: Link,
): Promise<ClickReport | Refusal> {
  const { id, visitorId, visitor } = seen;
  const at = ports.now();
  const content = [link.code, visitorId, visitor.ip, visitor.userAgent, visitor.referrer];
  const contentHash = ports.lasting('click-report-content', JSON.stringify(content));
  const own = { visitId: ports.ulid(at), at, contentHash };
  if (id === undefined) return own;
  const key = ports.lasting('click-report', `${link.programId}\n${id}`);
  const report = await ports.keepClickReport(key, own, visitExpiry({ at, kind: visitor.kind }));
  return report.contentHash === contentHash ? report : refuse('click_conflict');
}
