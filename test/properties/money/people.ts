import { expect } from 'vitest';
import type {
  Review,
  ReviewDecision,
  ReviewOrigin,
  ReviewState,
} from '../../../shared/domain/fraud/review.ts';
import type { Participant, Policy } from '../../../shared/domain/participant.ts';
import type { Program } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Standing, Terms } from '../../../shared/domain/rewards/fact.ts';
import type { Books } from './books.ts';
import { refereeOf, uplineOf } from './market.ts';

/** How somebody stands, by what was asked for. */
interface Person {
  readonly policy: Policy | undefined;
  /** What was wished by hand, and would hold without bans. */
  readonly wished: Participant['status'];
  /** Reactivated by hand since the last ban. */
  readonly pardoned: boolean;
}

interface CaseState {
  readonly state: ReviewState;
  readonly origin: ReviewOrigin;
  readonly causes: readonly string[];
}

/** Who stands how, and what was decided of whom: what the documentation says must come of what was asked for. */
export interface People {
  readonly persons: Map<string, Person>;
  /** By referee. */
  readonly cases: Map<string, CaseState>;
}

export type Change =
  | { readonly change: 'policy'; readonly userId: string; readonly policy: Policy }
  | { readonly change: 'status'; readonly userId: string; readonly status: Participant['status'] }
  | { readonly change: 'hold'; readonly refereeId: string; readonly cause: string }
  | { readonly change: 'decide'; readonly refereeId: string; readonly decision: ReviewDecision };

const usual: Person = { policy: undefined, wished: 'active', pardoned: false };
const referrerOf = (refereeId: string): string =>
  uplineOf([0, 1, 2].find((number) => refereeOf(number) === refereeId) ?? 0)[0] ?? '';
const isRejected = (state: ReviewState | undefined): boolean =>
  state === 'rejected' || state === 'banned' || state === 'auto_rejected';

/** Changes people and cases as docs/fraud.md says. */
export function apply(people: People, change: Change): void {
  const { persons, cases } = people;
  if (change.change === 'policy') {
    const person = persons.get(change.userId);
    if (person) persons.set(change.userId, { ...person, policy: change.policy });
    return;
  }
  if (change.change === 'status') {
    const { userId, status } = change;
    const person = persons.get(userId);
    const pardoned = status === 'active' && bansOf(people, userId) > 0;
    if (person) persons.set(userId, { ...person, wished: status, pardoned });
    return;
  }
  const known = cases.get(change.refereeId);
  if (change.change === 'hold') {
    const { cause, refereeId } = change;
    if (isRejected(known?.state) || known?.causes.includes(cause)) return;
    cases.set(refereeId, { state: 'open', origin: 'open', causes: [...(known?.causes ?? []), cause] });
    return;
  }
  if (known) decide(people, change, known);
}

function decide(
  { persons, cases }: People,
  { refereeId, decision }: Change & { change: 'decide' },
  known: CaseState,
): void {
  const undecided = known.state === known.origin;
  if (decision !== 'undo' && !undecided) return;
  const state = { approve: 'approved', reject: 'rejected', ban: 'banned', undo: known.origin }[decision];
  cases.set(refereeId, { ...known, state: state as ReviewState });
  const referrer = referrerOf(refereeId);
  const person = persons.get(referrer);
  if (decision === 'ban' && person) persons.set(referrer, { ...person, pardoned: false });
}

function bansOf({ cases }: People, userId: string): number {
  return [...cases].filter(([refereeId, { state }]) => state === 'banned' && referrerOf(refereeId) === userId)
    .length;
}

function statusOf(people: People, userId: string): Participant['status'] {
  const person = people.persons.get(userId) ?? usual;
  return bansOf(people, userId) > 0 && !person.pardoned ? 'inactive' : person.wished;
}

/** What a case makes of a referral that is not complete by itself, or is. */
export function statusBy(state: ReviewState | undefined, isQualified: boolean): Referral['status'] {
  if (state === 'open') return 'in_review';
  if (isRejected(state)) return 'rejected';
  return isQualified ? 'completed' : 'pending';
}

/** The terms of whatever comes now. */
export function termsNow(
  people: People,
  referrals: readonly Referral[],
  referral: Referral,
  program: Program,
): Terms {
  const standings: Record<string, Standing> = {};
  for (const [userId, { policy }] of people.persons) {
    const tierId = tierOf(people, referrals, userId, program);
    const standing: Standing = {
      ...(statusOf(people, userId) === 'inactive' && { inactive: true }),
      ...(tierId !== undefined && { tierId }),
      ...(policy?.commissionRate !== undefined && { rate: policy.commissionRate }),
      ...(policy?.triggerLimit !== undefined && { triggerLimit: policy.triggerLimit }),
    };
    if (Object.keys(standing).length > 0) standings[userId] = standing;
  }
  const programVersion = program.versioning === 'latest' ? program.version : referral.programVersion;
  return { programVersion, standings };
}

/** Tiers of these programs are reached by completed referrals, in programs that ask for nothing to complete one. */
function tierOf(
  { cases }: People,
  referrals: readonly Referral[],
  userId: string,
  { tiers }: Program,
): string | undefined {
  const completed = referrals.filter(
    ({ referrerId, refereeId }) =>
      referrerId === userId && statusBy(cases.get(refereeId)?.state, true) === 'completed',
  ).length;
  return tiers.filter(({ threshold }) => threshold.value <= completed).at(-1)?.tierId;
}

/** Takes over what is stored, where nobody can know which of several changes came last. */
export function readPeople({ participants, reviews }: Books): People {
  const persons = participants.map(({ userId, policy, status, ban }): [string, Person] => {
    const pardoned = ban !== undefined && status === 'active';
    return [userId, { policy, wished: pardoned || !ban ? status : ban.statusBefore, pardoned }];
  });
  const cases = reviews.map(({ refereeId, state, origin, findings }): [string, CaseState] => [
    refereeId,
    { state, origin, causes: findings.flatMap(({ cause }) => cause ?? []) },
  ]);
  return { persons: new Map(persons), cases: new Map(cases) };
}

/** That people and cases are stored as was asked for. */
export function checkPeople(books: Books, people: People): void {
  for (const { userId, status, policy } of books.participants) {
    expect({ status, policy }, `how ${userId} stands`).toEqual({
      status: statusOf(people, userId),
      policy: people.persons.get(userId)?.policy,
    });
  }
  const stored = books.reviews.map(({ refereeId, state }) => [refereeId, state]);
  const asked = [...people.cases].map(([refereeId, { state }]) => [refereeId, state]);
  expect(stored.sort(), 'cases').toEqual(asked.sort());
}

/** What holds of cases after every step, whatever was done at once and died half-way. */
export function checkCases(books: Books): void {
  for (const review of books.reviews) checkCase(books, review);
  for (const { userId, ban, status } of books.participants) {
    const bans = books.reviews.filter((one) => one.referrerId === userId && one.state === 'banned').length;
    expect(ban?.cases ?? 0, `cases that ban ${userId}`).toBe(bans);
    if (ban === undefined) continue;
    expect(['active', 'inactive'], 'how somebody stood before a ban').toContain(ban.statusBefore);
    expect(['active', 'inactive']).toContain(status);
  }
  checkCounts(books);
}

/** Of a referral that does not count nothing stands, once its case is settled. */
function checkCase({ referrals, journal }: Books, { refereeId, referralId, state, settling }: Review): void {
  const status = referrals.get(refereeId)?.status;
  const isComplete = status === 'completed';
  expect(status, `the referral of ${refereeId}, whose case is ${state}`).toBe(statusBy(state, isComplete));
  if (isComplete || settling !== undefined) return;
  const earned = journal.filter(({ refereeKey }) => referralId.endsWith(refereeKey));
  for (const { rewardAmount = 0 } of earned) {
    expect(rewardAmount, `a reward of ${refereeId}, whose referral is ${status}`).toBe(0);
  }
}

const counted = {
  pending: 'pending',
  completed: 'completed',
  rejected: 'rejected',
  in_review: 'inReview',
} as const;

/** A referrer's counts are those of the referrals. */
function checkCounts({ referrals, progress }: Books): void {
  for (const [userId, item] of progress) {
    const own = [...referrals.values()].filter(({ referrerId }) => referrerId === userId);
    for (const [status, name] of Object.entries(counted)) {
      const sum = own.filter((one) => one.status === status).length;
      expect(Number(item[name] ?? 0), `referrals of ${userId} that are ${status}`).toBe(sum);
    }
  }
}
