import * as contract from '../../../shared/contract/participants.ts';
import { isRefusal, type Refusal, refuse } from '../../../shared/contract/problems.ts';
import { userRewards } from '../../../shared/contract/rewards.ts';
import { type Participant, usualPolicy, withoutIdentity } from '../../../shared/domain/participant.ts';
import { defaultProgramId } from '../../../shared/domain/programs/program.ts';
import { answerWith, pageAnswer, pageOf } from '../../../shared/http/page.ts';
import { operation, serveRoutes } from '../../../shared/http/serve-routes.ts';
import { requireEnvironment } from '../../../shared/runtime/environment.ts';
import { isProfane } from '../../../shared/runtime/profanity.ts';
import { registrableDomain } from '../../../shared/runtime/registrable-domain.ts';
import { loadHasher } from '../../../shared/runtime/secrets.ts';
import { system } from '../../../shared/runtime/system.ts';
import { activityItems } from '../../../shared/table/activity-items.ts';
import { openTable } from '../../../shared/table/client.ts';
import { linkItems } from '../../../shared/table/link-items.ts';
import { overviewItems } from '../../../shared/table/overview-items.ts';
import { participantItems } from '../../../shared/table/participant-items.ts';
import { programItems } from '../../../shared/table/program-items.ts';
import { referralItems } from '../../../shared/table/referral-items.ts';
import {
  changeParticipant,
  deactivateParticipant,
} from '../../../shared/usecases/participants/change-participant.ts';
import { putParticipant } from '../../../shared/usecases/participants/put-participant.ts';
import { putPolicy } from '../../../shared/usecases/participants/put-policy.ts';
import { readStats } from '../../../shared/usecases/participants/read-stats.ts';
import { readUpline } from '../../../shared/usecases/participants/read-upline.ts';
import { listRewards } from '../../../shared/usecases/rewards/list-rewards.ts';
import { isoTime } from '../../../shared/usecases/system.ts';

const table = openTable(requireEnvironment('TABLE_NAME'));
const ports = {
  ...system,
  registrableDomain,
  ...activityItems(table),
  ...linkItems(table),
  ...overviewItems(table),
  ...participantItems(table),
  ...programItems(table),
  ...referralItems(table),
  isProfane,
};

const show = (participant: Participant) => ({ policy: usualPolicy, ...withoutIdentity(participant) });

function answer(participant: Participant | Refusal | undefined): object {
  if (participant === undefined) return refuse('participant_not_found');
  return isRefusal(participant) ? participant : { participant: show(participant) };
}

const now = () => isoTime(system.now());

/** Lists answer 404 for somebody unknown, not an empty page. */
async function ofKnown(programId: string, userId: string, list: () => Promise<object>): Promise<object> {
  const known = await ports.findParticipant(programId, userId);
  return known === undefined ? refuse('participant_not_found') : list();
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

const put = operation(contract.putParticipant, async ({ params: { programId, userId }, body, operator }) =>
  answer(await putParticipant({ ...ports, operator, ...(await loadHasher()) }, programId, userId, body)),
);

const get = operation(contract.getParticipant, async ({ params: { programId, userId } }) =>
  answer(await ports.findParticipant(programId, userId)),
);

const update = operation(
  contract.updateParticipant,
  async ({ params: { programId, userId }, body, operator }) =>
    answer(await changeParticipant({ ...ports, operator, ...(await loadHasher()) }, programId, userId, body)),
);

const deactivate = operation(
  contract.deactivateParticipant,
  async ({ params: { programId, userId }, operator }) =>
    answer(await deactivateParticipant({ ...ports, operator }, programId, userId)),
);

const setPolicy = operation(contract.putPolicy, async ({ params: { programId, userId }, body, operator }) =>
  answerWith('policy', await putPolicy({ ...ports, operator }, programId, userId, body)),
);

const getPolicy = operation(contract.getPolicy, async ({ params: { programId, userId } }) => {
  const participant = await ports.findParticipant(programId, userId);
  return participant === undefined
    ? refuse('participant_not_found')
    : { policy: participant.policy ?? usualPolicy };
});

const getUpline = operation(contract.getUpline, async ({ params: { programId, userId } }) =>
  readUpline(ports, programId, userId),
);

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
    pageAnswer(
      'rewards',
      await ports.listRewards(programId, userId, pageOf(query), now()),
      (reward) => reward,
    ),
  ),
);

const getLedger = operation(contract.listLedger, async ({ params: { programId, userId }, query }) =>
  ofKnown(programId, userId, async () =>
    pageAnswer('entries', await ports.listLedger(programId, userId, pageOf(query), now()), (entry) => entry),
  ),
);

const getBalances = operation(contract.getBalances, async ({ params }) => {
  const overview = await ports.findOverview(params.programId, params.userId, now());
  return overview === undefined ? refuse('participant_not_found') : { balances: overview.balances };
});

export const handler = serveRoutes([
  referralStats,
  getUserRewards,
  put,
  get,
  update,
  deactivate,
  setPolicy,
  getPolicy,
  getUpline,
  listReferrals,
  getRewards,
  getLedger,
  getBalances,
  getStats,
]);
