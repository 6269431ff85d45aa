import { listBadges } from '../../../shared/contract/badges.ts';
import { refuse } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/rewards.ts';
import { answerWith, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { badgeItems } from '../../../shared/table/badge-items.ts';
import { balanceItems } from '../../../shared/table/balance-items.ts';
import { claimItems } from '../../../shared/table/claim-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { overviewItems } from '../../../shared/table/overview-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { listBadges as listBadgesOf } from '../../../shared/usecases/milestones/list-badges.ts';
import { claimReward } from '../../../shared/usecases/rewards/claim-reward.ts';
import { findReward } from '../../../shared/usecases/rewards/find-reward.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...badgeItems(table),
  ...balanceItems(table),
  ...claimItems(table),
  ...journalItems(table),
  ...milestoneItems(table),
  ...overviewItems(table),
  ...programItems(table),
};

const claimRewardOfUser = operation(
  contract.claimRewardOfUser,
  async ({ body, system: by }) =>
    answerWith('reward', await claimReward({ ...ports, ...by }, body.rewardId, body.userId)),
  ({ body }) => findReward(ports, body.rewardId),
);

const claimRewardById = operation(
  contract.claimReward,
  async ({ params, operator, system: by }) =>
    answerWith('reward', await claimReward({ ...ports, ...by, operator }, params.rewardId)),
  ({ params }) => findReward(ports, params.rewardId),
);

const getReward = operation(
  contract.getReward,
  async ({ params }) =>
    answerWith('reward', (await findReward(ports, params.rewardId)) ?? refuse('reward_not_found')),
  ({ params }) => findReward(ports, params.rewardId),
);

const getBadges = operation(listBadges, async ({ params, query }) =>
  listBadgesOf(ports, params.programId, params.userId, pageOf(query)),
);

export const handler = serveRoutes([claimRewardOfUser, claimRewardById, getReward, getBadges]);
