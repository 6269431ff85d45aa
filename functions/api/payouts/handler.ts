import * as contract from '../../../shared/contract/payouts.ts';
import { refuse } from '../../../shared/contract/problems.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { payoutItems } from '../../../shared/table/payout-items.ts';
import { cancelPayout } from '../../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../../shared/usecases/payouts/create-payout.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = { ...system, ...participantItems(table), ...payoutItems(table) };

const postPayout = operation(contract.createPayout, async ({ body }) =>
  answerWith('payout', await createPayout(ports, { ...body, programId: body.programId ?? defaultProgramId })),
);

const listPayouts = operation(contract.listPayouts, async ({ query }) =>
  pageAnswer(
    'payouts',
    await ports.listPayouts(query.programId ?? defaultProgramId, pageOf(query)),
    (payout) => payout,
  ),
);

const getPayout = operation(contract.getPayout, async ({ params }) =>
  answerWith('payout', (await ports.findPayout(params.payoutId)) ?? refuse('payout_not_found')),
);

const postCancel = operation(contract.cancelPayout, async ({ params }) =>
  answerWith('payout', await cancelPayout(ports, params.payoutId)),
);

export const handler = serveRoutes([postPayout, listPayouts, getPayout, postCancel]);
