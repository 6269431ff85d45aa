import type { ArrivedVisit } from '../clicks/additions.ts';
import type { WebhookEvent } from './delivery.ts';

/**
 * What the outside is told of a visit: a person's first of the hour, under the click's own id. Nothing of repeats and of
 * machines, no hash of a visitor, and no number, since a link that many follow would make all of them wait for one.
 */
export function clickEventOf({ visit, first }: ArrivedVisit): WebhookEvent | undefined {
  if (visit.kind !== 'human' || !first) return undefined;
  const { clickId, code, programId, userId, country, referrerHost, utm } = visit;
  const createdAt = new Date(visit.at).toISOString();
  return {
    id: clickId,
    type: 'click.recorded',
    version: 1,
    programId,
    userId,
    occurredAt: createdAt,
    data: {
      click: {
        ...{ clickId, code, programId, userId, createdAt },
        ...(country !== undefined && { country }),
        ...(referrerHost !== undefined && { referrerHost }),
        ...(utm !== undefined && { utm }),
      },
    },
  };
}
