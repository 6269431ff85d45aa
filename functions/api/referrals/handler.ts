import { isRefusal, refuse } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/referrals.ts';
import { type Reach, reaches, within } from '../../../shared/domain/access/reach.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { answerWith, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { visitorGuesses } from '../../../shared/http/visitor-guesses.ts';
import { counting } from '../../../shared/http/within-limits.ts';
import { isDisposableDomain } from '../../../shared/runtime/disposable-domains.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { hooks } from '../../../shared/runtime/hooks/hooks.ts';
import { isProfane } from '../../../shared/runtime/profanity.ts';
import { registrableDomain } from '../../../shared/runtime/registrable-domain.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { isBotAgent } from '../../../shared/runtime/user-agent.ts';
import { clickItems } from '../../../shared/table/click-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { fraudItems } from '../../../shared/table/fraud-items.ts';
import { hookItems } from '../../../shared/table/hook-items.ts';
import { linkItems } from '../../../shared/table/link-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { referralItems } from '../../../shared/table/referral-items.ts';
import { visitorItems } from '../../../shared/table/visitor-items.ts';
import { assignReferral } from '../../../shared/usecases/referrals/assign-referral.ts';
import { createReferral, type SignUp } from '../../../shared/usecases/referrals/create-referral.ts';
import { reportAttribution } from '../../../shared/usecases/referrals/report-attribution.ts';
import type { System } from '../../../shared/usecases/system.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const items = {
  ...system,
  ...clickItems(table),
  ...fraudItems(table),
  ...linkItems(table),
  ...milestoneItems(table),
  ...participantItems(table),
  ...programItems(table),
  ...referralItems(table),
  ...visitorItems(table),
  isProfane,
  isBotAgent,
  isDisposableDomain,
  registrableDomain,
};
const validating = { ...items, hooks: { ...system, ...hooks, ...hookItems(table) } };

/** Of programs that the caller does not reach there is no evidence. */
const evidenceWithin = (reach: Reach) => ({
  findProgram: within(reach, items.findProgram),
  findLink: within(reach, items.findLink),
  findClick: async (clickId: string) => {
    const click = await items.findClick(clickId);
    return click !== undefined && reaches(reach, click.visit) ? click : undefined;
  },
});

async function create({
  body,
  reach,
  system: by,
  keyId,
}: {
  readonly body: SignUp;
  readonly reach: Reach;
  readonly system: System;
  readonly keyId?: string;
}): Promise<object> {
  const ports = { ...validating, ...by, ...(await loadHasher()), ...evidenceWithin(reach) };
  const withinGuesses = visitorGuesses(counting, keyId);
  return answerWith('referral', await withinGuesses(body.ip, () => createReferral(ports, body)));
}

const assign = operation(
  contract.assignReferral,
  async ({ body, keyId = 'unknown', requestId, system: by }) => {
    const assignment = { ...body, programId: body.programId ?? defaultProgramId };
    return answerWith(
      'referral',
      await assignReferral({ ...items, ...by }, assignment, { keyId, requestId }),
    );
  },
);

const getReferral = operation(
  contract.getReferral,
  async ({ params }) =>
    answerWith('referral', (await items.findReferral(params.referralId)) ?? refuse('referral_not_found')),
  async ({ params }) => {
    const found = await items.findReferral(params.referralId);
    return found && { programId: found.programId, userId: found.referrerId };
  },
);

const report = operation(
  contract.reportAttribution,
  async ({ params, body: { limit, cursor, ...settings } }) => {
    const page = pageOf({ limit: limit ?? 100, cursor });
    const found = await reportAttribution(items, params.programId, settings, page);
    if (isRefusal(found)) return found;
    const referrals = found.referrals.map(
      ({ referral: { referralId, refereeId, referrerId }, ...derived }) => ({
        ...{ referralId, refereeId, referrerId },
        ...derived,
      }),
    );
    return { ...found, referrals };
  },
);

export const handler = serveRoutes([
  operation(contract.verifyReferral, create, 'within'),
  operation(contract.processReferral, create, 'within'),
  operation(contract.createReferral, create, 'within'),
  assign,
  getReferral,
  report,
]);
