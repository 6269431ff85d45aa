import { refuse } from '../../../shared/contract/problems.ts';
import * as contract from '../../../shared/contract/rewards.ts';
import { answerWith } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { system } from '../../../shared/runtime/system.ts';
import { openTable } from '../../../shared/table/client.ts';
import { journalItems } from '../../../shared/table/journal-items.ts';
import { milestoneItems } from '../../../shared/table/milestone-items.ts';
import { claimReward } from '../../../shared/usecases/rewards/claim-reward.ts';
import { findReward } from '../../../shared/usecases/rewards/find-reward.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = { ...system, ...journalItems(table), ...milestoneItems(table) };

const claimRewardOfUser = operation(contract.claimRewardOfUser, async ({ body }) =>
  answerWith('reward', await claimReward(ports, body.rewardId, body.userId)),
);

const claimRewardById = operation(contract.claimReward, async ({ params }) =>
  answerWith('reward', await claimReward(ports, params.rewardId)),
);

const getReward = operation(contract.getReward, async ({ params }) =>
  answerWith('reward', (await findReward(ports, params.rewardId)) ?? refuse('reward_not_found')),
);

export const handler = serveRoutes([claimRewardOfUser, claimRewardById, getReward]);
