import * as analytics from './analytics.ts';
import * as audit from './audit.ts';
import * as badges from './badges.ts';
import * as clicks from './clicks.ts';
import * as coupons from './coupons.ts';
import * as events from './events.ts';
import * as links from './links.ts';
import * as open from './open.ts';
import * as participants from './participants.ts';
import * as payoutAccounts from './payout-accounts.ts';
import * as payoutBatches from './payout-batches.ts';
import * as payouts from './payouts.ts';
import * as programs from './programs.ts';
import * as referrals from './referrals.ts';
import * as reviews from './reviews.ts';
import * as rewards from './rewards.ts';
import type { Route } from './route.ts';
import * as statements from './statements.ts';

/** Every route of the API, in the order in which the documentation shows them. */
export const routes: readonly Route[] = [
  links.generateLink,
  clicks.trackClick,
  referrals.verifyReferral,
  referrals.processReferral,
  participants.referralStats,
  rewards.userRewards,
  rewards.claimRewardOfUser,
  programs.createProgram,
  programs.listPrograms,
  programs.getProgram,
  programs.updateProgram,
  programs.deleteProgram,
  programs.listProgramVersions,
  participants.putParticipant,
  participants.getParticipant,
  participants.updateParticipant,
  participants.deactivateParticipant,
  participants.putPolicy,
  participants.getPolicy,
  participants.getUpline,
  participants.listReferrals,
  participants.listRewards,
  participants.listLedger,
  participants.getBalances,
  participants.getStats,
  badges.listBadges,
  links.createLink,
  links.listLinks,
  links.getLink,
  links.updateLink,
  links.deactivateLink,
  links.getLinkQr,
  clicks.recordClicks,
  clicks.getClick,
  analytics.timeseries,
  referrals.createReferral,
  referrals.assignReferral,
  referrals.getReferral,
  referrals.reportAttribution,
  reviews.listReviews,
  reviews.groupReviews,
  reviews.dryRunRules,
  reviews.decideReview,
  events.recordEvents,
  events.getEvent,
  rewards.previewRewards,
  rewards.getReward,
  rewards.claimReward,
  coupons.listCouponPools,
  coupons.getCouponPool,
  coupons.loadCoupons,
  coupons.listCoupons,
  payouts.createPayout,
  payouts.listPayouts,
  payouts.getPayout,
  payouts.cancelPayout,
  payouts.sendPayout,
  payouts.recordPayoutResult,
  payouts.reconcilePayout,
  payoutBatches.createPayoutBatch,
  payoutBatches.listPayoutBatches,
  payoutBatches.getPayoutBatch,
  payoutBatches.listBatchPayouts,
  payoutBatches.exportPayoutBatch,
  payoutBatches.freezePayoutBatch,
  payoutBatches.sendPayoutBatch,
  payoutBatches.cancelPayoutBatch,
  payoutBatches.reconcilePayoutBatch,
  payoutBatches.recordBatchResults,
  statements.getStatement,
  payoutAccounts.putPayoutAccount,
  payoutAccounts.getPayoutAccount,
  audit.listAuditLog,
  open.followLink,
  open.probeLink,
  open.followDeepLink,
  open.probeDeepLink,
  open.snippet,
  open.snippetVersion,
  open.health,
  open.openApi,
  open.docs,
  open.docsAsset,
];
