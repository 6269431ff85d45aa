import * as z from 'zod';
import { code, referralId, text, userId } from './fields.ts';
import { referral } from './referrals.ts';
import { review } from './reviews.ts';
import { defineRoute } from './route.ts';

const reason = text(512).meta({ description: 'Why, for the audit log', example: 'Found out by phone' });

const deciding = {
  method: 'POST',
  area: 'reviews',
  tag: 'Referrals',
  params: z.strictObject({ referralId }),
  success: {
    status: 200,
    description: 'The referral, with its case',
    schema: z.object({ referral, review: review.optional() }),
  },
  problems: ['referral_not_found', 'review_decided', 'referral_cycle', 'upline_too_long', 'contended'],
} as const;

export const approveReferral = defineRoute({
  ...deciding,
  operationId: 'approveReferral',
  path: '/v1/referrals/{referralId}/approve',
  audited: ['review.approved'],
  summary: 'Approve a referral by hand',
  description:
    'Decides its case, as `POST /v1/reviews/{reviewId}/decision` does: what was held or rejected counts, and all that the referee has done meanwhile is settled. A referral that is no case is left as it is, and answered. What was decided otherwise has to be undone first, by its case.',
  body: z.strictObject({ reason: reason.optional() }),
  bodyOptional: true,
});

export const rejectReferral = defineRoute({
  ...deciding,
  operationId: 'rejectReferral',
  path: '/v1/referrals/{referralId}/reject',
  audited: ['review.rejected'],
  summary: 'Reject a referral by hand',
  description:
    'Any referral, whether or not something speaks against it: it earns nothing from then on, and what it has earned is taken back. Where it is a case, that is decided; where it is none, one is opened with it (`origin` `manual`), so that `undo` of the case puts it back. The same again changes nothing.',
  body: z.strictObject({ reason }),
});

export const reassignReferral = defineRoute({
  operationId: 'reassignReferral',
  method: 'POST',
  path: '/v1/referrals/{referralId}/reassign',
  area: 'reviews',
  audited: ['referral.reassigned'],
  tag: 'Referrals',
  summary: 'Give a referral to another participant by hand',
  description:
    'Whatever its status: it counts from then on, as a new one would, and what its user does from then on earns the new referrer. What it has earned before stays with whom it was earned by, or is taken back from them and those above them; refunds of orders from before take back from them. A limit of rewards for each referee holds over all referrers, as far as they keep what was earned. A case that speaks of the former referrer is closed; one that bans them has to be undone first. Where the referral is theirs already nothing changes.',
  params: z.strictObject({ referralId }),
  body: z.strictObject({
    userId: userId.meta({ description: 'Whose it is to be: a participant of the same program' }),
    reason,
    code: code
      .optional()
      .meta({ description: 'A code of theirs; their first unless given, made if there is none' }),
    earned: z.enum(['stays', 'taken_back']).optional().meta({
      description:
        'What becomes of what it has earned its referrer, and those above them; `stays` unless given',
    }),
  }),
  success: { status: 200, description: 'The referral', schema: z.object({ referral }) },
  problems: [
    'referral_not_found',
    'participant_not_found',
    'program_not_found',
    'inviting_not_allowed',
    'code_not_found',
    'code_inactive',
    'self_referral',
    'referral_cycle',
    'upline_too_long',
    'review_decided',
    'reassigned_too_often',
    'contended',
  ],
});
