import { createHash } from 'node:crypto';
import { toBase32 } from '../ids.ts';
import type { Hook, Program, RewardKind } from '../programs/program.ts';
import type { ReportedEvent } from '../rewards/event.ts';
import type { CalculatedReward } from '../rewards/fact.ts';

/** What the customer's own logic can be asked for. */
export type HookKind = 'validation' | 'calculation' | 'notification';

/** The version of requests and answers; it rises only when a receiver would have to change. */
export const hookVersion = 1;

/** Whether a sign-up counts. */
export interface ValidationRequest {
  readonly program: HookedProgram;
  readonly referrer: { readonly userId: string };
  readonly referee: { readonly userId: string };
  readonly code: string;
  readonly clickId?: string;
  /** Why our own rules would reject it; empty: they would not. */
  readonly reasons: readonly string[];
}

export interface ValidationAnswer {
  readonly decision: 'accept' | 'reject' | 'hold';
  /** A word that goes with the referral's reasons. */
  readonly reason?: string;
}

/** What an event pays. */
export interface CalculationRequest {
  readonly program: HookedProgram;
  readonly event: ReportedEvent;
  readonly referral: HookedReferral;
  /** What the rules would pay. */
  readonly proposed: readonly ProposedReward[];
}

export type CalculationAnswer =
  | { readonly rewards: readonly CalculatedReward[] }
  | { readonly useRules: true };

/** Which version of which program asks. */
export interface HookedProgram {
  readonly programId: string;
  readonly version: number;
}

export interface HookedReferral {
  readonly referralId: string;
  readonly referrerId: string;
  readonly refereeId: string;
  readonly code: string;
  readonly upline: readonly string[];
  readonly createdAt: string;
}

export interface ProposedReward {
  readonly ruleId: string;
  readonly beneficiaryId: string;
  /** Steps above the referee; absent for the referee's own. */
  readonly level?: number;
  readonly kind: RewardKind;
  /** Minor units; 1 for what is not counted. */
  readonly amount: number;
  readonly currency?: string;
}

/** Why a hook brought no answer that could be used. */
export type HookFailure =
  | 'timeout'
  | 'unreachable'
  | 'address_not_allowed'
  | 'redirected'
  | 'refused'
  /** 410: it wants to hear nothing more. */
  | 'gone'
  | 'failed'
  | 'not_granted'
  | 'answer_too_large'
  | 'answer_not_valid';

/** What asking came to: an answer, or what holds in its place. */
export type HookOutcome<Answer> =
  | { readonly answer: Answer }
  | { readonly fallback: Hook['fallback']; readonly because: HookFailure };

/** Hooks of the whole deployment, for programs that name none. */
export type DefaultHooks = Readonly<Partial<Record<HookKind, Hook>>>;

/** The hook that a program uses: its own, else the deployment's. */
export function hookOf(
  program: Pick<Program, 'hooks'>,
  kind: HookKind,
  defaults: DefaultHooks,
): Hook | undefined {
  return program.hooks[kind] ?? defaults[kind];
}

/**
 * The id of a question, the same for each repeat: it goes along as `webhook-id`, and its answer is kept under it.
 *
 * @param subject what it is about, of which there is one of this kind in a program
 */
export function hookCallId(kind: HookKind, programId: string, ...subject: readonly string[]): string {
  const text = ['hook', kind, programId, ...subject].join('\n');
  return `hook_${toBase32(createHash('sha256').update(text).digest())}`;
}
