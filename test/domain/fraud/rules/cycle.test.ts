import { describe, expect, it } from 'vitest';
import { cycle } from '../../../../shared/domain/fraud/rules/cycle.ts';
import { observed } from '../signals.ts';

describe('a circle', () => {
  it('is found however far above the referee stands', () => {
    expect(observed(cycle, { uplineIds: ['bob'] })).toEqual({ levelsAbove: 1 });
    expect(observed(cycle, { uplineIds: ['carol', 'dave', 'bob'] })).toEqual({ levelsAbove: 3 });
    expect(observed(cycle, {})).toBeUndefined();
  });
});
