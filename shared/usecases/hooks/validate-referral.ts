import type { FraudVerdict } from '../../domain/fraud/judge-sign-up.ts';
import {
  type DefaultHooks,
  hookCallId,
  hookOf,
  type ValidationAnswer,
  type ValidationRequest,
} from '../../domain/hooks/hook.ts';
import type { Program } from '../../domain/programs/program.ts';
import { type AskHookPorts, askHook } from './ask-hook.ts';

export interface ValidateReferralPorts extends AskHookPorts {
  readonly defaultHooks: DefaultHooks;
}

/** A sign-up that is about to be stored. */
export interface SignUpToValidate {
  readonly referrerId: string;
  readonly refereeId: string;
  readonly code: string;
  readonly clickId?: string | undefined;
  /** What our own rules found. */
  readonly verdict: Pick<FraudVerdict, 'action' | 'findings'>;
}

/** Whether a sign-up counts. */
export interface Validation {
  readonly decision: 'accept' | 'reject' | 'hold';
  /** Where it is accepted: what speaks against it all the same. */
  readonly reasons: readonly string[];
}

/** What nobody may wave through: a circle of referrers would pay itself. */
const final: readonly string[] = ['self_referral', 'cycle'];

/**
 * Decides by the program's own logic whether a sign-up counts, or by our rules where it has none or its hook fails.
 * To be called before the referral is stored, outside of any transaction; a repeat gets the first answer. Costs
 * nothing where there is no hook; else a consistent read, and a write at the first time.
 *
 * @param ports undefined: nobody can be asked, and our rules decide
 */
export async function validateReferral(
  ports: ValidateReferralPorts | undefined,
  program: Program,
  signUp: SignUpToValidate,
): Promise<Validation> {
  const { verdict, referrerId, refereeId, code, clickId } = signUp;
  const reasons = verdict.findings.map(({ ruleId }) => ruleId);
  const byRules: Validation = { decision: verdict.action === 'flag' ? 'accept' : verdict.action, reasons };
  if (ports === undefined || reasons.some((reason) => final.includes(reason))) return byRules;
  const hook = hookOf(program, 'validation', ports.defaultHooks);
  if (hook === undefined) return byRules;
  const { programId, version } = program;
  const request: ValidationRequest = {
    program: { programId, version },
    referrer: { userId: referrerId },
    referee: { userId: refereeId },
    code,
    ...(clickId !== undefined && { clickId }),
    reasons,
  };
  const id = hookCallId('validation', programId, refereeId, referrerId, code);
  const outcome = await askHook<ValidationAnswer>(ports, hook, 'validation', request, id);
  if ('answer' in outcome) return decided(outcome.answer.decision, reasons, outcome.answer.reason);
  if (outcome.fallback === 'default') return byRules;
  return decided(outcome.fallback, reasons, 'hook_failed');
}

function decided(
  decision: Validation['decision'],
  reasons: readonly string[],
  reason: string | undefined,
): Validation {
  if (decision === 'accept') return { decision, reasons: [] };
  return {
    decision,
    reasons: [...reasons, reason ?? `${decision === 'hold' ? 'held' : 'rejected'}_by_hook`],
  };
}
