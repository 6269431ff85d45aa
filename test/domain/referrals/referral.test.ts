import { expect, it } from 'vitest';
import { progressColumn } from '../../../shared/domain/referrals/referral.ts';

it.each([
  ['pending', 'pending'],
  ['completed', 'completed'],
  ['rejected', 'rejected'],
  ['in_review', 'inReview'],
] as const)('a referral that is %s counts as %s', (status, column) =>
  expect(progressColumn(status)).toBe(column),
);
