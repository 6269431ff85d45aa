import { expect } from 'vitest';
import type { Refusal } from '../../../shared/contract/problems.ts';
import type { EventInput } from '../../../shared/usecases/events/record-events.ts';
import type { Answer, Request } from './requests.ts';

/** What is known of an event that was sent, whether or not an answer came. */
export interface SentEvent {
  /** The content that was answered 202. */
  accepted: EventInput | undefined;
  /** Contents that may have been stored: they were sent and no answer came. */
  readonly perhaps: EventInput[];
  /** Every content ever sent. */
  readonly sent: EventInput[];
  /** The sender already knew that the user's referral was completed. */
  readonly afterReferral: boolean;
}

interface Standing {
  readonly referrerId: string;
  readonly code: string;
  readonly status: string;
}

interface KnownPayout {
  readonly userId: string;
  readonly amount: number;
  readonly currency: string;
}

/** Everything that the clients of one history know: what they sent and what they were told. Nothing of the code. */
export interface Model {
  /** Codes that were answered, with their owners, in order. */
  readonly links: Map<string, string>;
  readonly referrals: Map<string, Standing>;
  /** Users whose sign-up was answered with a new referral. */
  readonly created: Set<string>;
  /** Users of whom a sign-up was ever sent. */
  readonly signUps: Set<string>;
  readonly events: Map<string, SentEvent>;
  /** Claims that were answered with the reward, by owner and milestone. */
  readonly claims: Map<string, number>;
  /** Claims sent without an answer. */
  readonly perhapsClaimed: Set<string>;
  readonly payouts: Map<string, KnownPayout>;
  /** Payouts sent without an answer, by user, amount and currency. */
  readonly perhapsPayouts: Map<string, number>;
  readonly cancelled: Set<string>;
  readonly perhapsCancelled: Set<string>;
  /** Visits by code: those answered, and those that may have been stored beside. */
  readonly visits: Map<string, { answered: number; perhaps: number }>;
  /** Click ids as they were answered, in order. */
  readonly clickIds: string[];
  /** What each visitor's browser remembers of a click. */
  readonly remembered: Map<string, string>;
}

export function createModel(): Model {
  return {
    links: new Map(),
    referrals: new Map(),
    created: new Set(),
    signUps: new Set(),
    events: new Map(),
    claims: new Map(),
    perhapsClaimed: new Set(),
    payouts: new Map(),
    perhapsPayouts: new Map(),
    cancelled: new Set(),
    perhapsCancelled: new Set(),
    visits: new Map(),
    clickIds: [],
    remembered: new Map(),
  };
}

export const payoutName = ({ userId, amount, currency }: KnownPayout): string =>
  `${userId} ${amount} ${currency}`;

const addOne = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

const same = (a: EventInput, b: EventInput): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Notes that a request is about to be sent for the first time. */
export function noteSending(model: Model, request: Request): void {
  if (request.kind === 'signUp') model.signUps.add(request.newUserId);
  if (request.kind !== 'events') return;
  for (const input of request.inputs) {
    const afterReferral = model.referrals.get(input.userId)?.status === 'completed';
    const event = model.events.get(input.id) ?? { accepted: undefined, perhaps: [], sent: [], afterReferral };
    event.sent.push(input);
    model.events.set(input.id, event);
  }
}

/** Notes that a request may or may not have been done. */
export function noteSilence(model: Model, request: Request): void {
  if (request.kind === 'events') {
    for (const input of request.inputs) model.events.get(input.id)?.perhaps.push(input);
  }
  if (request.kind === 'payout') addOne(model.perhapsPayouts, payoutName(request));
  if (request.kind === 'cancel') model.perhapsCancelled.add(request.payoutId);
  if (request.kind === 'claim') model.perhapsClaimed.add(`${request.ownerId} ${request.milestoneId}`);
  if (request.kind === 'click') visitsOf(model, request.code).perhaps++;
}

function visitsOf(model: Model, code: string): { answered: number; perhaps: number } {
  const visits = model.visits.get(code) ?? { answered: 0, perhaps: 0 };
  model.visits.set(code, visits);
  return visits;
}

/** Notes an answer, and checks that it agrees with all that was answered before. */
export function noteAnswer(model: Model, request: Request, answer: Answer | Refusal): void {
  if ('refused' in answer) {
    noteRefusal(model, request, answer);
    return;
  }
  if (request.kind === 'link') noteLink(model, request.userId, answer.link?.code ?? '');
  if (request.kind === 'signUp') {
    const { newUserId } = request;
    expect(model.created, `rule 1: a second referral of ${newUserId} was answered`).not.toContain(newUserId);
    model.created.add(newUserId);
    noteReferral(model, request.newUserId, answer.referral);
  }
  if (request.kind === 'click') {
    visitsOf(model, request.code).answered++;
    model.clickIds.push(answer.clickId ?? '');
    if (request.human) model.remembered.set(request.ip, answer.remember ?? '');
  }
  if (request.kind === 'events') for (const input of request.inputs) noteAccepted(model, input);
  if (request.kind === 'claim') noteClaim(model, request);
  if (request.kind === 'payout' && answer.payout) model.payouts.set(answer.payout.payoutId, request);
  if (request.kind === 'cancel') {
    expect(model.cancelled, 'a payout was cancelled twice').not.toContain(request.payoutId);
    model.cancelled.add(request.payoutId);
  }
}

function noteRefusal(model: Model, request: Request, refusal: Refusal): void {
  if (request.kind === 'signUp' && refusal.refused === 'referral_exists') {
    noteReferral(model, request.newUserId, refusal.extra?.['referral'] as Standing);
  }
  if (request.kind === 'events' && refusal.refused === 'event_conflict') {
    const { sent = [] } = model.events.get(String(refusal.extra?.['eventId'])) ?? {};
    const differ = sent.some((one) => sent.some((other) => !same(one, other)));
    expect(differ, 'event_conflict was answered though only one content was ever sent').toBe(true);
  }
}

function noteLink(model: Model, userId: string, code: string): void {
  expect(model.links.get(code) ?? userId, `rule 7: code ${code} was given to two`).toBe(userId);
  model.links.set(code, userId);
}

function noteReferral(model: Model, userId: string, referral: Standing | undefined): void {
  expect(referral, `${userId}: the answer shows no referral`).toBeDefined();
  if (referral === undefined) return;
  const { referrerId, code, status } = referral;
  const known = model.referrals.get(userId);
  if (known) expect({ referrerId, code, status }, `rule 1: the referral of ${userId} changed`).toEqual(known);
  model.referrals.set(userId, { referrerId, code, status });
}

function noteAccepted(model: Model, input: EventInput): void {
  const event = model.events.get(input.id);
  if (event?.accepted)
    expect(input, `event ${input.id} was accepted with two contents`).toEqual(event.accepted);
  if (event) event.accepted = input;
}

function noteClaim(model: Model, request: Request & { kind: 'claim' }): void {
  expect(request.userId, 'somebody else claimed a milestone').toBe(request.ownerId);
  const name = `${request.ownerId} ${request.milestoneId}`;
  expect(model.claims.get(name) ?? 0, `rule 5: ${name} was claimed twice`).toBe(0);
  addOne(model.claims, name);
}

/** 10% of what is left of an order, rounded half up, never below nothing. */
export function tenPercentOf(gross: number, refunded: number): number {
  const net = gross - refunded;
  return net <= 0 ? 0 : Math.floor((net + 5) / 10);
}
