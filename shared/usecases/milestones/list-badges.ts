import { type Refusal, refuse } from '../../contract/problems.ts';
import { type NextTier, nextTier, tierOf } from '../../domain/milestones/tiers.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Reward } from '../../domain/rewards/reward.ts';
import type { ListRewardsPorts } from '../rewards/list-rewards.ts';
import { isoTime } from '../system.ts';

export interface ListBadgesPorts extends Pick<ListRewardsPorts, 'now' | 'findProgram' | 'findOverview'> {
  listRuleBadges(
    programId: string,
    userId: string,
    page: PageRequest,
    now: string,
  ): Promise<Page<Reward> | undefined>;
}

/** A badge as it is shown. */
export interface Badge {
  readonly rewardId: string;
  readonly name: string;
  readonly status: Reward['status'];
  /** Set where a milestone gave it. */
  readonly milestoneId?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly claimedAt?: string;
}

export interface BadgesAnswer {
  readonly badges: readonly Badge[];
  readonly tier?: { readonly tierId: string; readonly name: string };
  readonly nextTier?: NextTier;
  readonly nextCursor?: string;
}

/** A participant's badges that stand, those of milestones on the first page; their tier, and how far the next is. */
export async function listBadges(
  ports: ListBadgesPorts,
  programId: string,
  userId: string,
  page: PageRequest,
): Promise<BadgesAnswer | Refusal> {
  const now = isoTime(ports.now());
  const [program, overview, byRules] = await Promise.all([
    ports.findProgram(programId),
    ports.findOverview(programId, userId, now),
    ports.listRuleBadges(programId, userId, page, now),
  ]);
  if (overview === undefined) return refuse('participant_not_found');
  if (byRules === undefined) return refuse('invalid_cursor');
  const byMilestones = page.cursor === undefined ? overview.milestones : [];
  const badges = [...byMilestones.filter(({ kind }) => kind === 'badge'), ...byRules.items];
  const tiers = program?.tiers ?? [];
  const tier = tierOf(tiers, overview.progress);
  const next = nextTier(tiers, overview.progress);
  return {
    badges: badges.filter(({ status }) => status === 'available' || status === 'claimed').map(show),
    ...(tier && { tier: { tierId: tier.tierId, name: tier.name } }),
    ...(next && { nextTier: next }),
    ...(byRules.nextCursor !== undefined && { nextCursor: byRules.nextCursor }),
  };
}

function show({ rewardId, name, status, milestoneId, createdAt, claimedAt }: Reward): Badge {
  return {
    rewardId,
    name: name ?? '',
    status,
    ...(milestoneId !== undefined && { milestoneId }),
    createdAt,
    ...(claimedAt !== undefined && { claimedAt }),
  };
}
