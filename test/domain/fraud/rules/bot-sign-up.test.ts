import { describe, expect, it } from 'vitest';
import { botSignUp } from '../../../../shared/domain/fraud/rules/bot-sign-up.ts';
import { observed } from '../signals.ts';

describe("a machine's sign-up", () => {
  it('is found by who sent it', () => {
    expect(observed(botSignUp, { sentBy: 'bot' })).toEqual({ kind: 'bot' });
    expect(observed(botSignUp, { sentBy: 'scanner' })).toEqual({ kind: 'scanner' });
    expect(observed(botSignUp, { sentBy: 'human' })).toBeUndefined();
  });

  it('is not made of what is not known', () => {
    expect(observed(botSignUp, {})).toBeUndefined();
  });
});
