import { participantKey } from '../domain/ids.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Reward } from '../domain/rewards/reward.ts';
import type { Table } from './client.ts';
import { toReward } from './journal-items.ts';
import { listKeys } from './keys.ts';
import { readList } from './lists.ts';

/** Badges that rules have given. */
export function badgeItems(table: Table) {
  return {
    /**
     * A participant's, newest first, as they stand at a time (ISO 8601). Walks over the list of all that happened to
     * the participant.
     */
    async listRuleBadges(
      programId: string,
      userId: string,
      page: PageRequest,
      now: string,
    ): Promise<Page<Reward> | undefined> {
      const { listPk } = listKeys.activity(participantKey(programId, userId), '', '');
      const found = await readList(table, listPk, page, (item) => toReward(item, now), {
        FilterExpression:
          'posting.kind = :badge AND attribute_exists(rewardStatus) AND rewardAmount <> :none',
        ExpressionAttributeValues: { ':badge': 'badge', ':none': 0 },
      });
      return found && { ...found, items: found.items.filter((reward) => reward !== undefined) };
    },
  };
}
