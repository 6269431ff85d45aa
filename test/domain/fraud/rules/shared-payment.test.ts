import { describe, expect, it } from 'vitest';
import { sharedPayment } from '../../../../shared/domain/fraud/rules/shared-payment.ts';
import { honest, observed, unknown, usedAgo } from '../signals.ts';

describe('a shared means of payment', () => {
  const uses = (payment: ReturnType<typeof usedAgo>) => ({ ...honest.uses, payment });

  it('is found by how many have used it', () => {
    expect(observed(sharedPayment, { uses: uses(usedAgo([900_000, 10])) })).toEqual({ users: 3 });
    expect(observed(sharedPayment, { uses: uses(usedAgo([10])) })).toBeUndefined();
  });

  it('counts each user once, and nobody where none is known', () => {
    const [once] = usedAgo([5]);
    expect(observed(sharedPayment, { uses: uses(once ? [once, once, once] : []) })).toBeUndefined();
    expect(observed(sharedPayment, unknown)).toBeUndefined();
  });
});
