import { describe, expect, it } from 'vitest';
import { disposableEmail } from '../../../../shared/domain/fraud/rules/disposable-email.ts';
import { observed } from '../signals.ts';

describe('a disposable address', () => {
  it('is found', () => {
    expect(observed(disposableEmail, { isDisposable: true })).toEqual({});
    expect(observed(disposableEmail, {})).toBeUndefined();
  });
});
