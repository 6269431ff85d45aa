import type { OperationId } from '../access.ts';
import { accessExamples } from './access.ts';
import { clickExamples } from './clicks.ts';
import { couponExamples } from './coupons.ts';
import { eventExamples } from './events.ts';
import type { Example } from './example.ts';
import { linkExamples } from './links.ts';
import { notificationExamples } from './notifications.ts';
import { openExamples } from './open.ts';
import { operationExamples } from './operations.ts';
import { participantExamples } from './participants.ts';
import { payoutExamples } from './payouts.ts';
import { programExamples } from './programs.ts';
import { referralDecisionExamples } from './referral-decisions.ts';
import { referralExamples } from './referrals.ts';
import { reviewExamples } from './reviews.ts';
import { rewardExamples } from './rewards.ts';
import { webhookExamples } from './webhooks.ts';

/** An example of each route: the OpenAPI document shows it, and a test holds it against the contract. */
export const examples: ReadonlyMap<OperationId, Example> = new Map(
  [
    ...programExamples,
    ...participantExamples,
    ...linkExamples,
    ...clickExamples,
    ...referralExamples,
    ...referralDecisionExamples,
    ...reviewExamples,
    ...eventExamples,
    ...rewardExamples,
    ...couponExamples,
    ...payoutExamples,
    ...webhookExamples,
    ...notificationExamples,
    ...accessExamples,
    ...operationExamples,
    ...openExamples,
  ].map((example) => [example.operationId, example]),
);
