import type * as z from 'zod';
import * as contract from '../../../shared/contract/clicks.ts';
import { isRefusal, problems, type Refusal, refuse } from '../../../shared/contract/problems.ts';
import { type AdNetwork, adNetworkOf } from '../../../shared/domain/clicks/ad-network.ts';
import { classifyVisit } from '../../../shared/domain/clicks/visit.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { isBotAgent } from '../../../shared/runtime/user-agent.ts';
import { clickItems } from '../../../shared/table/click-items.ts';
import { clickReportItems } from '../../../shared/table/click-report-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { linkItems } from '../../../shared/table/link-items.ts';
import { visitorItems } from '../../../shared/table/visitor-items.ts';
import { type TrackedClick, trackClicks } from '../../../shared/usecases/clicks/track-clicks.ts';
import { showClick } from './show-click.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const items = {
  ...system,
  ...clickItems(table),
  ...clickReportItems(table),
  ...linkItems(table),
  ...visitorItems(table),
};

type ClickInput = z.output<typeof contract.trackClick.body>;

async function track(inputs: readonly ClickInput[]): Promise<readonly (TrackedClick | Refusal)[]> {
  const ports = { ...items, ...(await loadHasher()) };
  return trackClicks(
    ports,
    inputs.map(({ ip, userAgent, referrer, ...where }) => ({
      ...where,
      visitor: {
        kind: classifyVisit({
          method: 'GET',
          userAgent: userAgent ?? 'unknown',
          purpose: [],
          isBotAgent: isBotAgent(userAgent),
        }),
        ip,
        userAgent,
        referrer,
        ...adOf(where.referralLink),
      },
    })),
  );
}

/** Whose advertisement led to a link, where the link is given as it was followed. */
function adOf(link = ''): { readonly adNetwork?: AdNetwork } {
  const query = /\?([^#]*)/.exec(link)?.[1];
  const adNetwork = adNetworkOf(Object.fromEntries(new URLSearchParams(query)));
  return adNetwork === undefined ? {} : { adNetwork };
}

const trackClick = operation(contract.trackClick, async ({ body }) => {
  const [tracked = refuse('internal_error')] = await track([body]);
  return tracked;
});

const recordClicks = operation(contract.recordClicks, async ({ body }) => {
  const inputs = 'clicks' in body ? body.clicks : [body];
  const tracked = await track(inputs);
  const [only] = tracked;
  if (!('clicks' in body) && only !== undefined && isRefusal(only)) return only;
  return { clicks: tracked.map((click, index) => ({ ...idOf(inputs[index]), ...outcomeOf(click) })) };
});

function idOf(input: ClickInput | undefined): { readonly id?: string } {
  return input?.id === undefined ? {} : { id: input.id };
}

function outcomeOf(tracked: TrackedClick | Refusal): object {
  if (!isRefusal(tracked)) return { status: 'accepted', ...tracked };
  const { refused: code } = tracked;
  return { status: 'refused', problem: { code, title: problems[code].title } };
}

const getClick = operation(contract.getClick, async ({ params }) => {
  const found = await items.findClick(params.clickId);
  return found === undefined ? refuse('click_not_found') : { click: showClick(found) };
});

export const handler = serveRoutes([trackClick, recordClicks, getClick]);
