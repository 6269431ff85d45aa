import type * as analytics from '../shared/contract/analytics.ts';
import type * as apiKeys from '../shared/contract/api-keys.ts';
import type * as audit from '../shared/contract/audit.ts';
import type * as badges from '../shared/contract/badges.ts';
import type * as clicks from '../shared/contract/clicks.ts';
import type * as coupons from '../shared/contract/coupons.ts';
import type * as deadLetters from '../shared/contract/dead-letters.ts';
import type * as events from '../shared/contract/events.ts';
import type * as links from '../shared/contract/links.ts';
import type * as notifications from '../shared/contract/notifications.ts';
import type * as open from '../shared/contract/open.ts';
import type * as participants from '../shared/contract/participants.ts';
import type * as payoutAccounts from '../shared/contract/payout-accounts.ts';
import type * as payoutBatches from '../shared/contract/payout-batches.ts';
import type * as payouts from '../shared/contract/payouts.ts';
import type * as programs from '../shared/contract/programs.ts';
import type * as referralDecisions from '../shared/contract/referral-decisions.ts';
import type * as referrals from '../shared/contract/referrals.ts';
import type * as reviews from '../shared/contract/reviews.ts';
import type * as rewards from '../shared/contract/rewards.ts';
import type * as statements from '../shared/contract/statements.ts';
import type * as tokens from '../shared/contract/tokens.ts';
import type * as webhooks from '../shared/contract/webhooks.ts';
import { call, callById, file, list, type Methods, redirect, takeAway } from './describe-call.ts';

/**
 * Every route, by the name of its method. The types come from the contracts that validate; method and path are held
 * against them by the compiler. In the package, `build/` writes `Api` out in full in place of this file.
 */
export const calls = {
  generateLink: call<typeof links.generateLink>('POST /generate-link'),
  trackClick: call<typeof clicks.trackClick>('POST /track-click'),
  verifyReferral: call<typeof referrals.verifyReferral>('POST /verify-referral'),
  processReferral: call<typeof referrals.processReferral>('POST /process-referral'),
  referralStats: call<typeof participants.referralStats>('GET /referral-stats/{userId}'),
  userRewards: list<typeof rewards.userRewards, 'rewards'>('GET /rewards/{userId}', 'rewards'),
  claimReward: call<typeof rewards.claimRewardOfUser>('POST /claim-reward'),
  programs: {
    create: call<typeof programs.createProgram>('POST /v1/programs'),
    list: list<typeof programs.listPrograms, 'programs'>('GET /v1/programs', 'programs'),
    get: call<typeof programs.getProgram>('GET /v1/programs/{programId}'),
    update: call<typeof programs.updateProgram>('PATCH /v1/programs/{programId}'),
    delete: takeAway<typeof programs.deleteProgram>('DELETE /v1/programs/{programId}'),
    versions: list<typeof programs.listProgramVersions, 'versions'>(
      'GET /v1/programs/{programId}/versions',
      'versions',
    ),
  },
  participants: {
    put: call<typeof participants.putParticipant>('PUT /v1/programs/{programId}/participants/{userId}'),
    get: call<typeof participants.getParticipant>('GET /v1/programs/{programId}/participants/{userId}'),
    update: call<typeof participants.updateParticipant>(
      'PATCH /v1/programs/{programId}/participants/{userId}',
    ),
    deactivate: call<typeof participants.deactivateParticipant>(
      'DELETE /v1/programs/{programId}/participants/{userId}',
    ),
    putPolicy: call<typeof participants.putPolicy>(
      'PUT /v1/programs/{programId}/participants/{userId}/policy',
    ),
    policy: call<typeof participants.getPolicy>('GET /v1/programs/{programId}/participants/{userId}/policy'),
    upline: call<typeof participants.getUpline>('GET /v1/programs/{programId}/participants/{userId}/upline'),
    referrals: list<typeof participants.listReferrals, 'referrals'>(
      'GET /v1/programs/{programId}/participants/{userId}/referrals',
      'referrals',
    ),
    rewards: list<typeof participants.listRewards, 'rewards'>(
      'GET /v1/programs/{programId}/participants/{userId}/rewards',
      'rewards',
    ),
    ledger: list<typeof participants.listLedger, 'entries'>(
      'GET /v1/programs/{programId}/participants/{userId}/ledger',
      'entries',
    ),
    balances: call<typeof participants.getBalances>(
      'GET /v1/programs/{programId}/participants/{userId}/balances',
    ),
    stats: call<typeof participants.getStats>('GET /v1/programs/{programId}/participants/{userId}/stats'),
    badges: list<typeof badges.listBadges, 'badges'>(
      'GET /v1/programs/{programId}/participants/{userId}/badges',
      'badges',
    ),
    statement: file<typeof statements.getStatement>(
      'GET /v1/programs/{programId}/participants/{userId}/statement',
    ),
    putPayoutAccount: call<typeof payoutAccounts.putPayoutAccount>(
      'PUT /v1/programs/{programId}/participants/{userId}/payout-account',
    ),
    payoutAccount: call<typeof payoutAccounts.getPayoutAccount>(
      'GET /v1/programs/{programId}/participants/{userId}/payout-account',
    ),
  },
  links: {
    create: call<typeof links.createLink>('POST /v1/programs/{programId}/participants/{userId}/links'),
    list: list<typeof links.listLinks, 'links'>(
      'GET /v1/programs/{programId}/participants/{userId}/links',
      'links',
    ),
    get: call<typeof links.getLink>('GET /v1/links/{code}'),
    update: call<typeof links.updateLink>('PATCH /v1/links/{code}'),
    deactivate: call<typeof links.deactivateLink>('DELETE /v1/links/{code}'),
    qr: file<typeof links.getLinkQr>('GET /v1/links/{code}/qr'),
    follow: redirect<typeof open.followLink>('GET /r/{code}'),
    probe: redirect<typeof open.probeLink>('HEAD /r/{code}'),
    followDeep: redirect<typeof open.followDeepLink>('GET /r/{code}/{path+}'),
    probeDeep: redirect<typeof open.probeDeepLink>('HEAD /r/{code}/{path+}'),
  },
  clicks: {
    record: call<typeof clicks.recordClicks>('POST /v1/clicks'),
    get: call<typeof clicks.getClick>('GET /v1/clicks/{clickId}'),
  },
  analytics: {
    timeseries: call<typeof analytics.timeseries>('GET /v1/programs/{programId}/analytics/timeseries'),
  },
  referrals: {
    create: call<typeof referrals.createReferral>('POST /v1/referrals'),
    assign: call<typeof referrals.assignReferral>('POST /v1/referrals/assign'),
    get: call<typeof referrals.getReferral>('GET /v1/referrals/{referralId}'),
    approve: call<typeof referralDecisions.approveReferral>('POST /v1/referrals/{referralId}/approve'),
    reject: call<typeof referralDecisions.rejectReferral>('POST /v1/referrals/{referralId}/reject'),
    reassign: call<typeof referralDecisions.reassignReferral>('POST /v1/referrals/{referralId}/reassign'),
    reportAttribution: list<typeof referrals.reportAttribution, 'referrals'>(
      'POST /v1/programs/{programId}/attribution-report',
      'referrals',
    ),
  },
  reviews: {
    list: list<typeof reviews.listReviews, 'reviews'>('GET /v1/programs/{programId}/reviews', 'reviews'),
    groups: call<typeof reviews.groupReviews>('GET /v1/programs/{programId}/reviews/groups'),
    dryRun: call<typeof reviews.dryRunRules>('POST /v1/programs/{programId}/fraud/dry-run'),
    get: call<typeof reviews.getReview>('GET /v1/reviews/{reviewId}'),
    preview: call<typeof reviews.previewDecision>('GET /v1/reviews/{reviewId}/preview'),
    decide: call<typeof reviews.decideReview>('POST /v1/reviews/{reviewId}/decision'),
    decideAll: list<typeof reviews.decideReviews, 'results'>(
      'POST /v1/programs/{programId}/reviews/decisions',
      'results',
    ),
  },
  events: {
    record: callById<typeof events.recordEvents>('POST /v1/events'),
    get: call<typeof events.getEvent>('GET /v1/events/{programId}/{eventId}'),
  },
  rewards: {
    preview: call<typeof rewards.previewRewards>('POST /v1/rewards/preview'),
    get: call<typeof rewards.getReward>('GET /v1/rewards/{rewardId}'),
    claim: call<typeof rewards.claimReward>('POST /v1/rewards/{rewardId}/claim'),
  },
  couponPools: {
    list: list<typeof coupons.listCouponPools, 'pools'>('GET /v1/programs/{programId}/coupon-pools', 'pools'),
    get: call<typeof coupons.getCouponPool>('GET /v1/programs/{programId}/coupon-pools/{pool}'),
    load: call<typeof coupons.loadCoupons>('POST /v1/programs/{programId}/coupon-pools/{pool}/coupons'),
    coupons: list<typeof coupons.listCoupons, 'coupons'>(
      'GET /v1/programs/{programId}/coupon-pools/{pool}/coupons',
      'coupons',
    ),
  },
  payouts: {
    create: call<typeof payouts.createPayout>('POST /v1/payouts'),
    list: list<typeof payouts.listPayouts, 'payouts'>('GET /v1/payouts', 'payouts'),
    get: call<typeof payouts.getPayout>('GET /v1/payouts/{payoutId}'),
    cancel: call<typeof payouts.cancelPayout>('POST /v1/payouts/{payoutId}/cancel'),
    send: call<typeof payouts.sendPayout>('POST /v1/payouts/{payoutId}/send'),
    recordResult: call<typeof payouts.recordPayoutResult>('POST /v1/payouts/{payoutId}/result'),
    reconcile: call<typeof payouts.reconcilePayout>('POST /v1/payouts/{payoutId}/reconcile'),
  },
  payoutBatches: {
    create: call<typeof payoutBatches.createPayoutBatch>('POST /v1/payout-batches'),
    list: list<typeof payoutBatches.listPayoutBatches, 'batches'>('GET /v1/payout-batches', 'batches'),
    get: call<typeof payoutBatches.getPayoutBatch>('GET /v1/payout-batches/{batchId}'),
    payouts: list<typeof payoutBatches.listBatchPayouts, 'payouts'>(
      'GET /v1/payout-batches/{batchId}/payouts',
      'payouts',
    ),
    csv: file<typeof payoutBatches.exportPayoutBatch>('GET /v1/payout-batches/{batchId}/csv'),
    freeze: call<typeof payoutBatches.freezePayoutBatch>('POST /v1/payout-batches/{batchId}/freeze'),
    send: call<typeof payoutBatches.sendPayoutBatch>('POST /v1/payout-batches/{batchId}/send'),
    cancel: call<typeof payoutBatches.cancelPayoutBatch>('POST /v1/payout-batches/{batchId}/cancel'),
    reconcile: call<typeof payoutBatches.reconcilePayoutBatch>('POST /v1/payout-batches/{batchId}/reconcile'),
    recordResults: call<typeof payoutBatches.recordBatchResults>('POST /v1/payout-batches/{batchId}/results'),
  },
  tokens: {
    create: call<typeof tokens.createToken>('POST /v1/tokens'),
    rotateSigningKeys: call<typeof tokens.rotateSigningKeys>('POST /v1/signing-keys/rotate'),
    publicKeys: call<typeof tokens.getJwks>('GET /.well-known/jwks.json'),
  },
  apiKeys: {
    create: call<typeof apiKeys.createApiKey>('POST /v1/api-keys'),
    list: list<typeof apiKeys.listApiKeys, 'apiKeys'>('GET /v1/api-keys', 'apiKeys'),
    get: call<typeof apiKeys.getApiKey>('GET /v1/api-keys/{keyId}'),
    rotate: call<typeof apiKeys.rotateApiKey>('POST /v1/api-keys/{keyId}/rotate'),
    revoke: call<typeof apiKeys.revokeApiKey>('DELETE /v1/api-keys/{keyId}'),
  },
  webhookEndpoints: {
    create: call<typeof webhooks.createWebhookEndpoint>('POST /v1/webhook-endpoints'),
    list: call<typeof webhooks.listWebhookEndpoints>('GET /v1/webhook-endpoints'),
    get: call<typeof webhooks.getWebhookEndpoint>('GET /v1/webhook-endpoints/{endpointId}'),
    update: call<typeof webhooks.updateWebhookEndpoint>('PATCH /v1/webhook-endpoints/{endpointId}'),
    delete: takeAway<typeof webhooks.deleteWebhookEndpoint>('DELETE /v1/webhook-endpoints/{endpointId}'),
    rotateSecret: call<typeof webhooks.rotateWebhookSecret>(
      'POST /v1/webhook-endpoints/{endpointId}/rotate-secret',
    ),
    test: call<typeof webhooks.testWebhookEndpoint>('POST /v1/webhook-endpoints/{endpointId}/test'),
    deliveries: list<typeof webhooks.listDeliveries, 'deliveries'>(
      'GET /v1/webhook-endpoints/{endpointId}/deliveries',
      'deliveries',
    ),
    delivery: call<typeof webhooks.getDelivery>(
      'GET /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}',
    ),
    replay: call<typeof webhooks.replayDelivery>(
      'POST /v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/replay',
    ),
    replayAll: call<typeof webhooks.replayDeliveries>('POST /v1/webhook-endpoints/{endpointId}/replay'),
  },
  notifications: {
    putContact: call<typeof notifications.putContact>(
      'PUT /v1/programs/{programId}/participants/{userId}/contact',
    ),
    contact: call<typeof notifications.getContact>(
      'GET /v1/programs/{programId}/participants/{userId}/contact',
    ),
    deleteContact: takeAway<typeof notifications.deleteContact>(
      'DELETE /v1/programs/{programId}/participants/{userId}/contact',
    ),
    templates: call<typeof notifications.listNotificationTemplates>(
      'GET /v1/programs/{programId}/notification-templates',
    ),
    putTemplate: call<typeof notifications.putNotificationTemplate>(
      'PUT /v1/programs/{programId}/notification-templates/{kind}/{language}',
    ),
    template: call<typeof notifications.getNotificationTemplate>(
      'GET /v1/programs/{programId}/notification-templates/{kind}/{language}',
    ),
    deleteTemplate: takeAway<typeof notifications.deleteNotificationTemplate>(
      'DELETE /v1/programs/{programId}/notification-templates/{kind}/{language}',
    ),
    previewTemplate: call<typeof notifications.previewNotificationTemplate>(
      'POST /v1/programs/{programId}/notification-templates/{kind}/{language}/preview',
    ),
    showUnsubscribe: file<typeof notifications.showUnsubscribe>('GET /unsubscribe/{token}'),
    unsubscribe: file<typeof notifications.unsubscribe>('POST /unsubscribe/{token}'),
  },
  deadLetters: {
    list: list<typeof deadLetters.listDeadLetters, 'deadLetters'>('GET /v1/dead-letters', 'deadLetters'),
    redrive: list<typeof deadLetters.redriveDeadLetters, 'results'>(
      'POST /v1/dead-letters/redrive',
      'results',
    ),
  },
  auditLog: {
    list: list<typeof audit.listAuditLog, 'entries'>('GET /v1/audit-log', 'entries'),
  },
  service: {
    health: call<typeof open.health>('GET /health'),
    openApi: call<typeof open.openApi>('GET /openapi.json'),
    docs: file<typeof open.docs>('GET /docs'),
    docsAsset: file<typeof open.docsAsset>('GET /docs/{asset}'),
    snippet: file<typeof open.snippet>('GET /plusone.js'),
    snippetVersion: file<typeof open.snippetVersion>('GET /plusone/{version}/plusone.js'),
  },
} as const;

/** The methods of the client. */
export type Api = Methods<typeof calls>;
