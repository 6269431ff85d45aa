import * as contract from '../../../shared/contract/analytics.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { clickDayItems } from '../../../shared/table/click-day-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { linkItems } from '../../../shared/table/link-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { readClickSeries } from '../../../shared/usecases/clicks/read-click-series.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...clickDayItems(table),
  ...linkItems(table),
  ...participantItems(table),
  ...programItems(table),
};

const timeseries = operation(contract.timeseries, async ({ params, query }) =>
  readClickSeries(ports, { ...params, ...query }),
);

export const handler = serveRoutes([timeseries]);
