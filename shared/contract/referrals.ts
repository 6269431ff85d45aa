import * as z from 'zod';
import { clickId, code, email, programId, referralId, text, timestamp, userId } from './fields.ts';
import { defineRoute } from './route.ts';

export const referral = z
  .object({
    referralId,
    programId,
    referrerId: userId,
    refereeId: userId,
    code,
    clickId: clickId.optional(),
    status: z.enum(['pending', 'completed', 'rejected', 'in_review']),
    createdAt: timestamp,
    completedAt: timestamp.optional(),
    reasons: z.array(z.string()).optional(),
    programVersion: z.int(),
  })
  .meta({ id: 'Referral' });

const referralAnswer = z.object({ referral });

const referralInput = z
  .strictObject({
    referralLink: text(2048).optional(),
    referralCode: code.optional(),
    clickId: clickId.optional(),
    newUserId: userId,
    programId: programId.optional(),
    email: email.optional(),
  })
  .refine((i) => i.referralLink !== undefined || i.referralCode !== undefined || i.clickId !== undefined, {
    message: 'needs one of clickId, referralCode and referralLink',
    path: ['referralCode'],
  });

const problems = [
  'program_not_found',
  'code_not_found',
  'code_inactive',
  'click_not_found',
  'click_expired',
  'referral_exists',
  'inviting_not_allowed',
] as const;

const description =
  'Where several are given, the click decides, then the code, then the link. A sign-up that a fraud rule refuses is kept as a referral of status `rejected` with its reasons.';

export const verifyReferral = defineRoute({
  operationId: 'verifyReferral',
  method: 'POST',
  path: '/verify-referral',
  area: 'referrals',
  access: 'server',
  tag: 'Front door',
  summary: 'Credit a new user to the participant who referred them',
  description,
  snakeCase: true,
  body: referralInput,
  success: { status: 200, description: 'The referral', schema: referralAnswer },
  problems,
});

export const processReferral = defineRoute({
  ...verifyReferral,
  operationId: 'processReferral',
  path: '/process-referral',
  summary: 'Another name of /verify-referral',
});

export const createReferral = defineRoute({
  ...verifyReferral,
  operationId: 'createReferral',
  path: '/v1/referrals',
  tag: 'Referrals',
  summary: 'Create a referral',
  success: { status: 201, description: 'The referral', schema: referralAnswer },
});

export const getReferral = defineRoute({
  operationId: 'getReferral',
  method: 'GET',
  path: '/v1/referrals/{referralId}',
  area: 'referrals',
  access: 'server',
  tag: 'Referrals',
  summary: 'Read a referral',
  params: z.strictObject({ referralId }),
  success: { status: 200, description: 'The referral', schema: referralAnswer },
  problems: ['referral_not_found'],
});
