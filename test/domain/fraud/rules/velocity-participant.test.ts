import { describe, expect, it } from 'vitest';
import { velocityParticipant } from '../../../../shared/domain/fraud/rules/velocity-participant.ts';
import { now, observed } from '../signals.ts';

describe('many sign-ups by one referrer', () => {
  const brought = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ at: now - n, code: `c${n}` }));

  it('is found whatever the code', () => {
    expect(observed(velocityParticipant, { brought: brought(14) })).toEqual({ signUps: 15, seconds: 600 });
    expect(observed(velocityParticipant, { brought: brought(13) })).toBeUndefined();
  });
});
