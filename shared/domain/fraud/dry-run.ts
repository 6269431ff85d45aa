import type { Referral } from '../referrals/referral.ts';
import { type FraudVerdict, judgeSignUp } from './judge-sign-up.ts';
import { type KeptSignals, signalsOf, unreadFor } from './kept-signals.ts';
import { fraudRules } from './rules.ts';
import type { FraudSettings } from './settings.ts';

/** A referral with what the rules saw of its sign-up; absent where nothing was kept. */
export interface SeenSignUp {
  readonly referral: Referral;
  readonly seen?: KeptSignals | undefined;
}

type Action = FraudVerdict['action'];

/** A sign-up that the two settings treat differently. */
export interface ChangedSignUp {
  readonly referral: Referral;
  readonly before: FraudVerdict;
  readonly after: FraudVerdict;
}

/** What other settings would have made of sign-ups. */
export interface DryRun {
  readonly judged: number;
  /** Of whose sign-ups nothing was kept: by hand, or from before it was. */
  readonly unknown: number;
  /** Judged without what rules would have looked at that were off by then. */
  readonly incomplete: number;
  readonly before: Readonly<Record<Action, number>>;
  readonly after: Readonly<Record<Action, number>>;
  /** How many sign-ups each rule finds, where it finds any. */
  readonly rules: readonly { readonly ruleId: string; readonly before: number; readonly after: number }[];
  readonly changed: number;
  /** The first of those that changed, at most {@link mostExamples}. */
  readonly examples: readonly ChangedSignUp[];
}

export const mostExamples = 20;

/** Judges sign-ups by two settings, as of when each came, and says where they differ. */
export function dryRun(
  signUps: readonly SeenSignUp[],
  now: FraudSettings | undefined,
  wanted: FraudSettings,
): DryRun {
  const judged = signUps.flatMap(({ referral, seen }) => {
    if (seen === undefined) return [];
    const signals = signalsOf(seen);
    const before = judgeSignUp(signals, now);
    const after = judgeSignUp(signals, wanted);
    return [{ referral, seen, before, after }];
  });
  const changed = judged.filter(({ before, after }) => before.action !== after.action);
  return {
    judged: judged.length,
    unknown: signUps.length - judged.length,
    incomplete: judged.filter(({ seen }) => unreadFor(seen, wanted).length > 0).length,
    before: countActions(judged.map(({ before }) => before)),
    after: countActions(judged.map(({ after }) => after)),
    rules: countRules(judged),
    changed: changed.length,
    examples: changed
      .slice(0, mostExamples)
      .map(({ referral, before, after }) => ({ referral, before, after })),
  };
}

function countActions(verdicts: readonly FraudVerdict[]): Readonly<Record<Action, number>> {
  const counts = { accept: 0, flag: 0, hold: 0, reject: 0 };
  for (const { action } of verdicts) counts[action]++;
  return counts;
}

function countRules(judged: readonly Pick<ChangedSignUp, 'before' | 'after'>[]): DryRun['rules'] {
  const finds = (verdict: FraudVerdict, ruleId: string) =>
    verdict.findings.some((finding) => finding.ruleId === ruleId);
  return fraudRules
    .map(({ ruleId }) => ({
      ruleId,
      before: judged.filter(({ before }) => finds(before, ruleId)).length,
      after: judged.filter(({ after }) => finds(after, ruleId)).length,
    }))
    .filter(({ before, after }) => before + after > 0);
}
