import { type Refusal, refuse } from '../../contract/problems.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { type Claimable, judgeClaim } from '../../domain/claims/claimable.ts';
import { type Account, type AccountName, type BalanceKind, balanceAt } from '../../domain/money/balance.ts';
import type { Reward } from '../../domain/rewards/reward.ts';
import { type NoteChangePorts, noteChange } from '../audit/note-change.ts';
import { whileContended } from '../retry.ts';
import { isoTime } from '../system.ts';
import { type FindRewardPorts, findReward } from './find-reward.ts';

export interface ClaimRewardPorts extends FindRewardPorts, NoteChangePorts {
  findClaimable(rewardId: string): Promise<Claimable | undefined>;
  findAccount(name: AccountName): Promise<Account>;
  claim(claim: {
    reward: Claimable;
    moves: 'nothing' | 'to_balance' | 'from_balance';
    account?: Account;
    claimId: string;
    at: string;
    note?: AuditEntry | undefined;
  }): Promise<'claimed' | 'changed' | 'not_reached'>;
}

/**
 * Claims a reward, once: status and money are one step. Credit and points leave the balance as taken, what a milestone
 * gives by being claimed comes to it, coupons, badges and perks are marked.
 *
 * @param userId whose it must be, if given
 */
export async function claimReward(
  ports: ClaimRewardPorts,
  rewardId: string,
  userId?: string,
): Promise<Reward | Refusal> {
  const now = ports.now();
  const claimId = ports.ulid(now);
  const at = isoTime(now);
  const outcome = await whileContended(() => attempt(ports, rewardId, userId, { claimId, at }));
  return outcome ?? refuse('contended');
}

interface Attempt {
  readonly claimId: string;
  readonly at: string;
}

async function attempt(
  ports: ClaimRewardPorts,
  rewardId: string,
  userId: string | undefined,
  { claimId, at }: Attempt,
): Promise<Reward | Refusal | 'again'> {
  const [claimable, reward] = await Promise.all([ports.findClaimable(rewardId), findReward(ports, rewardId)]);
  if (
    claimable === undefined ||
    reward === undefined ||
    (userId !== undefined && claimable.userId !== userId)
  )
    return refuse('reward_not_found');
  const claimed = claimedReward(reward, claimable, at);
  // The client sends again what it had no answer to: then the claim that stands in the way is this one.
  if (claimable.claimId === claimId) return claimed;
  const verdict = judgeClaim(claimable, at);
  if ('refused' in verdict) {
    return verdict.refused === 'already_claimed'
      ? refuse('already_claimed', { extra: { reward } })
      : refuse('not_claimable', { detail: verdict.detail });
  }
  const account = verdict.moves === 'from_balance' ? await accountFor(ports, claimable) : undefined;
  if (account !== undefined && balanceAt(account, at).available < (claimable.amount ?? 0)) {
    return (await isUnchanged(ports, claimable)) ? refuse('insufficient_balance') : 'again';
  }
  const written = await ports.claim({
    reward: claimable,
    moves: verdict.moves,
    ...(account && { account }),
    claimId,
    at,
    note: describeClaim(ports, claimed),
  });
  if (written === 'not_reached') {
    return refuse('not_claimable', { detail: 'The participant is below the milestone again' });
  }
  return written === 'claimed' ? claimed : 'again';
}

function describeClaim(
  ports: ClaimRewardPorts,
  { programId, rewardId, userId, status, kind, amount, currency }: Reward,
): AuditEntry | undefined {
  return noteChange(ports, {
    programId,
    action: 'reward.claimed',
    target: { type: 'reward', id: rewardId, userId },
    before: { status: 'available' },
    after: { status, kind, amount, currency },
  });
}

/** The balance was read after the reward: it may lack just what another claim of the reward has taken meanwhile. */
async function isUnchanged(
  ports: ClaimRewardPorts,
  { rewardId, status, amount }: Claimable,
): Promise<boolean> {
  const now = await ports.findClaimable(rewardId);
  return now?.status === status && now.amount === amount;
}

function claimedReward(reward: Reward, { couponCode }: Claimable, claimedAt: string): Reward {
  return { ...reward, status: 'claimed', claimedAt, ...(couponCode !== undefined && { couponCode }) };
}

function accountFor(ports: ClaimRewardPorts, { programId, userId, kind, currency }: Claimable) {
  return ports.findAccount({ programId, userId, kind: kind as BalanceKind, currency: currency ?? '' });
}
