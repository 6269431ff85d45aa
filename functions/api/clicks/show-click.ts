import type { Visit } from '../../../shared/domain/clicks/visit.ts';
import { describeAgent } from '../../../shared/runtime/describe-agent.ts';

/** A click as outsiders see it: no hash of the visitor, and what their user agent says of the device. */
export function showClick(visit: Visit, visits: number) {
  const { visitId: _, visitorHash: _v, ipHash: _i, at, ...shown } = visit;
  return { ...shown, ...describeAgent(visit.userAgent), visits, createdAt: new Date(at).toISOString() };
}
