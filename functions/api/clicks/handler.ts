import type * as z from 'zod';
import * as contract from '../../../shared/contract/clicks.ts';
import { isRefusal, problems, type Refusal, refuse } from '../../../shared/contract/problems.ts';
import { within } from '../../../shared/domain/access/reach.ts';
import { campaignOf } from '../../../shared/domain/clicks/campaign.ts';
import { placeOf } from '../../../shared/domain/clicks/origin.ts';
import { classifyVisit } from '../../../shared/domain/clicks/visit.ts';
import type { Input } from '../../../shared/http/read-input.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { visitorGuesses } from '../../../shared/http/visitor-guesses.ts';
import { counting } from '../../../shared/http/within-limits.ts';
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

async function track(
  inputs: readonly ClickInput[],
  { system: by, reach, keyId }: Pick<Input, 'system' | 'reach' | 'keyId'>,
): Promise<readonly (TrackedClick | Refusal)[]> {
  const findLink = within(reach, items.findLink);
  const withinGuesses = visitorGuesses(counting, keyId);
  const ports = { ...items, ...by, ...(await loadHasher()), findLink, withinGuesses };
  return trackClicks(
    ports,
    inputs.map(({ ip, userAgent, referrer, language, country, asn, ...where }) => ({
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
        ...placeOf({ language, country, asn: asn?.toString() }),
        ...campaignOf(queryOf(where.referralLink)),
      },
    })),
  );
}

/** What stands in the query of a link, where it is given as it was followed. */
function queryOf(link = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(/\?([^#]*)/.exec(link)?.[1]));
}

const trackClick = operation(
  contract.trackClick,
  async ({ body, ...asked }) => {
    const [tracked = refuse('internal_error')] = await track([body], asked);
    return tracked;
  },
  'within',
);

const recordClicks = operation(
  contract.recordClicks,
  async ({ body, ...asked }) => {
    const inputs = 'clicks' in body ? body.clicks : [body];
    const tracked = await track(inputs, asked);
    const [only] = tracked;
    if (!('clicks' in body) && only !== undefined && isRefusal(only)) return only;
    return { clicks: tracked.map((click, index) => ({ ...idOf(inputs[index]), ...outcomeOf(click) })) };
  },
  'within',
);

function idOf(input: ClickInput | undefined): { readonly id?: string } {
  return input?.id === undefined ? {} : { id: input.id };
}

function outcomeOf(tracked: TrackedClick | Refusal): object {
  if (!isRefusal(tracked)) return { status: 'accepted', ...tracked };
  const { refused: code, errors } = tracked;
  return { status: 'refused', problem: { code, title: problems[code].title, ...(errors && { errors }) } };
}

const getClick = operation(
  contract.getClick,
  async ({ params }) => {
    const { clickId } = params;
    const found = await items.findClick(clickId);
    if (found === undefined) return refuse('click_not_found');
    return { click: showClick(found.visit, await items.countVisitsOf(clickId)) };
  },
  async ({ params }) => (await items.findClick(params.clickId))?.visit,
);

export const handler = serveRoutes([trackClick, recordClicks, getClick]);
