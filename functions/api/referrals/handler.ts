import { refuse } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/referrals.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { answerWith } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { hooks } from '../../../shared/runtime/hooks/hooks.ts';
import { isProfane } from '../../../shared/runtime/profanity.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { clickItems } from '../../../shared/table/click-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { hookItems } from '../../../shared/table/hook-items.ts';
import { linkItems } from '../../../shared/table/link-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { referralItems } from '../../../shared/table/referral-items.ts';
import { assignReferral } from '../../../shared/usecases/referrals/assign-referral.ts';
import { createReferral, type SignUp } from '../../../shared/usecases/referrals/create-referral.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const items = {
  ...system,
  ...clickItems(table),
  ...linkItems(table),
  ...milestoneItems(table),
  ...participantItems(table),
  ...programItems(table),
  ...referralItems(table),
  isProfane,
};
const validating = { ...items, hooks: { ...system, ...hooks, ...hookItems(table) } };

async function create({ body }: { readonly body: SignUp }): Promise<object> {
  return answerWith('referral', await createReferral({ ...validating, ...(await loadHasher()) }, body));
}

const assign = operation(contract.assignReferral, async ({ body, keyId = 'unknown', requestId }) => {
  const assignment = { ...body, programId: body.programId ?? defaultProgramId };
  return answerWith('referral', await assignReferral(items, assignment, { keyId, requestId }));
});

const getReferral = operation(contract.getReferral, async ({ params }) =>
  answerWith('referral', (await items.findReferral(params.referralId)) ?? refuse('referral_not_found')),
);

export const handler = serveRoutes([
  operation(contract.verifyReferral, create),
  operation(contract.processReferral, create),
  operation(contract.createReferral, create),
  assign,
  getReferral,
]);
