import { refuse } from '../../../shared/contract/problems.ts';
import { someSettings } from '../../../shared/contract/programs/program.ts';
import * as contract from '../../../shared/contract/programs.ts';
import { reachesProgram } from '../../../shared/domain/access/reach.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { readWhole } from '../../../shared/http/read-whole.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { deleteProgram } from '../../../shared/usecases/programs/delete-program.ts';
import { listVersions } from '../../../shared/usecases/programs/list-versions.ts';
import { createProgram, updateProgram } from '../../../shared/usecases/programs/save-program.ts';

const ports = { ...system, ...programItems(openTable(requireEnvironment('TABLE_NAME'))) };

const postProgram = operation(contract.createProgram, async ({ body, operator, system: by }) =>
  createProgram({ ...ports, ...by, operator }, body),
);

const listPrograms = operation(
  contract.listPrograms,
  async ({ query, reach }) => {
    const page = await ports.listPrograms(pageOf(query));
    const items = page?.items.filter(({ programId }) => reachesProgram(reach, programId)) ?? [];
    return pageAnswer('programs', page && { ...page, items }, (program) => program);
  },
  'within',
);

const getProgram = operation(contract.getProgram, async ({ params }) =>
  answerWith('program', (await ports.findProgram(params.programId)) ?? refuse('program_not_found')),
);

const patchProgram = operation(contract.updateProgram, async ({ params, body, operator }) => {
  const { expectedVersion, ...patch } = body;
  return updateProgram({ ...ports, operator, completeSettings }, params.programId, patch, expectedVersion);
});

const completeSettings = (merged: object) => readWhole(someSettings, merged);

const removeProgram = operation(contract.deleteProgram, async ({ params, operator }) =>
  deleteProgram({ ...ports, operator }, params.programId),
);

const getVersions = operation(contract.listProgramVersions, async ({ params, query }) =>
  listVersions(ports, params.programId, pageOf(query)),
);

export const handler = serveRoutes([
  postProgram,
  listPrograms,
  getProgram,
  patchProgram,
  removeProgram,
  getVersions,
]);
