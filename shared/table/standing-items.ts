import type { OrderCounts } from '../domain/fraud/order-signals.ts';
import { participantKey } from '../domain/ids.ts';
import { tierOf } from '../domain/milestones/tiers.ts';
import { standingOf } from '../domain/participant.ts';
import type { Program } from '../domain/programs/program.ts';
import type { Standing } from '../domain/rewards/fact.ts';
import { batchGet } from './batch-get.ts';
import type { Table } from './client.ts';
import { getItem } from './get-item.ts';
import { keys } from './keys.ts';
import { progressOf } from './milestone-items.ts';
import { toParticipant } from './participant-items.ts';

/** How participants stand when an event comes, in one batch of consistent reads: 1 RRU each, 2 where there are tiers. */
export function standingItems(table: Table) {
  return {
    /**
     * @param userIds at most 12
     * @param fields names of the participants' fields that are wanted
     * @returns by user id; those about whom there is nothing unusual to say are left out
     */
    async findStandings(
      program: Program,
      userIds: readonly string[],
      fields: ReadonlySet<string>,
    ): Promise<Readonly<Record<string, Standing>>> {
      const { programId, tiers } = program;
      const items = await batchGet(
        table,
        userIds.flatMap((userId) => {
          const key = participantKey(programId, userId);
          return [keys.participant(key), ...(tiers.length > 0 ? [keys.progress(key)] : [])];
        }),
      );
      const found = new Map(items.map((item) => [`${item['pk']} ${item['sk']}`, item]));
      const standings = userIds.map((userId) => {
        const key = participantKey(programId, userId);
        const item = ({ pk, sk }: { pk: string; sk: string }) => found.get(`${pk} ${sk}`);
        const profile = item(keys.participant(key));
        const tier = tierOf(tiers, progressOf(item(keys.progress(key))));
        return [userId, standingOf(profile && toParticipant(profile), fields, tier?.tierId)] as const;
      });
      return Object.fromEntries(standings.filter(([, standing]) => Object.keys(standing).length > 0));
    },

    /** Orders of those whom a participant referred, where the program counts them: 1 RRU. */
    async findOrderCounts(programId: string, userId: string): Promise<OrderCounts> {
      const item = (await getItem(table, keys.progress(participantKey(programId, userId)))) ?? {};
      return { orders: Number(item['orders'] ?? 0), refundedOrders: Number(item['refundedOrders'] ?? 0) };
    },
  };
}
