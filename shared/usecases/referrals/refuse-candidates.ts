import { type ProblemCode, type Refusal, refuse } from '../../contract/problems.ts';
import { type CandidateOutcome, evidenceOf, type JudgedCandidate } from '../../domain/referrals/attribute.ts';

/** Refuses a sign-up that nothing earned, for what is wrong with its first candidate. All of them are told. */
export function refuseCandidates(candidates: readonly JudgedCandidate[], windowDays: number): Refusal {
  const [first] = candidates;
  if (first === undefined || (first.by === 'link' && first.outcome === 'unreadable')) {
    return refuse('code_not_found', {
      errors: [{ field: 'referralLink', message: 'holds no referral code' }],
    });
  }
  const code = problemOf(first);
  const detail = code === 'click_expired' ? `The window is ${windowDays} days` : detailOf(first);
  return refuse(code, { detail, extra: { candidates } });
}

function problemOf({ by, outcome }: JudgedCandidate): ProblemCode {
  if (outcome === 'not_accepted') return 'evidence_not_accepted';
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
