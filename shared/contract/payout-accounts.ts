import * as z from 'zod';
import { programId, userId } from './fields.ts';
import { defineRoute } from './route.ts';

const tag = 'Payouts';

const params = z.strictObject({ programId, userId });

const payoutAccountAnswer = z.object({
  account: z.object({ programId, userId, stripeAccount: z.string() }),
});

export const putPayoutAccount = defineRoute({
  operationId: 'putPayoutAccount',
  method: 'PUT',
  path: '/v1/programs/{programId}/participants/{userId}/payout-account',
  area: 'payouts',
  audited: ['participant.payout_account_set'],
  tag,
  summary: 'Set where a participant is paid',
  params,
  body: z.strictObject({
    stripeAccount: z
      .string()
      .regex(/^acct_[A-Za-z0-9]{1,64}$/, 'must be a connected account such as acct_1MTfjCQ9PRzxEwkZ'),
  }),
  success: { status: 200, description: 'The account', schema: payoutAccountAnswer },
  problems: ['participant_not_found'],
});

export const getPayoutAccount = defineRoute({
  operationId: 'getPayoutAccount',
  method: 'GET',
  path: '/v1/programs/{programId}/participants/{userId}/payout-account',
  area: 'payouts',
  tag,
  summary: 'Read where a participant is paid',
  params,
  success: { status: 200, description: 'The account', schema: payoutAccountAnswer },
  problems: ['payout_account_missing'],
});
