import type { Program, Rule } from '../programs/program.ts';
import type { Referral } from '../referrals/referral.ts';
import { type Explanation, orderOf, type ReportedEvent } from './event.ts';
import {
  foldJournal,
  type JournalEntry,
  type JournalState,
  type OrderState,
  type Posting,
} from './journal.ts';
import { type Money, rewardFor } from './reward-amount.ts';

/** What an event does: it is in the journal already, becomes its next entry, or does nothing, for these reasons. */
export type Decision =
  | { readonly do: 'nothing'; readonly explanation: readonly Explanation[] }
  | { readonly do: 'stop'; readonly because: 'recorded' }
  | { readonly do: 'append'; readonly entry: JournalEntry };

/** All that a decision depends on. */
export interface Case {
  readonly event: ReportedEvent;
  /** The referral of the event's user, if they have one. */
  readonly referral: Referral | undefined;
  /** The version of the program that the referral began with. */
  readonly program: Program | undefined;
  /** The whole journal of the event's user, in order. */
  readonly journal: readonly JournalEntry[];
  /** ISO 8601. */
  readonly now: string;
}

/** Decides what an event pays or takes back. The same case gives the same decision. */
export function decideEvent(input: Case): Decision {
  const { event, referral, program, journal, now } = input;
  const state = foldJournal(journal);
  if (state.eventIds.has(event.eventId)) return { do: 'stop', because: 'recorded' };
  const outcome =
    event.type === 'order.refunded'
      ? followRefund(event, state, program)
      : followRules(event, state, referral, program);
  if (!outcome.record) return { do: 'nothing', explanation: outcome.explanation };
  return {
    do: 'append',
    entry: {
      position: state.nextPosition,
      eventId: event.eventId,
      eventType: event.type,
      orderId: orderOf(event),
      ...(event.type !== 'order.refunded' && event.amount !== undefined && { gross: event.amount }),
      ...(event.currency !== undefined && { currency: event.currency }),
      ...(event.type === 'order.refunded' && { refunded: event.amountRefunded ?? 0 }),
      programVersion: program?.version ?? 0,
      createdAt: now,
      postings: outcome.postings,
      explanation: outcome.explanation,
    },
  };
}

interface Outcome {
  readonly record: boolean;
  readonly postings: readonly Posting[];
  readonly explanation: readonly Explanation[];
}

function nothing(reason: string): Outcome {
  return { record: false, postings: [], explanation: [{ outcome: 'skipped', reason }] };
}

function followRules(
  event: ReportedEvent,
  state: JournalState,
  referral: Referral | undefined,
  program: Program | undefined,
): Outcome {
  if (referral === undefined || program === undefined) return nothing('user_not_referred');
  if (referral.status !== 'completed') return nothing(`referral_${referral.status}`);
  const rules = program.rules.filter((rule) => rule.event === event.type);
  if (rules.length === 0) return nothing('no_rule_for_event');
  const results = rules.map((rule) => applyRule(rule, event, state, referral));
  const postings = results.flatMap((result) => result.posting ?? []);
  return {
    record: postings.length > 0,
    postings,
    explanation: results.map((result) => result.explanation),
  };
}

interface RuleResult {
  readonly posting?: Posting;
  readonly explanation: Explanation;
}

function applyRule(rule: Rule, event: ReportedEvent, state: JournalState, referral: Referral): RuleResult {
  const skip = (reason: string): RuleResult => ({
    explanation: { ruleId: rule.ruleId, outcome: 'skipped', reason },
  });
  const order = state.orders.get(orderOf(event));
  if (event.paymentMethod !== undefined && rule.excludedPaymentMethods.includes(event.paymentMethod)) {
    return skip('payment_method_excluded');
  }
  if (order?.rewards.some((reward) => reward.ruleId === rule.ruleId)) return skip('order_already_rewarded');
  if (rule.limitPerReferee !== null && (state.triggered.get(rule.ruleId) ?? 0) >= rule.limitPerReferee) {
    return skip('limit_per_referee_reached');
  }
  const gross = moneyOf(event);
  const full = rewardFor(rule, gross);
  if (full === undefined) return skip('event_has_no_amount');
  if (full.amount === 0) return skip('reward_rounds_to_zero');
  const net = rewardFor(rule, lessRefunds(gross, order)) ?? full;
  return {
    posting: {
      ruleId: rule.ruleId,
      beneficiaryId: rule.side === 'referrer' ? referral.referrerId : referral.refereeId,
      kind: rule.kind,
      currency: full.currency,
      amount: net.amount,
      rewardAmount: net.amount,
    },
    explanation: {
      ruleId: rule.ruleId,
      outcome: 'paid',
      reason: net.amount === full.amount ? 'rule_matched' : 'rule_matched_less_refund',
    },
  };
}

function moneyOf(event: ReportedEvent): Money | undefined {
  return event.amount === undefined || event.currency === undefined
    ? undefined
    : { amount: event.amount, currency: event.currency };
}

function lessRefunds(gross: Money | undefined, order: OrderState | undefined): Money | undefined {
  if (gross === undefined) return undefined;
  return { ...gross, amount: Math.max(0, gross.amount - (order?.refunded ?? 0)) };
}

/**
 * The rewards of an order follow what is left of it, whatever order, repetition or grouping the refunds come in.
 * A refund that comes before its order, even before its user's sign-up, is noted for the order to come.
 */
function followRefund(event: ReportedEvent, state: JournalState, program: Program | undefined): Outcome {
  const order = state.orders.get(orderOf(event));
  const refunded = event.amountRefunded ?? 0;
  if (order !== undefined && refunded <= order.refunded) return nothing('refund_already_known');
  if (order?.gross === undefined) {
    return {
      record: true,
      postings: [],
      explanation: [{ outcome: 'skipped', reason: 'no_rewarded_order_yet' }],
    };
  }
  const postings = order.rewards.flatMap((reward): Posting[] => {
    const rule = program?.rules.find((candidate) => candidate.ruleId === reward.ruleId);
    const net = { amount: (order.gross ?? 0) - refunded, currency: reward.currency };
    const target = rule === undefined ? undefined : rewardFor(rule, net);
    if (target === undefined || target.amount === reward.amount) return [];
    return [
      {
        ruleId: reward.ruleId,
        beneficiaryId: reward.beneficiaryId,
        kind: 'cash',
        currency: reward.currency,
        amount: target.amount - reward.amount,
        rewardAmount: target.amount,
        adjusts: reward.place,
      },
    ];
  });
  const explanation: Explanation[] = postings.map(({ ruleId }) => ({
    ruleId,
    outcome: 'adjusted',
    reason: 'order_refunded',
  }));
  return {
    record: true,
    postings,
    explanation: explanation.length > 0 ? explanation : [{ outcome: 'skipped', reason: 'reward_unchanged' }],
  };
}
