import { describe, expect, it } from 'vitest';
import { fastSignUp } from '../../../../shared/domain/fraud/rules/fast-sign-up.ts';
import { now, observed } from '../signals.ts';

describe('a sign-up soon after the click', () => {
  const clicked = (ago: number) => ({ click: { at: now - ago, kind: 'human' as const } });

  it('is found up to the time that the program sets', () => {
    expect(observed(fastSignUp, clicked(1_999))).toEqual({ milliseconds: 1_999 });
    expect(observed(fastSignUp, clicked(2_000))).toBeUndefined();
    expect(observed(fastSignUp, clicked(4_000), { seconds: 5 })).toEqual({ milliseconds: 4_000 });
    expect(observed(fastSignUp, clicked(0), { seconds: 0 })).toBeUndefined();
  });

  it('is found where a clock is behind', () => {
    expect(observed(fastSignUp, clicked(-500))).toEqual({ milliseconds: 0 });
  });
});
