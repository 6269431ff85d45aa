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
    upline: z
      .array(userId)
      .meta({ description: 'The referrer, who invited them, and so on, at most ten, as at the sign-up' }),
    status: z.enum(['pending', 'completed', 'rejected', 'in_review']),
    createdAt: timestamp,
    completedAt: timestamp.optional(),
    reasons: z.array(z.string()).optional(),
    assignedBy: z.string().optional().meta({ description: 'The API key by which it was assigned by hand' }),
    reason: z.string().optional().meta({ description: 'Why it was assigned by hand' }),
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
  'upline_too_long',
  'contended',
] as const;

const description =
  'Where several are given, the click decides, then the code, then the link. A sign-up that a fraud rule refuses is kept as a referral of status `rejected` with its reasons. Where the program requires events first, the referral is `pending` until they have come.';

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

export const assignReferral = defineRoute({
  operationId: 'assignReferral',
  method: 'POST',
  path: '/v1/referrals/assign',
  area: 'referrals',
  access: 'server',
  tag: 'Referrals',
  summary: 'Assign a user to a referrer by hand',
  description:
    'For users who came without a click or code, also those who have been customers for long. The referrer must be a participant; their first code is named, and made if they have none. The reason is kept with the referral and in the audit log. What speaks against it is refused and leaves no trace.',
  body: z.strictObject({
    referrerId: userId,
    newUserId: userId,
    reason: text(512).meta({ description: 'Why, for the audit log', example: 'Told us by phone' }),
    programId: programId.optional(),
    createdAt: timestamp.optional().meta({ description: 'When the user was brought; now unless given' }),
  }),
  success: { status: 201, description: 'The referral', schema: referralAnswer },
  problems: [
    'program_not_found',
    'participant_not_found',
    'referral_exists',
    'inviting_not_allowed',
    'self_referral',
    'referral_cycle',
    'upline_too_long',
    'contended',
  ],
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
