import { type Refusal, refuse } from '../../contract/problems.ts';
import { canonicalCode, codeOfLink } from '../../domain/links/code.ts';
import type { Link } from '../../domain/links/link.ts';
import { type RecordVisitPorts, recordVisit, type Visitor } from './record-visit.ts';

export interface TrackClicksPorts extends RecordVisitPorts {
  findLink(code: string): Promise<Link | undefined>;
}

/** A click that the customer's server saw. */
export interface SeenClick {
  readonly referralCode?: string | undefined;
  readonly referralLink?: string | undefined;
  readonly visitor: Visitor;
}

export interface TrackedClick {
  readonly clickId: string;
  readonly code: string;
}

/** Records clicks that the customer's server saw. Nothing is recorded if one of the codes is unknown or out of use. */
export async function trackClicks(
  ports: TrackClicksPorts,
  seen: readonly SeenClick[],
): Promise<readonly TrackedClick[] | Refusal> {
  const found: { link: Link; visitor: Visitor }[] = [];
  for (const [index, { referralCode, referralLink, visitor }] of seen.entries()) {
    const code = referralCode ? canonicalCode(referralCode) : codeOfLink(referralLink ?? '');
    const link = code === undefined ? undefined : await ports.findLink(code);
    const where = seen.length > 1 ? { detail: `clicks.${index}` } : {};
    if (link === undefined) return refuse('code_not_found', where);
    if (link.status !== 'active') return refuse('code_inactive', where);
    found.push({ link, visitor });
  }
  return Promise.all(
    found.map(async ({ link, visitor }) => ({
      clickId: await recordVisit(ports, link, visitor),
      code: link.code,
    })),
  );
}
