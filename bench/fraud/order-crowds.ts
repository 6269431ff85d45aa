import type { FraudVerdict } from '../../shared/domain/fraud/judge-sign-up.ts';
import { type PastOrder, replayOrders } from '../../shared/domain/fraud/replay-orders.ts';
import type { FraudSettings } from '../../shared/domain/fraud/settings.ts';
import type { Referral } from '../../shared/domain/referrals/referral.ts';
import type { Fact } from '../../shared/domain/rewards/fact.ts';
import { numbersOf } from './crowds.ts';

/** An order of the labelled set, or what changes one. */
export interface LabelledOrder extends PastOrder {
  readonly crowd: string;
  readonly isFraud: boolean;
}

/** What a referee does, by seconds since their sign-up. */
interface Buyer {
  readonly referrerId: string;
  readonly purchases: readonly Purchase[];
}

interface Purchase {
  readonly after: number;
  readonly coupon?: string;
  /** How much of it comes back, of a hundred, and when. */
  readonly refund?: { readonly percent: number; readonly after: number };
}

type Next = () => number;

const day = 86_400;
const begin = Date.UTC(2026, 10, 1);
const price = 5_000;

const some = (count: number) => Array.from({ length: count }, (_, n) => n);
const between = (next: Next, low: number, high: number) => low + Math.floor(next() * (high - low));

/** Somebody who looks around before they buy, and keeps what they buy but now and then. */
function shopper(next: Next, purchases: number, returns = 0.08): readonly Purchase[] {
  return some(purchases).map((n) => ({
    after: between(next, 600, 2 * day) + n * 9 * day,
    ...(next() < returns && { refund: { percent: 100, after: 5 * day } }),
  }));
}

interface Crowd {
  readonly crowd: string;
  readonly isFraud: boolean;
  make(next: Next): readonly Buyer[];
}

const crowds: readonly Crowd[] = [
  {
    // Orders that are given back once they have paid their commission.
    crowd: 'refund farm',
    isFraud: true,
    make: (next) =>
      some(40).map((n) => ({
        referrerId: `returner-${n % 2}`,
        purchases: [
          { after: between(next, 300, day), refund: { percent: n % 9 === 0 ? 0 : 100, after: 20 * day } },
        ],
      })),
  },
  {
    // One person after the other who tries every code of a site for coupons.
    crowd: 'coupon hoppers',
    isFraud: true,
    make: (next) =>
      some(25).map((n) => ({
        referrerId: `hopper-${n % 5}`,
        purchases: some(5).map((order) => ({
          after: between(next, 600, day) + order * 3 * day,
          coupon: `CODE${order}`,
        })),
      })),
  },
  {
    // Stolen cards: a script signs up and buys at once.
    crowd: 'checkout script',
    isFraud: true,
    make: (next) =>
      some(40).map((n) => ({
        referrerId: `script-${n % 3}`,
        purchases: [
          { after: between(next, 3, 45), ...(n % 4 === 0 && { refund: { percent: 100, after: 30 * day } }) },
        ],
      })),
  },
  {
    // A shop whose checkout makes the account: the sign-up is a part of the order.
    crowd: 'accounts made at checkout',
    isFraud: false,
    make: (next) =>
      some(60).map((n) => ({
        referrerId: `blog-${n % 6}`,
        purchases: [{ after: between(next, 0, 20) }, ...shopper(next, 1)],
      })),
  },
  {
    // Clothes, of which a third goes back, some of it in parts.
    crowd: 'clothes shop',
    isFraud: false,
    make: (next) =>
      some(60).map((n) => ({
        referrerId: `stylist-${n % 3}`,
        purchases: some(2).map((order) => ({
          after: between(next, 600, 2 * day) + order * 15 * day,
          ...(next() < 0.35 && { refund: { percent: next() < 0.75 ? 100 : 40, after: 10 * day } }),
        })),
      })),
  },
  {
    // A code for newcomers, later one for a birthday or a season.
    crowd: 'bargain hunters',
    isFraud: false,
    make: (next) =>
      some(40).map((n) => ({
        referrerId: `saver-${n % 8}`,
        purchases: [
          { after: between(next, 600, day), coupon: 'WELCOME' },
          { after: between(next, 5 * day, 20 * day), coupon: n % 2 === 0 ? 'BIRTHDAY' : 'welcome' },
          { after: between(next, 45 * day, 60 * day), coupon: 'WINTER' },
        ],
      })),
  },
  {
    crowd: 'everybody else',
    isFraud: false,
    make: (next) =>
      some(200).map((n) => ({ referrerId: `member-${n % 40}`, purchases: shopper(next, 1 + (n % 3)) })),
  },
];

/** Orders of all crowds as they come, one after the other. The same seed makes the same set. */
export function makeLabelledOrders(seed: number): readonly LabelledOrder[] {
  const next = numbersOf(seed);
  return crowds
    .flatMap(({ crowd, isFraud, make }) =>
      make(next).flatMap((buyer, n) =>
        ordersOf(buyer, `${crowd} ${n}`, begin + n * 1_800_000).map((order) => ({
          ...order,
          crowd,
          isFraud,
        })),
      ),
    )
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function ordersOf(
  { referrerId, purchases }: Buyer,
  refereeId: string,
  signedUp: number,
): readonly PastOrder[] {
  const timeAfter = (seconds: number) => new Date(signedUp + seconds * 1000).toISOString();
  const referral: Referral = {
    referralId: `ref of ${refereeId}`,
    programId: 'default',
    referrerId,
    refereeId,
    upline: [referrerId],
    code: `code of ${referrerId}`,
    status: 'completed',
    programVersion: 1,
    createdAt: timeAfter(0),
  };
  const past = (type: string, seconds: number, subject: string, more: Partial<Fact>): PastOrder => {
    const at = timeAfter(seconds);
    const fact = { eventId: `${type} ${subject}`, type, subject, at, terms: { programVersion: 1 }, ...more };
    return { referral, fact, at, isFact: true };
  };
  return purchases.flatMap(({ after, coupon, refund }, n) => {
    const subject = `${refereeId} ${n}`;
    const paid = { amount: price, currency: 'USD', ...(coupon !== undefined && { coupon }) };
    const order = past('order.paid', after, subject, paid);
    if (refund === undefined || refund.percent === 0) return [order];
    const amountRefunded = (price * refund.percent) / 100;
    return [
      order,
      past('order.refunded', after + refund.after, subject, { amountRefunded, currency: 'USD' }),
    ];
  });
}

/** Every rule of orders, as it comes but on. */
export const allOrderRules: FraudSettings = {
  rules: {
    fast_order: { action: 'flag' },
    too_many_coupons: { action: 'flag' },
    refund_rate: { action: 'flag' },
  },
};

/** Somebody of the set, with all that was found of their orders. */
export interface JudgedReferee {
  readonly crowd: string;
  readonly isFraud: boolean;
  readonly verdict: FraudVerdict;
}

/** Judges the orders of a set one after the other: what was found of a referee, with the worst of their orders. */
export function judgeReferees(
  orders: readonly LabelledOrder[],
  settings: FraudSettings | undefined,
): readonly JudgedReferee[] {
  const verdicts = replayOrders(orders, settings);
  const byReferee = new Map<string, JudgedReferee>();
  orders.forEach(({ referral: { refereeId }, crowd, isFraud }, place) => {
    const verdict = verdicts[place];
    if (verdict === undefined) return;
    const known = byReferee.get(refereeId)?.verdict ?? verdict;
    const worst = verdict.score > known.score ? verdict : known;
    const findings = known === verdict ? verdict.findings : [...known.findings, ...verdict.findings];
    byReferee.set(refereeId, { crowd, isFraud, verdict: { ...worst, findings } });
  });
  return [...byReferee.values()];
}
