import type { Refusal } from '../../../shared/contract/problems.ts';
import { milestoneRewardId, participantKey } from '../../../shared/domain/ids.ts';
import type { Link } from '../../../shared/domain/links/link.ts';
import type { Payout } from '../../../shared/domain/money/payout.ts';
import type { Participant } from '../../../shared/domain/participant.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { Reward } from '../../../shared/domain/rewards/reward.ts';
import { recordVisit } from '../../../shared/usecases/clicks/record-visit.ts';
import {
  type AcceptedEvents,
  type EventInput,
  recordEvents,
} from '../../../shared/usecases/events/record-events.ts';
import { createLink } from '../../../shared/usecases/links/create-link.ts';
import { putParticipant } from '../../../shared/usecases/participants/put-participant.ts';
import { cancelPayout } from '../../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../../shared/usecases/payouts/create-payout.ts';
import { createReferral } from '../../../shared/usecases/referrals/create-referral.ts';
import { claimReward } from '../../../shared/usecases/rewards/claim-reward.ts';
import { type Ports, programId } from './world.ts';

/** What a client asks for; sent again, it is the same to the letter. */
export type Request =
  | { readonly kind: 'link'; readonly userId: string; readonly code: string | undefined }
  | { readonly kind: 'participant'; readonly userId: string; readonly email: string }
  | {
      readonly kind: 'signUp';
      readonly newUserId: string;
      readonly referralCode?: string;
      readonly clickId?: string;
      readonly email?: string;
    }
  | {
      readonly kind: 'click';
      readonly code: string;
      readonly human: boolean;
      readonly ip: string;
      readonly remembered: string | undefined;
    }
  | { readonly kind: 'events'; readonly inputs: readonly EventInput[] }
  | {
      readonly kind: 'claim';
      readonly userId: string;
      readonly ownerId: string;
      readonly milestoneId: string;
    }
  | { readonly kind: 'payout'; readonly userId: string; readonly amount: number; readonly currency: string }
  | { readonly kind: 'cancel'; readonly payoutId: string };

/** What the request was answered with, beside a refusal. */
export interface Answer {
  readonly link?: Link;
  readonly participant?: Participant;
  readonly referral?: Referral;
  readonly clickId?: string;
  /** What the visitor's browser is to remember. */
  readonly remember?: string;
  readonly accepted?: AcceptedEvents;
  readonly reward?: Reward;
  readonly payout?: Payout;
}

/** Calls the use case that serves a request. */
export async function serve(ports: Ports, request: Request): Promise<Answer | Refusal> {
  switch (request.kind) {
    case 'link': {
      const { userId, code } = request;
      return named('link', await createLink(ports, { programId, userId, code, createParticipant: true }));
    }
    case 'participant':
      return named('participant', await putParticipant(ports, programId, request.userId, request));
    case 'signUp':
      return named('referral', await createReferral(ports, request));
    case 'click':
      return click(ports, request);
    case 'events':
      return named('accepted', await recordEvents(ports, request.inputs));
    case 'claim': {
      const rewardId = milestoneRewardId(participantKey(programId, request.ownerId), request.milestoneId);
      return named('reward', await claimReward(ports, rewardId, request.userId));
    }
    case 'payout': {
      const { userId, amount, currency } = request;
      return named('payout', await createPayout(ports, { programId, userId, amount, currency }));
    }
    case 'cancel':
      return named('payout', await cancelPayout(ports, request.payoutId));
  }
}

function named(name: keyof Answer, answer: object): Answer | Refusal {
  return 'refused' in answer ? (answer as Refusal) : { [name]: answer };
}

async function click(ports: Ports, request: Request & { kind: 'click' }): Promise<Answer | Refusal> {
  const link = await ports.findLink(request.code);
  if (link === undefined) return { refused: 'code_not_found' };
  const { ip, remembered } = request;
  const kind = request.human ? 'human' : 'bot';
  const visitor = { kind, ip, userAgent: 'Mozilla/5.0', referrer: undefined, remembered } as const;
  return recordVisit(ports, link, visitor);
}
