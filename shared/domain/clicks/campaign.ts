import { adNetworkOf } from './ad-network.ts';
import { utmOf } from './origin.ts';
import type { Origin } from './visit.ts';

/** What the query of a link, as it was followed, tells of the campaign that brought a visitor; nothing where it is silent. */
export function campaignOf(
  query: Readonly<Record<string, string | undefined>>,
): Pick<Origin, 'utm' | 'adNetwork'> {
  const utm = utmOf(query);
  const adNetwork = adNetworkOf(query);
  return { ...(utm !== undefined && { utm }), ...(adNetwork !== undefined && { adNetwork }) };
}
