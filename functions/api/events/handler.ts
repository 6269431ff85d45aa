import * as contract from '../../../shared/contract/events.ts';
import { previewRewards as previewContract } from '../../../shared/contract/rewards.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { registrableDomain } from '../../../shared/runtime/registrable-domain.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { eventItems } from '../../../shared/table/event-items.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { standingItems } from '../../../shared/table/standing-items.ts';
import { readEvent } from '../../../shared/usecases/events/read-event.ts';
import { recordEvents } from '../../../shared/usecases/events/record-events.ts';
import { previewRewards } from '../../../shared/usecases/rewards/preview-rewards.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  registrableDomain,
  ...eventItems(table),
  ...journalItems(table),
  ...programItems(table),
  ...standingItems(table),
  loadHasher,
};

const postEvents = operation(contract.recordEvents, async ({ body }) => {
  const inputs = 'events' in body ? body.events : [body];
  return recordEvents(
    ports,
    inputs.map((input) => ({ ...input, programId: input.programId ?? defaultProgramId })),
    'events' in body,
  );
});

const getEvent = operation(contract.getEvent, async ({ params }) =>
  readEvent(ports, params.programId, params.eventId),
);

const postPreview = operation(previewContract, async ({ body }) =>
  previewRewards(ports, { ...body, programId: body.programId ?? defaultProgramId }),
);

export const handler = serveRoutes([postEvents, getEvent, postPreview]);
