import type { Referral, Tenure } from '../referrals/referral.ts';
import { changesOrder } from './event.ts';
import type { Fact } from './fact.ts';

/** A referral as it was in one of its tenures. */
export interface Credited extends Referral {
  /** What was earned in it was taken back: it pays nobody but the referee. */
  readonly isForfeited?: true;
}

/** What happened in one tenure of a referral. */
export interface TenureFacts {
  /** The referral as it was then. */
  readonly referral: Credited;
  /** Whether it has ended: what becomes of the referral afterwards changes nothing of it. */
  readonly isOver: boolean;
  readonly facts: readonly Fact[];
}

/**
 * Facts by whose the referral was when they happened, in the order of time. An order is whose it was when it was placed,
 * whatever comes of it later: a refund takes back from whom it paid.
 */
export function tenuresOf(referral: Referral, facts: readonly Fact[]): readonly TenureFacts[] {
  const { earlier = [] } = referral;
  if (earlier.length === 0) return [{ referral, isOver: false, facts }];
  const begins = beginnings(facts);
  const indexOf = ({ subject }: Fact) => {
    const index = earlier.findIndex(({ until }) => (begins.get(subject) ?? '') < until);
    return index === -1 ? earlier.length : index;
  };
  return [...earlier, undefined].map((tenure, index) => ({
    referral: tenure === undefined ? referral : during(referral, tenure),
    isOver: tenure !== undefined,
    facts: facts.filter((fact) => indexOf(fact) === index),
  }));
}

/** The tenure in which a fact falls, with all that is known of its order. */
export function tenureOf(referral: Referral, facts: readonly Fact[], fact: Fact): TenureFacts {
  const tenures = tenuresOf(referral, [...facts, fact]);
  return tenures.find((one) => one.facts.includes(fact)) as TenureFacts;
}

/** All that happened while somebody had the referral. */
export function factsUnder(tenures: readonly TenureFacts[], referrerId: string): readonly Fact[] {
  return tenures.filter(({ referral }) => referral.referrerId === referrerId).flatMap(({ facts }) => facts);
}

/** When each order began, or each event that is about none: with its first placing, as soon as one is known. */
function beginnings(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const placings = facts.filter(({ type }) => !changesOrder(type));
  return new Map([...earliest(facts), ...earliest(placings)]);
}

function earliest(facts: readonly Fact[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { subject, at } of facts) {
    const known = found.get(subject);
    if (known === undefined || at < known) found.set(subject, at);
  }
  return found;
}

function during(referral: Referral, { until: _, earned, ...credit }: Tenure): Credited {
  const { clickId: __, ...rest } = referral;
  return { ...rest, ...credit, ...(earned === 'taken_back' && { isForfeited: true as const }) };
}
