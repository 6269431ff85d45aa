import * as z from 'zod';
import {
  clickId,
  code,
  cursor,
  evidence,
  nextCursor,
  programId,
  referralId,
  text,
  timestamp,
  userId,
} from './fields.ts';
import { personSignals } from './fraud.ts';
import { attributionSettings } from './programs/attribution.ts';
import { defineRoute } from './route.ts';

const candidate = z
  .object({
    by: z.enum(['clickId', 'token', 'cookie', 'visitor', 'code', 'link', 'coupon']),
    clickId: clickId.optional(),
    at: timestamp.optional().meta({ description: 'When the click came' }),
    code: code.optional(),
    referrerId: userId.optional(),
    outcome: z.enum([
      ...(['won', 'not_found', 'unreadable', 'forged', 'other_program', 'inactive', 'not_accepted'] as const),
      ...(['expired', 'self', 'lower_precedence', 'earlier_touch', 'later_touch', 'duplicate'] as const),
    ]),
  })
  .meta({ id: 'Candidate', description: 'What spoke for somebody at a sign-up, and what became of it' });

const rule = z.enum(['only_candidate', 'precedence', 'first_touch', 'last_touch', 'self_only']);

const attribution = z.object({ by: candidate.shape.by, rule, candidates: z.array(candidate) }).meta({
  id: 'Attribution',
  description:
    'What spoke for whom at the sign-up, which of it won, by which rule, and why the others did not',
});

const tenure = z
  .object({
    referrerId: userId,
    code,
    clickId: clickId.optional(),
    upline: z.array(userId),
    until: timestamp.meta({ description: "What happened from then on is the next referrer's" }),
    earned: z
      .enum(['stays', 'taken_back'])
      .meta({ description: 'Whether they, and those above them, keep what it earned them by then' }),
  })
  .meta({ id: 'Tenure', description: 'Whose a referral was before it was reassigned' });

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
    recordedAt: timestamp
      .optional()
      .meta({ description: 'When it was stored, where an operator dated it back' }),
    completedAt: timestamp.optional(),
    reasons: z
      .array(z.string())
      .optional()
      .meta({ description: 'The fraud rules that speak against it, also where they only flag' }),
    reviewId: z
      .string()
      .optional()
      .meta({ description: 'The case, where something speaks against the referral' }),
    assignedBy: z
      .string()
      .optional()
      .meta({ description: 'The API key by which it was assigned or reassigned by hand' }),
    reassignedFrom: userId.optional().meta({ description: 'Whose it was before it was reassigned' }),
    earlier: z
      .array(tenure)
      .optional()
      .meta({ description: 'Whose it was when, oldest first, where it has been reassigned' }),
    reason: z.string().optional().meta({ description: 'Why it was assigned or reassigned by hand' }),
    programVersion: z.int(),
    attribution: attribution.optional(),
  })
  .meta({ id: 'Referral' });

/** What a referrer sees of a referral: that somebody came by their code, and how it stands; never who. */
export const ownReferral = referral.pick({
  referralId: true,
  programId: true,
  referrerId: true,
  code: true,
  status: true,
  createdAt: true,
  completedAt: true,
});

const referralAnswer = z.object({ referral });

const referralInput = z
  .strictObject({
    referralLink: evidence.meta({ description: 'The link that was passed on' }),
    referralCode: evidence.meta({ description: 'As it was typed', example: 'alice-rocks' }),
    clickId: evidence.meta({ example: 'clk_3q8zk1vdn5m7r2t9w4x6y0b8ch' }),
    token: evidence.meta({ description: 'A click token, from `/track-click` or `/v1/clicks`' }),
    cookie: evidence.meta({
      description:
        "Value of the browser's cookie `plusone_click`, or `plusone` of the snippet, whatever it holds",
    }),
    coupon: evidence.meta({ description: 'A coupon that is named like a code of its owner' }),
    visitorId: evidence.meta({ description: 'Your own id of the visitor whose clicks you reported' }),
    landed: z
      .union([z.boolean(), z.enum(['true', 'false', '']).transform(readFlag)])
      .optional()
      .meta({
        description: "What the browser snippet's `landed` says: it saw the page to which the click led",
      }),
    newUserId: userId,
    programId: programId.optional(),
    ...personSignals,
  })
  .refine(namesEvidence, {
    message: 'needs one of clickId, token, cookie, visitorId, referralCode, referralLink and coupon',
    path: ['referralCode'],
  })
  .meta({ id: 'SignUp', description: 'A new user, with all that is known of how they came' });

/** As a form's field gives it: empty where nothing is known. */
function readFlag(value: 'true' | 'false' | ''): boolean | undefined {
  return value === '' ? undefined : value === 'true';
}

/** Who the user is says nothing of who brought them. */
const noEvidence = new Set(['landed', 'newUserId', 'programId', ...Object.keys(personSignals)]);

function namesEvidence(input: object): boolean {
  return Object.entries(input).some(([name, value]) => value !== undefined && !noEvidence.has(name));
}

const problems = [
  'program_not_found',
  'code_not_found',
  'code_inactive',
  'click_not_found',
  'click_expired',
  'click_of_other_program',
  'invalid_click_token',
  'evidence_not_accepted',
  'referral_exists',
  'inviting_not_allowed',
  'upline_too_long',
  'contended',
] as const;

const description =
  'All that is known of how the user came can be given at once. Clicks (by id, token, cookie, or of the visitor) come before a code, a link and a coupon, unless the program names another precedence; of several clicks within the window the first or the last wins, as the program says. What can not count is passed over, and `attribution` of the referral says of each why. A sign-up that a fraud rule refuses is kept as a referral of status `rejected` with its reasons. Where the program requires events first, the referral is `pending` until they have come.';

export const verifyReferral = defineRoute({
  operationId: 'verifyReferral',
  method: 'POST',
  audited: false,
  path: '/verify-referral',
  area: 'referrals',
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
  audited: ['referral.assigned'],
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
  tag: 'Referrals',
  summary: 'Read a referral',
  params: z.strictObject({ referralId }),
  success: {
    status: 200,
    description: 'The referral',
    schema: referralAnswer,
    forSelf: z.object({ referral: ownReferral }),
  },
  problems: ['referral_not_found'],
});

const derived = z.object({
  referralId,
  refereeId: userId,
  referrerId: userId.meta({ description: 'Whose the referral is, and stays' }),
  change: z.enum(['same', 'other_referrer', 'nobody', 'not_derivable']).meta({
    description: '`not_derivable`: assigned or reassigned by hand, or from before reasons were kept',
  }),
  winner: candidate.optional(),
  rule: rule.optional(),
  candidates: z.array(candidate),
});

export const reportAttribution = defineRoute({
  operationId: 'reportAttribution',
  method: 'POST',
  audited: false,
  path: '/v1/programs/{programId}/attribution-report',
  area: 'referrals',
  tag: 'Referrals',
  summary: 'Say whose referrals would be under other settings',
  description:
    'Decides anew on what was kept of each sign-up. Nothing is written, and what was paid stays. Settings that are left out are those of the program. A page is of so many participants, of whom those are shown who have a referral; the summary is of the page.',
  params: z.strictObject({ programId }),
  body: z.strictObject({
    ...attributionSettings.partial().shape,
    limit: z.int().min(1).max(100).optional(),
    cursor: cursor.optional(),
  }),
  bodyOptional: true,
  success: {
    status: 200,
    description: 'A page of referrals with whose they would be',
    schema: z.object({
      settings: attributionSettings,
      referrals: z.array(derived),
      summary: z.object({
        same: z.int(),
        other_referrer: z.int(),
        nobody: z.int(),
        not_derivable: z.int(),
      }),
      nextCursor,
    }),
  },
  problems: ['program_not_found', 'invalid_cursor'],
});
