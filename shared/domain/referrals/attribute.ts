/** In what something that speaks for a referrer comes in with a sign-up, in the order in which candidates are told. */
export const carriers = ['clickId', 'token', 'cookie', 'visitor', 'code', 'link', 'coupon'] as const;

export type Carrier = (typeof carriers)[number];

/** What it is: a touch, which has a time that the server knows, or something that was typed or spent, which has none. */
export type Evidence = 'click' | 'code' | 'link' | 'coupon';

/** What holds for a program that names no precedence of its own. */
export const defaultPrecedence: readonly Evidence[] = ['click', 'code', 'link', 'coupon'];

/** What a program says of attribution. */
export interface AttributionSettings {
  /** Which touch earns, of several that are within the window. */
  readonly model: 'first_touch' | 'last_touch';
  /** How old a click may be at the sign-up; one that is exactly as old still counts. */
  readonly windowDays: number;
  /** The highest first; what is not named earns nothing. @default - {@link defaultPrecedence} */
  readonly precedence?: readonly Evidence[];
}

/** Why something can't earn under any settings. */
export type Fault =
  /** No such click, code or coupon; for a visitor: no click was reported. */
  | 'not_found'
  /** Not of its form, cut short, or of a version that nobody knows. */
  | 'unreadable'
  /** Not signed by this deployment, or changed since. */
  | 'forged'
  | 'other_program'
  /** The link is out of use. */
  | 'inactive';

/** Something that speaks for a referrer at a sign-up. */
export interface Candidate {
  readonly by: Carrier;
  readonly clickId?: string;
  /** When the click came by the server's clock, ISO 8601 in UTC. */
  readonly at?: string;
  readonly code?: string;
  /** Whose code it is. */
  readonly referrerId?: string;
  readonly fault?: Fault;
}

/** How a candidate ended: it won, or why it did not. */
export type CandidateOutcome =
  | 'won'
  | Fault
  /** The program's precedence does not name evidence of this kind. */
  | 'not_accepted'
  | 'expired'
  /** The code is the new user's own. */
  | 'self'
  | 'lower_precedence'
  | 'earlier_touch'
  | 'later_touch'
  /** The click that won, carried once more. */
  | 'duplicate';

export interface JudgedCandidate extends Omit<Candidate, 'fault'> {
  readonly outcome: CandidateOutcome;
}

/** What the winner was chosen by. `self_only`: nothing but codes of the new user's own spoke for anybody. */
export type AttributionRule = 'only_candidate' | 'precedence' | AttributionSettings['model'] | 'self_only';

/** Why a referral is whose it is: what spoke for whom, and what came of it. */
export interface Attribution {
  /** What the referral was earned by. */
  readonly by: Carrier;
  readonly rule: AttributionRule;
  readonly candidates: readonly JudgedCandidate[];
}

/** The decision on a sign-up. */
export interface Decision {
  /** Whose the sign-up is; undefined: nobody's. Never the new user themselves. */
  readonly winner: JudgedCandidate | undefined;
  readonly rule: AttributionRule | undefined;
  /** Every candidate once, in an order that does not depend on theirs. */
  readonly candidates: readonly JudgedCandidate[];
}

/** Who signs up, and when by the server's clock. */
export interface SignUpMoment {
  readonly refereeId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const day = 86_400_000;

/**
 * Decides whom a sign-up is owed to. Of all candidates that can earn, those of the evidence that the precedence names
 * first are left; of touches among them the earliest or the latest wins, as the model says. The answer does not
 * depend on the order of candidates, or on how often one comes, and a candidate that lost can be left out without
 * changing it.
 */
export function attribute(
  given: readonly Candidate[],
  signUp: SignUpMoment,
  settings: AttributionSettings,
): Decision {
  const { model, precedence = defaultPrecedence } = settings;
  const rank = (candidate: Candidate): number => precedence.indexOf(evidenceOf(candidate.by));
  const candidates = distinct(given);
  const able = candidates.filter((one) => exclusionOf(one, signUp, settings) === undefined);
  const inTurn = (one: Candidate, other: Candidate): number => {
    const touch = timeOf(one) - timeOf(other);
    return rank(one) - rank(other) || (model === 'first_touch' ? touch : -touch) || inOrder(one, other);
  };
  const [winner, ...others] = [...able].sort(inTurn);
  const outcomeOf = (one: Candidate): CandidateOutcome => {
    const exclusion = exclusionOf(one, signUp, settings);
    if (exclusion !== undefined || winner === undefined) return exclusion ?? 'not_found';
    if (one === winner) return 'won';
    if (one.clickId !== undefined && one.clickId === winner.clickId) return 'duplicate';
    if (rank(one) > rank(winner)) return 'lower_precedence';
    return model === 'first_touch' ? 'later_touch' : 'earlier_touch';
  };
  const judged = candidates.map(({ fault, ...one }, i) => ({
    ...one,
    outcome: outcomeOf(candidates[i] ?? one),
  }));
  const rivals = others.filter((other) => other.clickId === undefined || other.clickId !== winner?.clickId);
  const atWinnersRank = rivals.some((rival) => winner !== undefined && rank(rival) === rank(winner));
  const rule = rivals.length === 0 ? 'only_candidate' : atWinnersRank ? model : 'precedence';
  return {
    winner: judged.find((one) => one.outcome === 'won'),
    rule: winner && rule,
    candidates: judged,
  };
}

/** What evidence a carrier brings. */
export function evidenceOf(by: Carrier): Evidence {
  return by === 'code' || by === 'link' || by === 'coupon' ? by : 'click';
}

/** Decides anew on a referral, by what was kept of its candidates, as of its sign-up. Nothing else is looked at. */
export function attributeAnew(
  kept: Attribution,
  signUp: SignUpMoment,
  settings: AttributionSettings,
): Decision {
  const candidates = kept.candidates.map(({ outcome, ...one }) => ({
    ...one,
    ...(isFault(outcome) && { fault: outcome }),
  }));
  return attribute(candidates, signUp, settings);
}

function exclusionOf(
  candidate: Candidate,
  signUp: SignUpMoment,
  { windowDays, precedence = defaultPrecedence }: AttributionSettings,
): CandidateOutcome | undefined {
  if (candidate.fault !== undefined) return candidate.fault;
  if (!precedence.includes(evidenceOf(candidate.by))) return 'not_accepted';
  if (candidate.at !== undefined && signUp.at - timeOf(candidate) > windowDays * day) return 'expired';
  return candidate.referrerId === signUp.refereeId ? 'self' : undefined;
}

const faults: ReadonlySet<string> = new Set<Fault>([
  'not_found',
  'unreadable',
  'forged',
  'other_program',
  'inactive',
]);

function isFault(outcome: CandidateOutcome): outcome is Fault {
  return faults.has(outcome);
}

function distinct(given: readonly Candidate[]): Candidate[] {
  const named = given.map((one) => [[one.by, one.clickId, one.at, one.code].join(' '), one] as const);
  return [...new Map(named).values()].sort(inOrder);
}

/** An order of candidates that nothing but themselves decides. */
function inOrder(one: Candidate, other: Candidate): number {
  return (
    carriers.indexOf(one.by) - carriers.indexOf(other.by) ||
    timeOf(one) - timeOf(other) ||
    compare(one.clickId ?? '', other.clickId ?? '') ||
    compare(one.code ?? '', other.code ?? '')
  );
}

function timeOf({ at }: Candidate): number {
  return at === undefined ? 0 : Date.parse(at);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
