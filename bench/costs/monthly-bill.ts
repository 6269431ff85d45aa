import { idle, prices } from './prices.ts';
import { countingWrites, mail, rewardedOrder, signUp, type Units, visit, webhookDelivery } from './units.ts';

/** A month as the guide on costs supposes it. */
export interface Month {
  readonly clicks: number;
  readonly signUps: number;
  readonly orders: number;
  /** Links that are clicked: each participant has one. The second gets half of what the first gets, the third a third. */
  readonly links: number;
  /** Hours a day in which the clicks come, evenly. */
  readonly busyHours: number;
  /** For how long clicks are gathered before they are counted. */
  readonly windowSeconds: number;
  /** Endpoints of webhooks, each told of all that the bus hears. */
  readonly endpoints: number;
  /** Of a hundred sign-ups and orders, of how many the referrer is told by mail. */
  readonly mailedPercent: number;
}

/** Dollars a month, line by line and in all; each line is rounded to cents before they are added. */
export interface Bill {
  readonly lines: Readonly<
    Record<'clicks' | 'counting' | 'sign-ups' | 'orders' | 'webhooks' | 'mails' | 'storage' | 'idle', number>
  >;
  readonly total: number;
}

export function monthlyBill(month: Month): Bill {
  const lines = {
    clicks: cents(month.clicks * costOf(visit)),
    counting: cents(month.clicks * countingPerClick(month) * prices.writeUnit),
    'sign-ups': cents(month.signUps * costOf(signUp)),
    orders: cents(month.orders * costOf(rewardedOrder)),
    webhooks: cents(month.endpoints * (toldOf(month) * costOf(webhookDelivery) + longerLogs(month))),
    mails: cents((month.signUps + month.orders) * (month.mailedPercent / 100) * costOf(mail)),
    storage: cents(storedGigabytes(month) * prices.storedGigabyteMonth),
    idle,
  };
  return { lines, total: cents(Object.values(lines).reduce((sum, line) => sum + line, 0)) };
}

/** Events that leave. */
const toldOf = ({ signUps, orders }: Month): number =>
  signUps * signUp.busEvents + orders * rewardedOrder.busEvents;

/** A reward's event is longer than others, and so is its log: by a write. */
const longerLogs = ({ orders }: Month): number => orders * prices.writeUnit;

/** Write units of counting, for each click: few where many clicks of one link come together. */
export function countingPerClick({ clicks, links, busyHours, windowSeconds }: Month): number {
  const aSecond = clicks / (30 * busyHours * 3600);
  // A lone click is a batch as well.
  const visits = Math.max(1, aSecond * windowSeconds);
  const hit = occupied(visits, zipf(links));
  const seconds = occupied(visits, Array(windowSeconds).fill(1 / windowSeconds));
  return countingWrites({ visits, seconds, links: hit, participants: hit, programs: 1 }) / visits;
}

/** Into how many of several boxes so many balls fall, on average, where each has a probability of its own. */
function occupied(balls: number, probabilities: readonly number[]): number {
  return probabilities.reduce((sum, one) => sum + 1 - (1 - one) ** balls, 0);
}

function zipf(count: number): number[] {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

/** At rest after a year: visits are kept for 400 days, half a kilobyte each; the rest for good, a kilobyte each. */
function storedGigabytes({ clicks, signUps, orders }: Month): number {
  return (clicks * 13 * 500 + (signUps * 3 + orders * 2) * 12 * 1000) / 1e9;
}

/** Dollars for one. */
export function costOf(units: Units): number {
  return (
    units.apiRequests * prices.apiRequest +
    units.lambdaRequests * prices.lambdaRequest +
    (units.lambdaMs / 1000) * 0.5 * prices.lambdaGigabyteSecond +
    units.writes * prices.writeUnit +
    units.reads * prices.readUnit +
    units.queueRequests * prices.queueRequest +
    units.busEvents * prices.busEvent +
    (units.logBytes / 1e9) * prices.logGigabyte +
    units.mails * prices.mail
  );
}

function cents(dollars: number): number {
  return Math.round(dollars * 100) / 100;
}
