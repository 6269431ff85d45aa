import * as contract from '../../../shared/contract/participants.ts';
import { isRefusal, refuse } from '../../../shared/contract/problems.ts';
import { userRewards } from '../../../shared/contract/rewards.ts';
import type { Participant } from '../../../shared/domain/participant.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { activityItems } from '../../../shared/table/activity-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { overviewItems } from '../../../shared/table/overview-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { referralItems } from '../../../shared/table/referral-items.ts';
import { putParticipant } from '../../../shared/usecases/participants/put-participant.ts';
import { readStats } from '../../../shared/usecases/participants/read-stats.ts';
import { listRewards } from '../../../shared/usecases/rewards/list-rewards.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  ...activityItems(table),
  ...overviewItems(table),
  ...participantItems(table),
  ...programItems(table),
  ...referralItems(table),
};

const show = ({ emailHash: _, ...participant }: Participant) => participant;

/** Lists answer 404 for somebody unknown, not an empty page. */
async function ofKnown(programId: string, userId: string, answer: () => Promise<object>): Promise<object> {
  const known = await ports.findParticipant(programId, userId);
  return known === undefined ? refuse('participant_not_found') : answer();
}

const referralStats = operation(contract.referralStats, async ({ params, query }) =>
  readStats(ports, query.programId ?? defaultProgramId, params.userId),
);

const getStats = operation(contract.getStats, async ({ params }) =>
  readStats(ports, params.programId, params.userId),
);

const getUserRewards = operation(userRewards, async ({ params, query }) =>
  listRewards(ports, query.programId ?? defaultProgramId, params.userId, pageOf(query)),
);

const put = operation(contract.putParticipant, async ({ params, body }) => {
  const hasher = await loadHasher();
  const participant = await putParticipant({ ...ports, ...hasher }, params.programId, params.userId, body);
  return isRefusal(participant) ? participant : { participant: show(participant) };
});

const get = operation(contract.getParticipant, async ({ params }) => {
  const participant = await ports.findParticipant(params.programId, params.userId);
  return answerWith('participant', participant ? show(participant) : refuse('participant_not_found'));
});

const listReferrals = operation(contract.listReferrals, async ({ params: { programId, userId }, query }) =>
  ofKnown(programId, userId, async () =>
    pageAnswer(
      'referrals',
      await ports.listReferralsOf(programId, userId, pageOf(query)),
      (referral) => referral,
    ),
  ),
);

const getRewards = operation(contract.listRewards, async ({ params: { programId, userId }, query }) =>
  ofKnown(programId, userId, async () =>
    pageAnswer('rewards', await ports.listRewards(programId, userId, pageOf(query)), (reward) => reward),
  ),
);

const getLedger = operation(contract.listLedger, async ({ params: { programId, userId }, query }) =>
  ofKnown(programId, userId, async () =>
    pageAnswer('entries', await ports.listLedger(programId, userId, pageOf(query)), (entry) => entry),
  ),
);

const getBalances = operation(contract.getBalances, async ({ params }) => {
  const overview = await ports.findOverview(params.programId, params.userId);
  return overview === undefined ? refuse('participant_not_found') : { balances: overview.balances };
});

export const handler = serveRoutes([
  referralStats,
  getUserRewards,
  put,
  get,
  listReferrals,
  getRewards,
  getLedger,
  getBalances,
  getStats,
]);
