import { describeAgent } from '../../../shared/runtime/describe-agent.ts';
import type { StoredClick } from '../../../shared/table/click-items.ts';

/** A click as outsiders see it: no hash of the visitor, and what their user agent says of the device. */
export function showClick({ visit, visits }: StoredClick) {
  const { visitId: _, visitorHash: _v, ipHash: _i, at, ...shown } = visit;
  return { ...shown, ...describeAgent(visit.userAgent), visits, createdAt: new Date(at).toISOString() };
}
