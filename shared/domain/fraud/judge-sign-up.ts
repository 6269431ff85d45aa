import type { FraudAction, FraudRule, Observation } from './rule.ts';
import { fraudRules } from './rules.ts';
import { type FraudSettings, rulesOf } from './settings.ts';
import type { Signals } from './signals.ts';

/** What a rule found. */
export interface FraudFinding extends Observation {
  readonly ruleId: string;
  readonly score: number;
}

/** What all rules together say. */
export interface FraudVerdict {
  readonly action: 'accept' | Exclude<FraudAction, 'off'>;
  /** The sum of what was found. */
  readonly score: number;
  readonly findings: readonly FraudFinding[];
}

const strength = { accept: 0, flag: 1, hold: 2, reject: 3 } as const;

/** Judges a sign-up by the rules of its program. */
export function judgeSignUp(signals: Signals, settings: FraudSettings | undefined): FraudVerdict {
  return judge(fraudRules, signals, settings);
}

/** Judges what is seen by rules as a program has them: the strongest of what they, and their sum, ask for. */
export function judge<Seen>(
  rules: readonly FraudRule<Seen>[],
  seen: Seen,
  settings: FraudSettings | undefined,
): FraudVerdict {
  const found = rulesOf(rules, settings).flatMap(({ rule, action, score, measures }) => {
    const observation = rule.observe(seen, measures);
    return observation ? [{ action, finding: { ruleId: rule.ruleId, score, ...observation } }] : [];
  });
  const score = found.reduce((sum, one) => sum + one.finding.score, 0);
  const asked = [...found.map((one) => one.action), actionOfScore(score, settings)];
  const action = asked.reduce((a, b) => (strength[b] > strength[a] ? b : a), 'accept');
  return { action, score, findings: found.map((one) => one.finding) };
}

function actionOfScore(score: number, settings: FraudSettings = {}): FraudVerdict['action'] {
  if (settings.rejectScore !== undefined && score >= settings.rejectScore) return 'reject';
  if (settings.holdScore !== undefined && score >= settings.holdScore) return 'hold';
  return 'accept';
}
