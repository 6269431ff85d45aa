/**
 * Who may call each route: the one place that says it. The functions refuse by it, infrastructure puts the authorizer
 * before what it guards, the OpenAPI document tells of it, and a matrix test tries every caller on every route.
 * docs/access.md explains it.
 */

import type { ProblemCode } from './problems.ts';

/** What scopes are about. A key may read or write each. */
type ScopeArea =
  | 'programs'
  | 'participants'
  | 'links'
  | 'clicks'
  | 'referrals'
  | 'events'
  | 'rewards'
  | 'payouts'
  | 'coupons'
  | 'reviews'
  | 'analytics'
  | 'audit'
  | 'api-keys'
  | 'tokens'
  | 'webhooks'
  | 'dead-letters'
  | 'notifications';

/** What a route asks for. */
export type Scope = `${ScopeArea}:${'read' | 'write'}`;

/** Where a request names its program. Left out of query or body, it is the default one, but where `aboutSelf` says. */
type ProgramPlace = 'params.programId' | 'query.programId' | 'body.programId';
/** Where a request names the participant whom it is about. */
type UserPlace = 'params.userId' | 'query.userId' | 'body.userId';

/**
 * What a call is about, which a restricted caller (a key bound to programs, or a participant) must own:
 *
 * - the program, and the participant if it is about one, that the request names; with `each`, those that each element
 *   of this list of the body names, if the body has it;
 * - the thing whose id the request carries: the operation finds its owner, and what is not the caller's is answered by
 *   this problem, as if it did not exist;
 * - `within`: the operation itself keeps to the reach of the caller;
 * - `deployment`: all programs, so that it is for nobody who is restricted.
 */
export type Subject =
  | { readonly programId: ProgramPlace; readonly userId?: UserPlace; readonly each?: 'events' }
  | { readonly owner: `${string}_not_found` & ProblemCode }
  | 'within'
  | 'deployment';

/** Who may call a route that is not open to all. */
export interface Guard {
  /** What a key needs. */
  readonly scope: Scope;
  /** A participant's token may call it, about its own user. @default - it may not */
  readonly participant?: 'self';
  /** Fields of the body that a participant cannot give: only servers set them. @default - none */
  readonly withheld?: readonly string[];
  readonly subject: Subject;
}

/** Anybody, or whom the guard lets pass. */
export type Access = 'public' | Guard;

const reads = (area: ScopeArea, subject: Subject): Guard => ({ scope: `${area}:read`, subject });
const writes = (area: ScopeArea, subject: Subject): Guard => ({ scope: `${area}:write`, subject });
/** Participants may call it as well, without these fields of the body. */
const orSelf = (guard: Guard, ...withheld: readonly string[]): Guard => ({
  ...guard,
  participant: 'self',
  withheld,
});

const programInPath = { programId: 'params.programId' } as const;
const userInPath = { programId: 'params.programId', userId: 'params.userId' } as const;
const programInQuery = { programId: 'query.programId' } as const;
const userInQuery = { programId: 'query.programId', userId: 'query.userId' } as const;
const programInBody = { programId: 'body.programId' } as const;
const userInBody = { programId: 'body.programId', userId: 'body.userId' } as const;
const userOfFrontDoor = { programId: 'query.programId', userId: 'params.userId' } as const;
const referral = { owner: 'referral_not_found' } as const;
const link = { owner: 'code_not_found' } as const;
const payout = { owner: 'payout_not_found' } as const;
const payoutBatch = { owner: 'payout_batch_not_found' } as const;
const reward = { owner: 'reward_not_found' } as const;

const table = {
  generateLink: writes('links', userInBody),
  trackClick: writes('clicks', 'within'),
  verifyReferral: writes('referrals', 'within'),
  processReferral: writes('referrals', 'within'),
  referralStats: orSelf(reads('participants', userOfFrontDoor)),
  userRewards: orSelf(reads('rewards', userOfFrontDoor)),
  claimRewardOfUser: orSelf(writes('rewards', reward)),

  createProgram: writes('programs', 'deployment'),
  listPrograms: reads('programs', 'within'),
  getProgram: reads('programs', programInPath),
  updateProgram: writes('programs', programInPath),
  deleteProgram: writes('programs', programInPath),
  listProgramVersions: reads('programs', programInPath),

  putParticipant: writes('participants', userInPath),
  getParticipant: orSelf(reads('participants', userInPath)),
  updateParticipant: writes('participants', userInPath),
  deactivateParticipant: writes('participants', userInPath),
  putPolicy: writes('participants', userInPath),
  getPolicy: reads('participants', userInPath),
  getUpline: reads('participants', userInPath),
  listReferrals: orSelf(reads('referrals', userInPath)),
  listRewards: orSelf(reads('rewards', userInPath)),
  listLedger: orSelf(reads('rewards', userInPath)),
  getBalances: orSelf(reads('rewards', userInPath)),
  getStats: orSelf(reads('participants', userInPath)),
  listBadges: orSelf(reads('rewards', userInPath)),

  createLink: orSelf(writes('links', userInPath), 'destination', 'apps'),
  listLinks: orSelf(reads('links', userInPath)),
  getLink: orSelf(reads('links', link)),
  updateLink: writes('links', link),
  deactivateLink: orSelf(writes('links', link)),
  getLinkQr: orSelf(reads('links', link)),

  recordClicks: writes('clicks', 'within'),
  getClick: reads('clicks', { owner: 'click_not_found' }),
  timeseries: orSelf(reads('analytics', { programId: 'params.programId', userId: 'query.userId' })),

  createReferral: writes('referrals', 'within'),
  assignReferral: writes('referrals', programInBody),
  getReferral: orSelf(reads('referrals', referral)),
  reassignReferral: writes('referrals', referral),
  reportAttribution: reads('referrals', programInPath),

  listReviews: reads('reviews', programInPath),
  groupReviews: reads('reviews', programInPath),
  dryRunFraudRules: reads('reviews', programInPath),
  getReview: reads('reviews', { owner: 'review_not_found' }),
  previewDecision: reads('reviews', { owner: 'review_not_found' }),
  decideReview: writes('reviews', { owner: 'review_not_found' }),
  decideReviews: writes('reviews', programInPath),
  approveReferral: writes('reviews', referral),
  rejectReferral: writes('reviews', referral),

  recordEvents: writes('events', { programId: 'body.programId', each: 'events' }),
  getEvent: reads('events', programInPath),
  previewRewards: reads('rewards', programInBody),
  getReward: orSelf(reads('rewards', reward)),
  claimReward: orSelf(writes('rewards', reward)),

  listCouponPools: reads('coupons', programInPath),
  getCouponPool: reads('coupons', programInPath),
  loadCoupons: writes('coupons', programInPath),
  listCoupons: reads('coupons', programInPath),

  createPayout: orSelf(writes('payouts', userInBody)),
  listPayouts: orSelf(reads('payouts', userInQuery)),
  getPayout: orSelf(reads('payouts', payout)),
  cancelPayout: writes('payouts', payout),
  sendPayout: writes('payouts', payout),
  recordPayoutResult: writes('payouts', payout),
  reconcilePayout: writes('payouts', payout),
  createPayoutBatch: writes('payouts', programInBody),
  listPayoutBatches: reads('payouts', programInQuery),
  getPayoutBatch: reads('payouts', payoutBatch),
  listBatchPayouts: reads('payouts', payoutBatch),
  exportPayoutBatch: reads('payouts', payoutBatch),
  freezePayoutBatch: writes('payouts', payoutBatch),
  sendPayoutBatch: writes('payouts', payoutBatch),
  cancelPayoutBatch: writes('payouts', payoutBatch),
  reconcilePayoutBatch: writes('payouts', payoutBatch),
  recordBatchResults: writes('payouts', payoutBatch),
  getStatement: orSelf(reads('payouts', userInPath)),
  putPayoutAccount: writes('payouts', userInPath),
  getPayoutAccount: reads('payouts', userInPath),

  createApiKey: writes('api-keys', 'within'),
  listApiKeys: reads('api-keys', 'within'),
  getApiKey: reads('api-keys', 'within'),
  rotateApiKey: writes('api-keys', 'within'),
  revokeApiKey: writes('api-keys', 'within'),
  listAuditLog: reads('audit', programInQuery),

  createToken: writes('tokens', programInBody),
  rotateSigningKeys: writes('api-keys', 'deployment'),
  getJwks: 'public',

  listDeadLetters: reads('dead-letters', 'deployment'),
  redriveDeadLetters: writes('dead-letters', 'deployment'),

  createWebhookEndpoint: writes('webhooks', 'deployment'),
  listWebhookEndpoints: reads('webhooks', 'deployment'),
  getWebhookEndpoint: reads('webhooks', 'deployment'),
  updateWebhookEndpoint: writes('webhooks', 'deployment'),
  deleteWebhookEndpoint: writes('webhooks', 'deployment'),
  rotateWebhookSecret: writes('webhooks', 'deployment'),
  testWebhookEndpoint: writes('webhooks', 'deployment'),
  listDeliveries: reads('webhooks', 'deployment'),
  getDelivery: reads('webhooks', 'deployment'),
  replayDelivery: writes('webhooks', 'deployment'),
  replayDeliveries: writes('webhooks', 'deployment'),

  putContact: writes('notifications', userInPath),
  getContact: reads('notifications', userInPath),
  deleteContact: writes('notifications', userInPath),
  listNotificationTemplates: reads('notifications', programInPath),
  putNotificationTemplate: writes('notifications', programInPath),
  getNotificationTemplate: reads('notifications', programInPath),
  deleteNotificationTemplate: writes('notifications', programInPath),
  previewNotificationTemplate: reads('notifications', programInPath),
  showUnsubscribe: 'public',
  unsubscribe: 'public',

  followLink: 'public',
  probeLink: 'public',
  followDeepLink: 'public',
  probeDeepLink: 'public',
  snippet: 'public',
  snippetVersion: 'public',
  health: 'public',
  openApi: 'public',
  docs: 'public',
  docsAsset: 'public',
} as const satisfies Record<string, Access>;

/** A route's name. One that is not in the table does not compile. */
export type OperationId = keyof typeof table;

/** The table by name. */
export const access: Readonly<Record<OperationId, Access>> = table;

/** All that a key can be allowed: what some route asks for, and `*`, which is everything, also what comes later. */
export const scopes: readonly (Scope | '*')[] = [
  '*',
  ...new Set(Object.values<Access>(access).flatMap((guard) => (guard === 'public' ? [] : [guard.scope]))),
];

/** Who may call a route. */
export function accessTo(route: { readonly operationId: OperationId }): Access {
  return access[route.operationId];
}

/** Whether anybody may call a route. */
export function isPublic(route: { readonly operationId: OperationId }): boolean {
  return accessTo(route) === 'public';
}

/** The problems by which a route answers a restricted caller about what is not theirs, as if it did not exist. */
export function hidingProblems(guard: Guard): readonly ProblemCode[] {
  if (typeof guard.subject === 'string') return [];
  if ('owner' in guard.subject) return [guard.subject.owner];
  return guard.subject.userId === undefined
    ? ['program_not_found']
    : ['program_not_found', 'participant_not_found'];
}
