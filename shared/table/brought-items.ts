import type { Brought, SeenReferee } from '../domain/fraud/dry-run.ts';
import { refereeKeyOf } from '../domain/ids.ts';
import type { Page, PageRequest } from '../domain/page.ts';
import type { Table } from './client.ts';
import { readReferee } from './journal-items.ts';
import { listKeys } from './keys.ts';
import { readList } from './lists.ts';
import { toReferral } from './referral-items.ts';

/** How much is read at once. */
export interface BroughtBounds {
  /** Of those whom one participant brought, the newest. */
  readonly mostOfOne: number;
  /** A page of participants ends when it has come to so many whom they brought. */
  readonly enoughOfAll: number;
}

/** Queries that are under way together. */
const atOnce = 25;

/** Participants with all whom they brought. */
export function broughtItems(
  table: Table,
  { mostOfOne, enoughOfAll }: BroughtBounds = { mostOfOne: 5_000, enoughOfAll: 1_000 },
) {
  /** Keys of those whom a participant brought, the newest first. */
  const listBrought = async (referrerKey: string): Promise<Page<string>> => {
    const { listPk } = listKeys.referrals(referrerKey, '', '');
    const toKey = (item: Record<string, unknown>) => refereeKeyOf(toReferral(item).referralId);
    return (await readList(table, listPk, { limit: mostOfOne }, toKey)) ?? { items: [] };
  };

  const readBrought = async (referrerKeys: readonly string[]): Promise<Brought[]> => {
    const lists = await Promise.all(referrerKeys.map(listBrought));
    const referees = await readReferees(lists.flatMap(({ items }) => items));
    return lists.map(({ items, nextCursor }) => ({
      referees: items.flatMap((key) => referees.get(key) ?? []),
      isCut: nextCursor !== undefined,
    }));
  };

  const readReferees = async (keys: readonly string[]): Promise<Map<string, SeenReferee | undefined>> => {
    const found = new Map<string, SeenReferee | undefined>();
    for (let from = 0; from < keys.length; from += atOnce) {
      const some = keys.slice(from, from + atOnce);
      await Promise.all(some.map(async (key) => found.set(key, await readReferee(table, key))));
    }
    return found;
  };

  return {
    /**
     * A page of a program's participants in the order of a hash, each with all whom they brought. 0.5 RRU for each
     * participant, 0.5 for some 6 of the list of those whom they brought, and 0.5 for 4 KB of each of these.
     *
     * @returns fewer participants where they brought many; undefined if the cursor is none
     */
    async listBroughtInProgram(programId: string, page: PageRequest): Promise<Page<Brought> | undefined> {
      const { listPk } = listKeys.participants(programId, '');
      const toKey = (item: Record<string, unknown>) => String(item['listSk']);
      const items: Brought[] = [];
      let [rest, read] = [page, 0];
      do {
        const some = { ...rest, limit: Math.min(atOnce, rest.limit) };
        const found = await readList(table, listPk, some, toKey, {}, 'ascending');
        if (found === undefined) return undefined;
        const brought = await readBrought(found.items);
        items.push(...brought);
        read += brought.reduce((sum, { referees }) => sum + referees.length, 0);
        if (found.nextCursor === undefined) return { items };
        rest = { limit: rest.limit - found.items.length, cursor: found.nextCursor };
      } while (rest.limit > 0 && read < enoughOfAll);
      return { items, ...(rest.cursor !== undefined && { nextCursor: rest.cursor }) };
    },
  };
}
