import { type FieldError, type ProblemCode, type Refusal, refuse } from '../../contract/problems.ts';
import {
  type CandidateOutcome,
  type Carrier,
  evidenceOf,
  type JudgedCandidate,
} from '../../domain/referrals/attribute.ts';

/** Refuses a sign-up that nothing earned, for what is wrong with its first candidate. All of them are told. */
export function refuseCandidates(candidates: readonly JudgedCandidate[], windowDays: number): Refusal {
  const [first] = candidates;
  if (first === undefined) return refuse('code_not_found');
  const code = problemOf(first);
  const detail = code === 'click_expired' ? `The window is ${windowDays} days` : detailOf(first);
  const error = first.outcome === 'unreadable' ? unreadable[first.by] : undefined;
  return refuse(code, { detail, ...(error && { errors: [error] }), extra: { candidates } });
}

/** Why what was given can be none, where its problem does not say so. */
const unreadable: Partial<Record<Carrier, FieldError>> = {
  clickId: { field: 'clickId', message: 'is no click id, which is clk_ and 26 characters' },
  code: { field: 'referralCode', message: 'can be no code' },
  link: { field: 'referralLink', message: 'holds no referral code' },
  coupon: { field: 'coupon', message: 'can be no code' },
};

function problemOf({ by, outcome }: JudgedCandidate): ProblemCode {
  if (outcome === 'not_accepted') return 'evidence_not_accepted';
  if (by === 'clickId' && outcome === 'unreadable') return 'click_not_found';
  if (evidenceOf(by) !== 'click') return outcome === 'inactive' ? 'code_inactive' : 'code_not_found';
  return problemsOfClicks[outcome] ?? 'click_not_found';
}

const problemsOfClicks: Partial<Record<CandidateOutcome, ProblemCode>> = {
  unreadable: 'invalid_click_token',
  forged: 'invalid_click_token',
  other_program: 'click_of_other_program',
  inactive: 'code_inactive',
  expired: 'click_expired',
};

function detailOf({ by, code, outcome }: JudgedCandidate): string {
  return code === undefined ? `${by}: ${outcome}` : `${by}: ${outcome}, code: ${code}`;
}
