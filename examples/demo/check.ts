import type { Api } from './api.ts';
import { forEachWithProgress } from './progress-bar.ts';
import type { SignUp, Story } from './story.ts';

type Stats = Awaited<ReturnType<Api['backend']['referralStats']>>;
type Reward = Awaited<ReturnType<Api['backend']['participants']['rewards']>>['rewards'][number];
type Columns = Awaited<ReturnType<Api['backend']['participants']['ledger']>>['entries'][number]['changes'];

/** What the stack says of a referrer after the story. */
export interface Earnings {
  readonly userId: string;
  readonly path: string;
  readonly stats: Stats;
  readonly rewards: readonly Reward[];
  /** Sums of the ledger's changes, in minor units. */
  readonly ledger: Columns;
}

/** One line of the report: what should be the same, and whether it is. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  readonly detail: string;
}

/**
 * Reads what everybody earned until it adds up, for half a minute at most: clicks and events are worked on after their
 * answers.
 */
export async function readUntilSettled(
  api: Api,
  story: Story,
  visits: number,
): Promise<{ earnings: readonly Earnings[]; checks: readonly Check[] }> {
  const until = Date.now() + 30_000;
  for (;;) {
    const earnings = await readEarnings(api, story);
    const checks = checkEarnings(story, visits, earnings);
    if (checks.every(({ holds }) => holds) || Date.now() > until) return { earnings, checks };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Reads what every referrer earned. */
async function readEarnings(api: Api, story: Story): Promise<Earnings[]> {
  const earnings: Earnings[] = [];
  await forEachWithProgress('reading', story.referrers, 8, async ({ userId, path }, index) => {
    const participant = { programId: 'default', userId, limit: 100 };
    const [stats, rewards, entries] = await Promise.all([
      api.backend.referralStats({ userId }),
      readAll(api.backend.participants.rewards.all(participant)),
      readAll(api.backend.participants.ledger.all(participant)),
    ]);
    const ledger = entries
      .map((entry) => entry.changes)
      .reduce(add, { pending: 0, available: 0, inPayout: 0, paid: 0 });
    earnings[index] = { userId, path, stats, rewards, ledger };
  });
  return earnings;
}

async function readAll<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}

function add(a: Columns, b: Columns): Columns {
  return {
    pending: a.pending + b.pending,
    available: a.available + b.available,
    inPayout: a.inPayout + b.inPayout,
    paid: a.paid + b.paid,
  };
}

/** Holds what the stack says against what was played. */
function checkEarnings(story: Story, visits: number, earnings: readonly Earnings[]): Check[] {
  const sum = (of: (one: Earnings) => number): number => earnings.reduce((total, one) => total + of(one), 0);
  const humans = sum(({ stats }) => stats.clicks);
  const bots = sum(({ stats }) => stats.botClicks);
  const completed = sum(({ stats }) => stats.referrals.completed);
  const wrong = story.signUps.flatMap((signUp) => checkRewards(signUp, earnings));
  const earned = sum(({ rewards }) => rewards.reduce((total, reward) => total + (reward.amount ?? 0), 0));
  const unlike = earnings.filter(({ ledger, stats }) => !isBalanced(ledger, stats));
  const balance = sum(({ stats }) =>
    stats.balances.reduce((total, one) => total + one.pending + one.available, 0),
  );
  return [
    {
      name: 'clicks in = human + bot',
      holds: visits === humans + bots,
      detail: `${visits} = ${humans} + ${bots}`,
    },
    {
      name: 'sign-ups = referrals',
      holds: story.signUps.length === completed,
      detail: `${story.signUps.length} = ${completed}`,
    },
    {
      name: 'rewards = what the rules give',
      holds: wrong.length === 0,
      detail: wrong[0] ?? `${money(earned)} in all`,
    },
    {
      name: 'ledger = balances',
      holds: unlike.length === 0 && earned === balance,
      detail: unlike[0]?.userId ?? `${money(balance)} in all`,
    },
  ];
}

/** The first three eligible orders of a person earn, each a tenth of what is left of it, rounded half up. */
function checkRewards({ userId, orders }: SignUp, earnings: readonly Earnings[]): string[] {
  const due = new Map(
    orders
      .filter((order) => order.paymentMethod === 'card')
      .slice(0, 3)
      .map(({ orderId, amount, refunds }) => {
        const net = amount - Math.max(0, ...refunds);
        return [orderId, Math.floor((net + 5) / 10)] as const;
      }),
  );
  const earned = new Map(
    earnings
      .flatMap((one) => one.rewards)
      .filter((reward) => reward.orderId?.startsWith(`${userId}-order-`))
      .map((reward) => [reward.orderId ?? '', reward.amount ?? 0] as const),
  );
  return [...new Set([...due.keys(), ...earned.keys()])]
    .filter((orderId) => (due.get(orderId) ?? 0) !== (earned.get(orderId) ?? 0))
    .map(
      (orderId) => `${orderId} earned ${earned.get(orderId) ?? 0} and should earn ${due.get(orderId) ?? 0}`,
    );
}

function isBalanced(ledger: Columns, stats: Stats): boolean {
  const balance = stats.balances.reduce<Columns>(add, { pending: 0, available: 0, inPayout: 0, paid: 0 });
  return (Object.keys(ledger) as (keyof Columns)[]).every((column) => ledger[column] === balance[column]);
}

/** Minor units of US dollars, to read. */
export function money(minor: number): string {
  const cents = Math.abs(minor) % 100;
  return `${minor < 0 ? '-' : ''}$${Math.floor(Math.abs(minor) / 100).toLocaleString('en')}.${String(cents).padStart(2, '0')}`;
}
