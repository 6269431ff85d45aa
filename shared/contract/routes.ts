import * as clicks from './clicks.ts';
import * as events from './events.ts';
import * as links from './links.ts';
import * as open from './open.ts';
import * as participants from './participants.ts';
import * as payouts from './payouts.ts';
import * as programs from './programs.ts';
import * as referrals from './referrals.ts';
import * as rewards from './rewards.ts';
import type { Route } from './route.ts';

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
  links.createLink,
  links.listLinks,
  links.getLink,
  links.updateLink,
  clicks.recordClicks,
  clicks.getClick,
  referrals.createReferral,
  referrals.assignReferral,
  referrals.getReferral,
  events.recordEvents,
  events.getEvent,
  rewards.previewRewards,
  rewards.getReward,
  rewards.claimReward,
  payouts.createPayout,
  payouts.listPayouts,
  payouts.getPayout,
  payouts.cancelPayout,
  open.followLink,
  open.probeLink,
  open.health,
  open.openApi,
  open.docs,
  open.docsAsset,
];
