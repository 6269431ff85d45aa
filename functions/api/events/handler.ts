import * as contract from '../../../shared/contract/events.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { eventItems } from '../../../shared/table/event-items.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { readEvent } from '../../../shared/usecases/events/read-event.ts';
import { recordEvents } from '../../../shared/usecases/events/record-events.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = { ...system, ...eventItems(table), ...journalItems(table), ...programItems(table) };

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

export const handler = serveRoutes([postEvents, getEvent]);
