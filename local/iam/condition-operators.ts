import { matchArn, matchGlob } from './match-glob.ts';

/** How one value of the request is held against one value of the policy. */
export interface ConditionOperator {
  readonly matches: (wanted: string, found: string) => boolean;
  /** A negated operator holds if none of the policy's values matches, and where the request has no such key. */
  readonly negated: boolean;
}

const numbers =
  (compare: (found: number, wanted: number) => boolean): ConditionOperator['matches'] =>
  (wanted, found) =>
    wanted.trim() !== '' && found.trim() !== '' && compare(Number(found), Number(wanted));

const positive = (matches: ConditionOperator['matches']): ConditionOperator => ({ matches, negated: false });
const negative = (matches: ConditionOperator['matches']): ConditionOperator => ({ matches, negated: true });

const equals: ConditionOperator['matches'] = (wanted, found) => wanted === found;
const equalsIgnoringCase: ConditionOperator['matches'] = (wanted, found) =>
  wanted.toLowerCase() === found.toLowerCase();
const isSameNumber = numbers((found, wanted) => found === wanted);

const OPERATORS: Readonly<Record<string, ConditionOperator>> = {
  stringequals: positive(equals),
  stringnotequals: negative(equals),
  stringequalsignorecase: positive(equalsIgnoringCase),
  stringnotequalsignorecase: negative(equalsIgnoringCase),
  stringlike: positive(matchGlob),
  stringnotlike: negative(matchGlob),
  arnequals: positive(matchArn),
  arnlike: positive(matchArn),
  arnnotequals: negative(matchArn),
  arnnotlike: negative(matchArn),
  bool: positive(equalsIgnoringCase),
  numericequals: positive(isSameNumber),
  numericnotequals: negative(isSameNumber),
  numericlessthan: positive(numbers((found, wanted) => found < wanted)),
  numericlessthanequals: positive(numbers((found, wanted) => found <= wanted)),
  numericgreaterthan: positive(numbers((found, wanted) => found > wanted)),
  numericgreaterthanequals: positive(numbers((found, wanted) => found >= wanted)),
};

/** The operator of a name without prefix or suffix, in any case; undefined if it is not known. */
export const findOperator = (name: string): ConditionOperator | undefined =>
  Object.hasOwn(OPERATORS, name.toLowerCase()) ? OPERATORS[name.toLowerCase()] : undefined;
