import * as contract from '../../../shared/contract/audit.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { auditItems } from '../../../shared/table/audit-items.ts';
import { openTable } from '../../../shared/table/client.ts';

const { listAudit } = auditItems(openTable(requireEnvironment('TABLE_NAME')));

/** What all ULIDs of a moment begin with: ids of entries sort by it. */
const ulidsOf = (moment: string | undefined): string | undefined =>
  moment === undefined ? undefined : system.ulid(Math.max(1, Date.parse(moment))).slice(0, 10);

const list = operation(contract.listAuditLog, async ({ query }) => {
  const { programId = defaultProgramId, limit, cursor, from, to, ...wanted } = query;
  const filter = { ...wanted, from: ulidsOf(from), to: ulidsOf(to) };
  return pageAnswer(
    'entries',
    await listAudit(programId, pageOf({ limit, cursor }), filter),
    (entry) => entry,
  );
});

export const handler = serveRoutes([list]);
