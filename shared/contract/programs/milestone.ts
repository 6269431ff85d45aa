import * as z from 'zod';
import { positiveAmount, text, unit } from '../fields.ts';
import { rewardKind, ruleId, threshold } from './fields.ts';

export const milestone = z
  .strictObject({
    milestoneId: ruleId,
    name: text(64),
    kind: rewardKind,
    threshold,
    amount: z.strictObject({ amount: positiveAmount, currency: unit }).exactOptional(),
    pool: ruleId.exactOptional(),
    grant: z.enum(['claim', 'automatic']).default('claim'),
    onReversal: z.enum(['keep', 'take_back']).default('keep'),
  })
  .superRefine((one, context) => {
    const isMoney = one.kind === 'cash' || one.kind === 'credit' || one.kind === 'points';
    if (isMoney !== (one.amount !== undefined)) {
      const message = isMoney ? `is needed for ${one.kind}` : `does not go with ${one.kind}`;
      context.addIssue({ code: 'custom', path: ['amount'], message });
    }
    if (one.amount !== undefined && (one.amount.currency === 'points') !== (one.kind === 'points')) {
      const message = one.kind === 'points' ? 'must be points' : 'must not be points';
      context.addIssue({ code: 'custom', path: ['amount', 'currency'], message });
    }
    if ((one.kind === 'coupon') !== (one.pool !== undefined)) {
      context.addIssue({ code: 'custom', path: ['pool'], message: 'goes with kind coupon' });
    }
  })
  .meta({ id: 'Milestone', description: 'At this mark, this reward' });
