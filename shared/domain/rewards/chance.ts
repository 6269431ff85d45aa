import type { Program, Rule } from '../programs/program.ts';
import { beneficiariesOf, mayEarn, objectionTo } from './admission.ts';
import type { Fact } from './fact.ts';
import { type Occasion, paymentsOf } from './order.ts';
import type { Credited } from './tenures.ts';

/** What decides what has been earned. */
export interface EarnInput {
  readonly facts: readonly Fact[];
  readonly referral: Credited;
  /** The versions of the program that the facts name. */
  readonly programs: ReadonlyMap<number, Program>;
  /** Rewards that a cap or budget has left nothing for, by `denialKey`. */
  readonly denied: ReadonlySet<string>;
  /** Whether the referral counts now; where it does not, what was earned before it was reassigned stays. @default - it does */
  readonly counts?: boolean;
}

/** An occasion as one rule sees it, or those of one group, of which one pays. */
export interface Chance {
  readonly input: EarnInput;
  readonly program: Program;
  readonly occasion: Occasion;
  readonly rules: readonly Rule[];
  /** Payments for which the customer's own calculation stands in place of rules. */
  readonly calculated: readonly Fact[];
  /** The first payment that counts: its place in time. */
  readonly first: Fact;
}

/** An occasion by the payments that the customer's own calculation answered for, and by those that rules are for. */
export function chancesOf(occasion: Occasion, input: EarnInput): Chance[] {
  const counted = occasion.placings.filter((placing) => canCount(placing, input));
  // What nothing could be paid for when it came is there only to say why.
  const placings = counted.length > 0 ? counted : occasion.placings.slice(0, 1);
  const calculated = paymentsOf(placings).filter(({ terms }) => terms.calculated !== undefined);
  const [first] = calculated;
  if (first === undefined) return ruledChances({ ...occasion, placings }, [], input);
  const answered = new Set(calculated.map(({ paymentId }) => paymentId));
  const left = placings.filter(
    ({ terms, currency, paymentId }) =>
      terms.calculated === undefined && currency === first.currency && !answered.has(paymentId),
  );
  const program = input.programs.get(first.terms.programVersion);
  const whole = { input, occasion: { ...occasion, placings }, rules: [], calculated, first };
  return [
    ...(program === undefined ? [] : [{ ...whole, program }]),
    ...ruledChances({ ...occasion, placings: left }, calculated, input),
  ];
}

/** The terms of an occasion are those of its first payment that any rule can take. */
function ruledChances(occasion: Occasion, calculated: readonly Fact[], input: EarnInput): Chance[] {
  const [first] = occasion.placings;
  if (first === undefined) return [];
  const program = input.programs.get(first.terms.programVersion);
  if (program === undefined) return [];
  return rivalsOf(rulesFor(first, program)).map((rules) => {
    const isTaken = (placing: Fact) => rules.some((rule) => takes(rule, placing, input.referral));
    const begins = occasion.placings.find(isTaken) ?? first;
    return { input, program, occasion, rules, calculated, first: begins };
  });
}

function rulesFor({ type }: Fact, program: Program): readonly Rule[] {
  return program.rules.filter((rule) => rule.event === type);
}

function rivalsOf(rules: readonly Rule[]): readonly (readonly Rule[])[] {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    const name = rule.group === undefined ? `rule ${rule.ruleId}` : `group ${rule.group}`;
    groups.set(name, [...(groups.get(name) ?? []), rule]);
  }
  return [...groups.values()];
}

/** Whether anything could be paid for a payment, by the terms that held when it came. */
function canCount(placing: Fact, { programs, referral }: EarnInput): boolean {
  if (placing.terms.calculated)
    return placing.terms.calculated.some((given) => mayEarn(placing, given, referral));
  const program = programs.get(placing.terms.programVersion);
  return program !== undefined && rulesFor(placing, program).some((rule) => takes(rule, placing, referral));
}

function takes(rule: Rule, placing: Fact, referral: Credited): boolean {
  return beneficiariesOf(rule, referral).some(
    (one) => one !== undefined && objectionTo(placing, rule, one, referral) === undefined,
  );
}
