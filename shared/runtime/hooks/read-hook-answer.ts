import { calculationAnswer, validationAnswer } from '../../contract/hooks.ts';
import type { HookKind } from '../../domain/hooks/hook.ts';
import { currencyExponent } from '../../domain/money/currencies.ts';

/** The answer in a body; undefined if it is no JSON, or not of the form that docs/own-logic.md gives. */
export function readHookAnswer(kind: HookKind, body: string): unknown {
  const value = parse(body);
  if (kind === 'validation') return validationAnswer.safeParse(value).data;
  if (kind === 'notification') return undefined;
  const answer = calculationAnswer.safeParse(value).data;
  if (answer === undefined || 'useRules' in answer) return answer;
  return answer.rewards.every(({ currency }) => isKnown(currency)) ? answer : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isKnown(currency: string): boolean {
  return currency === 'points' || currencyExponent(currency) !== undefined;
}
