import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Visit } from '../../../shared/domain/clicks/visit.ts';
import type { Link } from '../../../shared/domain/links/link.ts';
import type { Payout } from '../../../shared/domain/money/payout.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Explanation, ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import type { JournalEntry, Posting } from '../../../shared/domain/rewards/journal.ts';
import type { World } from './world.ts';

type Item = Record<string, unknown>;

export interface StoredJournalItem {
  readonly refereeKey: string;
  readonly part: number;
  readonly entry: Omit<JournalEntry, 'postings'>;
  readonly posting?: Posting;
  readonly rewardAmount?: number;
}

export interface StoredEventItem {
  readonly event: ReportedEvent;
  readonly explanation?: readonly Explanation[];
}

/** Everything that the table holds, by kind. */
export interface State {
  readonly byKey: ReadonlyMap<string, Item>;
  readonly links: readonly Link[];
  readonly participants: readonly { readonly userId: string; readonly links: number }[];
  readonly referrals: ReadonlyMap<string, Referral>;
  readonly progress: ReadonlyMap<string, Item>;
  readonly journal: readonly StoredJournalItem[];
  readonly events: ReadonlyMap<string, StoredEventItem>;
  readonly payouts: readonly Payout[];
  readonly balances: readonly Item[];
  readonly milestones: readonly Item[];
  readonly visits: readonly { readonly visit: Visit; readonly first: boolean }[];
}

export const nameOfKey = ({ pk, sk }: { pk: string; sk: string }): string => `${pk} ${sk}`;

/** Reads the whole table. */
export async function readState({ table }: World): Promise<State> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await table.documents.send(
      new ScanCommand({ TableName: table.name, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  const of = <Kind>(type: string): Kind[] => items.filter((item) => item['type'] === type) as Kind[];
  const referrals = of<{ referral: Referral }>('referral').map(({ referral }) => referral);
  return {
    byKey: new Map(items.map((item) => [nameOfKey(item as { pk: string; sk: string }), item])),
    links: of('link'),
    participants: of('participant'),
    referrals: new Map(referrals.map((referral) => [referral.refereeId, referral])),
    progress: new Map(of<Item>('progress').map((item) => [item['userId'] as string, item])),
    journal: of('journal'),
    events: new Map(of<StoredEventItem>('event').map((item) => [item.event.eventId, item])),
    payouts: of<{ payout: Payout }>('payout').map(({ payout }) => payout),
    balances: of('balance'),
    milestones: of('milestone'),
    visits: of('visit'),
  };
}

/** Puts what has the same name together. */
export function groupBy<Value>(
  values: readonly Value[],
  nameOf: (value: Value) => string,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(nameOf(value));
    if (group === undefined) groups.set(nameOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
