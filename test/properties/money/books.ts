import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { Review } from '../../../shared/domain/fraud/review.ts';
import { journalRewardId, participantKey } from '../../../shared/domain/ids.ts';
import type { LedgerEntry } from '../../../shared/domain/money/balance.ts';
import type { Payout } from '../../../shared/domain/money/payout.ts';
import type { Participant } from '../../../shared/domain/participant.ts';
import type { Milestone } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Explanation, ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { type JournalEntry, type Posting, rewardKey } from '../../../shared/domain/rewards/journal.ts';
import type { Table } from '../../../shared/table/client.ts';
import { groupBy } from '../histories/state.ts';
import { checkCases } from './people.ts';

type Item = Record<string, unknown>;

interface JournalItem {
  readonly refereeKey: string;
  readonly part: number;
  readonly entry: JournalEntry;
  readonly posting?: Posting;
  readonly rewardAmount?: number;
  readonly rewardBucket?: string;
  readonly rewardStatus?: string;
  readonly couponCode?: string;
  readonly couponWaiting?: boolean;
}

interface MilestoneItem {
  readonly userId: string;
  readonly terms: Milestone;
  readonly rewardStatus: 'available' | 'claimed' | 'reversed';
  readonly couponCode?: string;
  readonly couponWaiting?: boolean;
}

interface CouponItem {
  readonly code: string;
  readonly state: 'available' | 'handed_out';
  readonly rewardId?: string;
}

interface PoolItem {
  readonly available?: number;
  readonly handedOut?: number;
  readonly waiting?: number;
}

/** Everything that the table holds of money. */
export interface Books {
  readonly journal: readonly JournalItem[];
  readonly ledger: readonly { readonly userId: string; readonly ledgerEntry: LedgerEntry }[];
  readonly balances: readonly Item[];
  readonly counters: ReadonlyMap<string, number>;
  readonly milestones: readonly MilestoneItem[];
  readonly progress: ReadonlyMap<string, Item>;
  readonly payouts: readonly Payout[];
  readonly referrals: ReadonlyMap<string, Referral>;
  readonly reviews: readonly Review[];
  readonly coupons: readonly CouponItem[];
  readonly pools: readonly PoolItem[];
  readonly participants: readonly Participant[];
  readonly events: readonly {
    readonly event: ReportedEvent;
    readonly explanation?: readonly Explanation[];
  }[];
}

/** Reads the whole table. */
export async function readBooks(table: Table): Promise<Books> {
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
    journal: of('journal'),
    ledger: of('ledgerEntry'),
    balances: of('balance'),
    counters: new Map(
      of<Item>('counter')
        .filter(({ sk }) => /^COUNTER#(CAP|BUDGET)#/.test(String(sk)))
        .map((item) => [`${item['pk']} ${item['sk']}`, Number(item['used'] ?? 0)]),
    ),
    milestones: of('milestone'),
    progress: new Map(of<Item>('progress').map((item) => [String(item['userId']), item])),
    payouts: of<{ payout: Payout }>('payout').map(({ payout }) => payout),
    referrals: new Map(referrals.map((one) => [one.refereeId, one])),
    reviews: of<{ review: Review }>('review').map(({ review }) => review),
    coupons: of('coupon'),
    pools: of('couponPool'),
    participants: of('participant'),
    events: of('event'),
  };
}

type Columns = Record<'pending' | 'available' | 'inPayout' | 'paid', number>;
const nothing = (): Columns => ({ pending: 0, available: 0, inPayout: 0, paid: 0 });

/** What holds after every step. `now`: ISO 8601. */
export function checkBooks(books: Books, now: string): void {
  checkJournals(books);
  checkBalances(books, now);
  checkCounters(books);
  checkMilestones(books);
  checkClaims(books);
  checkCases(books);
}

/** The sums of the ledger, by owner, kind and currency, as of now. */
function sumLedger({ journal, ledger }: Books, now: string): Map<string, Columns> {
  const sums = new Map<string, Columns>();
  const of = (name: string): Columns => {
    const sum = sums.get(name) ?? nothing();
    sums.set(name, sum);
    return sum;
  };
  const column = (bucket: string) =>
    bucket === 'available' || (bucket !== 'waiting' && bucket <= now.slice(0, 10)) ? 'available' : 'pending';
  for (const { posting } of journal) {
    if (posting?.currency === undefined) continue;
    const sum = of(`${posting.beneficiaryId} ${posting.kind} ${posting.currency}`);
    sum[column(posting.bucket)] += posting.amount;
    if (posting.from) sum[column(posting.from.bucket)] += posting.from.amount;
  }
  for (const { userId, ledgerEntry } of ledger) {
    const sum = of(`${userId} ${ledgerEntry.kind} ${ledgerEntry.currency}`);
    for (const name of ['pending', 'available', 'inPayout', 'paid'] as const)
      sum[name] += ledgerEntry.changes[name];
  }
  return sums;
}

/** A balance as its item has it, as of now. */
function columnsOf(item: Item, now: string): Columns {
  const sum = nothing();
  for (const [name, value] of Object.entries(item)) {
    if (name === 'inPayout' || name === 'paid' || name === 'available') sum[name] += Number(value);
    else if (name === 'waiting') sum.pending += Number(value);
    else if (name.startsWith('held:')) {
      sum[name.slice('held:'.length) <= now.slice(0, 10) ? 'available' : 'pending'] += Number(value);
    }
  }
  return sum;
}

/** Rules 3 and 10. */
function checkBalances(books: Books, now: string): void {
  const sums = sumLedger(books, now);
  for (const item of books.balances) {
    const name = `${item['userId']} ${item['kind']} ${item['currency']}`;
    const columns = columnsOf(item, now);
    expect(columns, `rule 3: the balance ${name}`).toEqual(sums.get(name) ?? nothing());
    for (const sum of Object.values(columns))
      expect(Number.isSafeInteger(sum), `rule 10: ${name}`).toBe(true);
    expect(columns.available, `rule 3: ${name} was spent below nothing`).toBeGreaterThanOrEqual(
      -takenBack(books, name),
    );
    sums.delete(name);
    checkLeaving(books, item, columns);
  }
  for (const [name, sum] of sums) expect(sum, `rule 3: ${name} has no balance`).toEqual(nothing());
}

/** What is leaving a balance of money, and has left it, is what its payouts come to. */
function checkLeaving({ payouts }: Books, item: Item, { inPayout, paid }: Columns): void {
  if (item['kind'] !== 'cash') return;
  const sum = (...states: readonly string[]): number =>
    payouts
      .filter((one) => one.userId === item['userId'] && one.currency === item['currency'])
      .filter(({ status }) => states.includes(status))
      .reduce((total, { amount }) => total + amount, 0);
  const expected = { inPayout: sum('requested', 'processing'), paid: sum('paid') };
  expect({ inPayout, paid }, `rule 3: payouts of ${item['userId']}`).toEqual(expected);
}

/** What refunds and milestones that were taken back took from a balance, in all. */
function takenBack({ journal, ledger }: Books, name: string): number {
  const postings = journal
    .flatMap(({ posting }) => posting ?? [])
    .filter((one) => `${one.beneficiaryId} ${one.kind} ${one.currency}` === name)
    .reduce((sum, one) => sum + Math.max(0, -one.amount) + Math.max(0, -(one.from?.amount ?? 0)), 0);
  const milestones = ledger
    .filter(({ userId, ledgerEntry: { kind, currency } }) => `${userId} ${kind} ${currency}` === name)
    .filter(({ ledgerEntry }) => ledgerEntry.cause.type === 'milestone_reversed')
    .reduce((sum, { ledgerEntry }) => sum - ledgerEntry.amount, 0);
  return postings + milestones;
}

/** Rules 2 and 10: positions without gaps, an event once, a reward once, and every change is of what was there. */
function checkJournals({ journal }: Books): void {
  const byReferee = groupBy(journal, ({ refereeKey }) => refereeKey);
  for (const items of byReferee.values()) {
    const heads = items.filter(({ part }) => part === 0).sort((a, b) => a.entry.position - b.entry.position);
    expect(heads.map(({ entry }) => entry.position)).toEqual(heads.map((_, index) => index + 1));
    expect(new Set(heads.map(({ entry }) => entry.eventId)).size, 'rule 2: events').toBe(heads.length);
    const made = items.filter(({ posting }) => posting && !posting.adjusts);
    expect(new Set(made.map(({ posting }) => keyOf(posting))).size, 'rule 2: rewards').toBe(made.length);
    for (const item of made) checkReward(items, item);
  }
}

const keyOf = (posting: Posting | undefined): string => (posting ? rewardKey(posting) : '');

/** A reward is worth what its postings sum to, where they left it. */
function checkReward(items: readonly JournalItem[], { posting, rewardAmount, rewardBucket }: JournalItem) {
  const postings = items.flatMap((item) =>
    item.posting && keyOf(item.posting) === keyOf(posting) ? [item.posting] : [],
  );
  const sum = postings.reduce((total, one) => total + one.amount + (one.from?.amount ?? 0), 0);
  if (posting?.currency !== undefined) {
    expect(rewardAmount, `rule 3: the reward ${keyOf(posting)}`).toBe(sum);
    expect(rewardAmount, 'a reward below nothing').toBeGreaterThanOrEqual(0);
    expect(Number.isSafeInteger(rewardAmount), 'rule 10').toBe(true);
  }
  const inBuckets = new Map<string, number>();
  for (const { bucket, amount, from } of postings) {
    inBuckets.set(bucket, (inBuckets.get(bucket) ?? 0) + amount);
    if (from) inBuckets.set(from.bucket, (inBuckets.get(from.bucket) ?? 0) + from.amount);
  }
  for (const [bucket, amount] of inBuckets) {
    expect(amount, `what ${keyOf(posting)} left in ${bucket}`).toBe(bucket === rewardBucket ? sum : 0);
  }
}

/** Rule 4: caps and budgets are never passed, and hold just the room of the rewards that they gave it to. */
function checkCounters({ journal, counters }: Books): void {
  const rooms = new Map<string, { room: number; limit: number; worth: number }>();
  for (const last of lastPostings(journal)) {
    for (const { owner, name, limit, measure } of last.counters ?? []) {
      const sum = rooms.get(`${owner} ${name}`) ?? { room: 0, limit, worth: 0 };
      const room = last.room ?? 0;
      sum.room += measure === 'amount' ? room : Number(room > 0);
      sum.worth += measure === 'amount' ? last.rewardAmount : Number(last.rewardAmount > 0);
      rooms.set(`${owner} ${name}`, sum);
    }
  }
  const used = [...counters.values()].filter((value) => value !== 0).sort();
  const held = [...rooms.values()].map(({ room }) => room).filter((value) => value !== 0);
  expect(held.sort(), 'rule 4: counters hold the room of their rewards').toEqual(used);
  for (const [name, { room, limit, worth }] of rooms) {
    expect(room, `rule 4: ${name} was passed`).toBeLessThanOrEqual(limit);
    expect(worth, `rule 4: ${name} pays more than its room`).toBeLessThanOrEqual(room);
  }
}

/** Each reward's posting as it stands. */
function lastPostings(journal: Books['journal']): Posting[] {
  const last = new Map<string, JournalItem>();
  for (const item of journal) {
    if (item.posting === undefined) continue;
    const name = `${item.refereeKey} ${keyOf(item.posting)}`;
    const before = last.get(name);
    if (before === undefined || before.entry.position < item.entry.position) last.set(name, item);
  }
  return [...last.values()].flatMap(({ posting }) => posting ?? []);
}

/** Rule 5: what a milestone gives, it gives once, and takes back what it gave. */
function checkMilestones({ milestones, ledger }: Books): void {
  for (const { userId, terms, rewardStatus } of milestones) {
    const given = ledger
      .filter((one) => one.userId === userId && one.ledgerEntry.cause.milestoneId === terms.milestoneId)
      .reduce((sum, { ledgerEntry }) => sum + ledgerEntry.amount, 0);
    const stands = terms.grant === 'claim' ? rewardStatus === 'claimed' : rewardStatus !== 'reversed';
    expect(given, `rule 5: what ${terms.milestoneId} gave ${userId}`).toBe(
      stands ? (terms.amount?.amount ?? 0) : 0,
    );
  }
}

/** Rule 5: a reward is claimed once. */
function checkClaims({ journal, ledger }: Books): void {
  const claims = ledger.filter(({ ledgerEntry }) => ledgerEntry.cause.type === 'claim');
  const ids = claims.map(({ ledgerEntry }) => ledgerEntry.cause.rewardId);
  expect(new Set(ids).size, 'rule 5: a reward was claimed twice').toBe(ids.length);
  const claimed = journal
    .filter(({ rewardStatus, posting }) => rewardStatus === 'claimed' && posting?.currency !== undefined)
    .map(({ refereeKey, entry, part }) => journalRewardId(refereeKey, entry.position, part));
  expect(claimed.sort(), 'rule 5: claims').toEqual(ids.sort());
}

/** What stands for a referee: the worth and place of each reward that is worth anything. */
export function standingOf(books: Books, programId: string, refereeId: string): Record<string, unknown> {
  const refereeKey = participantKey(programId, refereeId);
  const items = books.journal.filter((item) => item.refereeKey === refereeKey);
  return Object.fromEntries(
    items
      .filter(({ posting, rewardAmount }) => posting && !posting.adjusts && rewardAmount !== 0)
      .map(({ posting, rewardAmount, rewardBucket }) => [
        keyOf(posting),
        { amount: rewardAmount, bucket: rewardBucket, currency: posting?.currency },
      ]),
  );
}
