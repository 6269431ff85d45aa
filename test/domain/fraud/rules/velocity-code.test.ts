import { describe, expect, it } from 'vitest';
import { velocityCode } from '../../../../shared/domain/fraud/rules/velocity-code.ts';
import { honest, now, observed } from '../signals.ts';

describe('many sign-ups by one code', () => {
  const brought = (count: number, code: string) =>
    Array.from({ length: count }, (_, n) => ({ at: now - n, code }));

  it('is found by its code alone', () => {
    expect(observed(velocityCode, { brought: brought(9, honest.code) })).toEqual({
      signUps: 10,
      seconds: 300,
    });
    expect(observed(velocityCode, { brought: brought(8, honest.code) })).toBeUndefined();
    expect(observed(velocityCode, { brought: brought(19, 'another') })).toBeUndefined();
  });
});
