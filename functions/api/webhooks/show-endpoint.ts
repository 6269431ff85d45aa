import type { Delivery } from '../../../shared/domain/webhooks/delivery.ts';
import { type StoredEndpoint, secretsAt } from '../../../shared/domain/webhooks/endpoint.ts';
import { isSlow } from '../../../shared/domain/webhooks/slowness.ts';
import { isoTime } from '../../../shared/usecases/system.ts';

/** An endpoint as it is shown, without its secrets. @param now ISO 8601 */
export function showEndpoint({ endpoint, health, secrets }: StoredEndpoint, now: string): object {
  const { failures, failingSince, slowUntil = 0 } = health;
  const oldSecretUntil = secretsAt(secrets, now).find(({ until }) => until !== undefined)?.until;
  return {
    ...endpoint,
    failures,
    ...(failingSince !== undefined && { failingSince }),
    ...(isSlow(health, Date.parse(now)) && { slowUntil: isoTime(slowUntil) }),
    ...(oldSecretUntil !== undefined && { oldSecretUntil }),
  };
}

/** A delivery as it is shown. */
export function showDelivery({ round: _, attempts: __, ...delivery }: Delivery): object {
  return delivery;
}
