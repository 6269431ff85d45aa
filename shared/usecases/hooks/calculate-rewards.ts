import {
  type CalculationAnswer,
  type CalculationRequest,
  type DefaultHooks,
  hookCallId,
  hookOf,
  type ProposedReward,
} from '../../domain/hooks/hook.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { Referral } from '../../domain/referrals/referral.ts';
import type { ReportedEvent } from '../../domain/rewards/event.ts';
import type { CalculatedReward } from '../../domain/rewards/fact.ts';
import { type AskHookPorts, askHook } from './ask-hook.ts';

export interface CalculateRewardsPorts extends AskHookPorts {
  readonly defaultHooks: DefaultHooks;
  /** What the rules would pay for the event. Asked for only where there is a hook. */
  proposeRewards(
    program: Program,
    referral: Referral,
    event: ReportedEvent,
  ): Promise<readonly ProposedReward[]>;
}

/** What an event pays: by the rules, by the customer's own calculation, or by the rules and on hold. */
export type Calculation =
  | { readonly use: 'rules' }
  | { readonly use: 'rules_on_hold' }
  | { readonly use: 'calculation'; readonly rewards: readonly CalculatedReward[] };

/**
 * Asks the program's own calculation what an event pays; by the rules where it has none. To be called before the
 * event's fact is made, outside of any transaction; a repeat gets the first answer, and once the fact is in the
 * journal nobody asks again. Costs nothing where there is no hook.
 */
export async function calculateRewards(
  ports: CalculateRewardsPorts,
  program: Program,
  referral: Referral,
  event: ReportedEvent,
): Promise<Calculation> {
  const hook = hookOf(program, 'calculation', ports.defaultHooks);
  if (hook === undefined) return { use: 'rules' };
  const { programId, version } = program;
  const id = hookCallId('calculation', programId, event.userId, event.eventId);
  const before = await ports.findHookOutcome(id);
  // What the rules would pay takes reads of its own: spared where nobody is asked.
  const proposed = before === undefined ? await ports.proposeRewards(program, referral, event) : [];
  const { referralId, referrerId, refereeId, code, upline, createdAt } = referral;
  const request: CalculationRequest = {
    program: { programId, version },
    event,
    referral: { referralId, referrerId, refereeId, code, upline, createdAt },
    proposed,
  };
  const known = { ...ports, findHookOutcome: async () => before };
  const outcome = await askHook<CalculationAnswer>(known, hook, 'calculation', request, id);
  if ('answer' in outcome) {
    return 'rewards' in outcome.answer
      ? { use: 'calculation', rewards: outcome.answer.rewards }
      : { use: 'rules' };
  }
  if (outcome.fallback === 'reject') return { use: 'calculation', rewards: [] };
  return { use: outcome.fallback === 'hold' ? 'rules_on_hold' : 'rules' };
}
