import type { FraudAction, FraudRule, Measures, Need } from './rule.ts';
import { fraudRules } from './rules.ts';

/** What a program says of a rule; what it leaves out is as the rule has it. */
export interface RuleSettings extends Measures {
  readonly action?: FraudAction;
  readonly score?: number;
}

/** What a program says of fraud. */
export interface FraudSettings {
  readonly rules?: Readonly<Record<string, RuleSettings>>;
  /** A sign-up whose rules' scores come to so much is held, whatever they do by themselves. */
  readonly holdScore?: number;
  /** … is rejected. */
  readonly rejectScore?: number;
}

/** A rule as it holds in a program. */
export interface SetRule<Seen> {
  readonly rule: FraudRule<Seen>;
  readonly action: Exclude<FraudAction, 'off'>;
  readonly score: number;
  readonly measures: Measures;
}

/** Those of some rules that are on in a program, as they hold there. What it says nothing of is as the rule has it. */
export function rulesOf<Seen>(
  rules: readonly FraudRule<Seen>[],
  settings: FraudSettings = {},
): readonly SetRule<Seen>[] {
  return rules.flatMap((rule) => {
    const own = rule.isFixed ? {} : (settings.rules?.[rule.ruleId] ?? {});
    const { action = rule.action, score = rule.score, ...measures } = own;
    return action === 'off' ? [] : [{ rule, action, score, measures: { ...rule.measures, ...measures } }];
  });
}

/** What a program's rules have to have read of a sign-up. */
export function needsOf(settings: FraudSettings | undefined): ReadonlySet<Need> {
  return new Set(rulesOf(fraudRules, settings).flatMap(({ rule }) => rule.needs));
}
