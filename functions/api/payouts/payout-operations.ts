import * as accounts from '../../../shared/contract/payout-accounts.ts';
import * as contract from '../../../shared/contract/payouts.ts';
import { refuse } from '../../../shared/contract/problems.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation } from '../../../shared/http/serve-routes.ts';
import { cancelPayout } from '../../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../../shared/usecases/payouts/create-payout.ts';
import { reconcilePayout } from '../../../shared/usecases/payouts/reconcile-payout.ts';
import { recordResult } from '../../../shared/usecases/payouts/record-result.ts';
import { sendPayout } from '../../../shared/usecases/payouts/send-payout.ts';
import { setPayoutAccount } from '../../../shared/usecases/payouts/set-payout-account.ts';
import { ports } from './ports.ts';

const ownerOf = async ({ params }: { readonly params: { readonly payoutId: string } }) =>
  (await ports.findPayout(params.payoutId))?.payout;

export const payoutOperations = [
  operation(contract.createPayout, async ({ body, operator, system }) =>
    answerWith(
      'payout',
      await createPayout(
        { ...ports, ...system, operator },
        { ...body, programId: body.programId ?? defaultProgramId },
      ),
    ),
  ),

  operation(contract.listPayouts, async ({ query }) => {
    const { programId = defaultProgramId, userId, ...page } = query;
    const found =
      userId === undefined
        ? ports.listPayouts(programId, pageOf(page))
        : ports.listPayoutsOf(programId, userId, pageOf(page));
    return pageAnswer('payouts', await found, (payout) => payout);
  }),

  operation(
    contract.getPayout,
    async ({ params }) =>
      answerWith('payout', (await ports.findPayout(params.payoutId))?.payout ?? refuse('payout_not_found')),
    ownerOf,
  ),

  operation(
    contract.cancelPayout,
    async ({ params, operator, system }) =>
      answerWith('payout', await cancelPayout({ ...ports, ...system, operator }, params.payoutId)),
    ownerOf,
  ),

  operation(
    contract.sendPayout,
    async ({ params, body, operator, system }) =>
      answerWith(
        'payout',
        await sendPayout({ ...ports, ...system, operator }, params.payoutId, body.provider ?? 'manual'),
      ),
    ownerOf,
  ),

  operation(
    contract.recordPayoutResult,
    async ({ params, body, operator }) =>
      answerWith('payout', await recordResult({ ...ports, operator }, params.payoutId, body)),
    ownerOf,
  ),

  operation(
    contract.reconcilePayout,
    async ({ params, operator }) => reconcilePayout({ ...ports, operator }, params.payoutId),
    ownerOf,
  ),

  operation(accounts.putPayoutAccount, async ({ params, body, operator }) =>
    answerWith('account', await setPayoutAccount({ ...ports, operator }, { ...params, ...body })),
  ),

  operation(accounts.getPayoutAccount, async ({ params: { programId, userId } }) =>
    answerWith(
      'account',
      (await ports.findPayoutAccount(programId, userId)) ?? refuse('payout_account_missing'),
    ),
  ),
];
