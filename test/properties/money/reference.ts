import type { Program, Rule, SimpleAmount } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import type { Terms } from '../../../shared/domain/rewards/fact.ts';
import { groupBy } from '../histories/state.ts';

/**
 * What stands for a referee, worked out of the events as they were reported, by docs/programs.md and decision 0008,
 * without the engine: slowly, with exact fractions, order by order and rule by rule. It knows no conditions, groups,
 * caps and budgets.
 */

/** Whether a program asks for what the reference does not know, beside caps and budgets. */
export const isBeyondReference = ({ rules }: Program): boolean =>
  rules.some(({ group, conditions }) => group !== undefined || conditions !== undefined);

export interface Happened {
  readonly event: ReportedEvent;
  readonly terms: Terms;
}

interface Amounts {
  readonly gross: number;
  readonly extras: number;
  readonly lines: NonNullable<ReportedEvent['lines']>;
}

interface State {
  /** undefined: of something without an amount. */
  readonly amounts: Amounts | undefined;
  readonly left: number;
}

interface Beneficiary {
  readonly userId: string;
  readonly level?: number;
}

/** A sum of exact parts. */
interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const changing = [
  'order.refunded',
  'order.updated',
  'order.cancelled',
  'order.charged_back',
  'order.charge_back_reversed',
];
const subjectOf = ({ orderId, eventId }: ReportedEvent): string => orderId ?? eventId;
const timeOf = ({ occurredAt, acceptedAt }: ReportedEvent): string =>
  new Date(occurredAt ?? acceptedAt).toISOString();
const placeOf = (event: ReportedEvent): string =>
  `${timeOf(event)} ${String(event.batchPosition ?? 0).padStart(3, '0')} ${event.eventId}`;

const inOrder = (events: readonly Happened[]): Happened[] =>
  [...events].sort((a, b) => (placeOf(a.event) < placeOf(b.event) ? -1 : 1));

/** An order, or whatever else a rule pays for, as it is for one rule and beneficiary. */
interface Occasion {
  readonly subject: string;
  readonly placed: Happened;
  /** Where it stands among the others. */
  readonly begins: string;
  readonly payments: readonly Happened[];
  readonly changes: readonly ReportedEvent[];
}

/** @returns by rule, beneficiary, subject and currency; what is worth nothing is left out */
export function referenceStanding(
  happened: readonly Happened[],
  referral: Referral,
  programs: ReadonlyMap<number, Program>,
): Record<string, unknown> {
  const standing: Record<string, unknown> = {};
  const groups = groupBy(
    inOrder(happened).filter(({ event }) => !changing.includes(event.type)),
    ({ event }) => `${subjectOf(event)} ${event.type}`,
  );
  const takings: Taking[] = [];
  const isTaken = (one: Happened): boolean =>
    (programs.get(one.terms.programVersion)?.rules ?? []).some(
      (rule) => rule.event === one.event.type && isFor(rule, one, referral, beneficiariesOf(rule, referral)),
    );
  for (const group of groups.values()) {
    // What no rule could take when it came is not kept, so it is no payment for a rule of a later version either.
    const payments = group.filter(isTaken);
    const program = programs.get(payments[0]?.terms.programVersion ?? 0);
    for (const rule of program?.rules ?? []) {
      const begins = payments.find((one) => isFor(rule, one, referral, beneficiariesOf(rule, referral)));
      if (!program || !begins || begins.event.type !== rule.event) continue;
      takings.push({ rule, program, begins: placeOf(begins.event), payments });
    }
  }
  takings.sort((a, b) => (a.begins < b.begins ? -1 : 1));
  const triggers: { ruleId: string; voidedAt: string | undefined }[] = [];
  for (const taking of takings) {
    const { rule, program } = taking;
    const occasions = beneficiariesOf(rule, referral).flatMap((one) => {
      const occasion = occasionFor(taking, one, happened, referral);
      return occasion ? [{ one, occasion }] : [];
    });
    const paid: Occasion[] = [];
    for (const { one, occasion } of occasions) {
      const before = triggers.filter(({ ruleId, voidedAt }) => {
        const isFreed =
          program.freedLimits === 'returned' &&
          voidedAt !== undefined &&
          voidedAt <= timeOf(occasion.placed.event);
        return ruleId === rule.ruleId && !isFreed;
      }).length;
      const limit = limitFor(rule, occasion, referral);
      if (limit !== null && before >= limit) continue;
      const value = (state: State) => worthOf(rule, state, { one, occasion, before });
      if (!statesOf(occasion).some((state) => value(state) > 0)) continue;
      paid.push(occasion);
      const amount = value(stateOf(occasion, occasion.changes));
      const currency = currencyFor(rule, { one, occasion, before });
      const bucket = bucketFor(rule, occasion, happened);
      if (amount > 0) {
        standing[`${rule.ruleId} ${one.userId} ${occasion.subject} ${currency ?? ''}`] = {
          amount,
          bucket,
          currency,
        };
      }
    }
    const [first] = paid;
    if (first) triggers.push({ ruleId: rule.ruleId, voidedAt: voidedAt(first) });
  }
  return standing;
}

interface Taking {
  readonly rule: Rule;
  readonly program: Program;
  readonly begins: string;
  readonly payments: readonly Happened[];
}

function beneficiariesOf({ side, level = 1 }: Rule, { referrerId, refereeId, upline }: Referral) {
  const above = upline[level - 1];
  const sides: Record<Rule['side'], readonly Beneficiary[]> = {
    referrer: [{ userId: referrerId, level: 1 }],
    referee: [{ userId: refereeId }],
    both: [{ userId: referrerId, level: 1 }, { userId: refereeId }],
    upline: above === undefined ? [] : [{ userId: above, level }],
  };
  return sides[side];
}

function isFor(
  rule: Rule,
  { event, terms }: Happened,
  referral: Referral,
  beneficiaries: readonly Beneficiary[],
): boolean {
  if (event.paymentMethod !== undefined && rule.excludedPaymentMethods.includes(event.paymentMethod)) {
    return false;
  }
  const end = new Date(referral.createdAt);
  if (rule.months !== null) {
    end.setUTCMonth(end.getUTCMonth() + rule.months);
    if (timeOf(event) >= end.toISOString()) return false;
  }
  return beneficiaries.some(({ userId }) => terms.standings?.[userId]?.inactive !== true);
}

function occasionFor(
  { rule, begins, payments: all }: Taking,
  one: Beneficiary,
  happened: readonly Happened[],
  referral: Referral,
): Occasion | undefined {
  const own = all.filter((payment) => isFor(rule, payment, referral, [one]));
  const placed = own.find(({ event }) => (event.amount ?? 0) > 0) ?? own[0];
  if (placed === undefined) return undefined;
  const subject = subjectOf(placed.event);
  const { currency } = placed.event;
  const changes = inOrder(happened)
    .map(({ event }) => event)
    .filter((event) => changing.includes(event.type) && subjectOf(event) === subject)
    .filter((event) => event.currency === undefined || event.currency === currency);
  const inCurrency = own.filter(({ event }) => event.currency === currency);
  const payments = [...groupBy(inCurrency, ({ event }) => event.paymentId ?? '').values()].map(
    (same) => same.find(({ event }) => (event.amount ?? 0) > 0) ?? same[0],
  );
  return { subject, placed, begins, changes, payments: payments as Happened[] };
}

function amountsOf({
  amount,
  tax = 0,
  shipping = 0,
  fees = 0,
  lines = [],
}: ReportedEvent): Amounts | undefined {
  return amount === undefined
    ? undefined
    : { gross: amount, extras: Math.min(amount, tax + shipping + fees), lines };
}

function originalOf({ payments }: Occasion): Amounts | undefined {
  const all = payments.flatMap(({ event }) => amountsOf(event) ?? []);
  if (all.length === 0) return undefined;
  return {
    gross: all.reduce((sum, { gross }) => sum + gross, 0),
    extras: all.reduce((sum, { extras }) => sum + extras, 0),
    lines: all.flatMap(({ lines }) => lines),
  };
}

/** An order as it was when these changes were known. */
function stateOf(occasion: Occasion, changes: readonly ReportedEvent[]): State {
  const original = originalOf(occasion);
  const edits = changes.filter(({ type, amount }) => type === 'order.updated' && amount !== undefined);
  const last = edits.at(-1);
  const amounts = original && last ? amountsOf(last) : original;
  const gross = amounts?.gross ?? 1;
  if (changes.some(({ type }) => type === 'order.cancelled')) return { amounts, left: 0 };
  if (amounts === undefined) return { amounts, left: 1 };
  const refunded = Math.max(0, ...changes.map(({ amountRefunded = 0 }) => amountRefunded));
  const over = changes.filter(({ type }) => type === 'order.charge_back_reversed');
  const disputes = new Map(
    changes
      .filter(({ type }) => type === 'order.charged_back')
      .filter(({ disputeId }) => !over.some((one) => one.disputeId === disputeId))
      .map(({ disputeId = '', amount = gross }) => [disputeId, amount]),
  );
  const disputed = [...disputes.values()].reduce((sum, amount) => sum + amount, 0);
  return { amounts, left: Math.max(0, gross - refunded - disputed) };
}

/** All states that an order has been in: by each payment, all of them and each edit, and as it is. */
function statesOf(occasion: Occasion): State[] {
  const whole = (amounts: Amounts | undefined): State => ({ amounts, left: amounts?.gross ?? 1 });
  const edits = occasion.changes.filter(
    ({ type, amount }) => type === 'order.updated' && amount !== undefined,
  );
  const isCounted = originalOf(occasion) !== undefined;
  return [
    stateOf(occasion, occasion.changes),
    whole(originalOf(occasion)),
    ...occasion.payments.map(({ event }) => whole(amountsOf(event))),
    ...(isCounted ? edits.map((event) => whole(amountsOf(event))) : []),
  ];
}

/** When the last of an order went, if nothing is left of it. */
function voidedAt(occasion: Occasion): string | undefined {
  const { changes } = occasion;
  if (stateOf(occasion, changes).left > 0) return undefined;
  const last = changes.find((_, index) => stateOf(occasion, changes.slice(0, index + 1)).left === 0);
  return last && timeOf(last);
}

function limitFor(rule: Rule, { placed }: Occasion, { referrerId }: Referral): number | null {
  const own = placed.terms.standings?.[referrerId]?.triggerLimit;
  const paysReferrer = rule.side === 'referrer' || rule.side === 'both' || rule.level === 1;
  return paysReferrer && own !== undefined ? own : rule.limitPerReferee;
}

interface Viewed {
  readonly one: Beneficiary;
  readonly occasion: Occasion;
  readonly before: number;
}

/** What a rule pays at one state of an order, rounded half up. */
function worthOf(rule: Rule, { amounts, left }: State, viewed: Viewed): number {
  const { excludedProducts, minimum, type } = rule.basis;
  const all =
    amounts === undefined ? [] : amounts.lines.length > 0 ? amounts.lines : [{ amount: amounts.gross }];
  const lines = all.filter(({ productId }) => !productId || !excludedProducts.includes(productId));
  if (amounts !== undefined && lines.length === 0) return 0;
  const sum = (of: Amounts['lines']): number => of.reduce((total, { amount }) => total + amount, 0);
  const gross = amounts?.gross ?? 0;
  const counted = type === 'net' ? gross - (amounts?.extras ?? 0) : gross;
  const basis = { over: big(counted, sum(lines), left), under: big(sum(all), gross) };
  if (minimum !== undefined && basis.over < big(minimum) * basis.under) return 0;
  if (rule.amount === undefined) return left > 0 ? 1 : 0;
  if (rule.amount.type === 'by_product') {
    const { products, otherwise } = rule.amount;
    const amountFor = (line: Amounts['lines'][number]): SimpleAmount =>
      products.find(
        ({ productIds, categories }) =>
          productIds?.includes(line.productId ?? '') || categories?.includes(line.category ?? ''),
      )?.amount ?? otherwise;
    const { currency } = viewed.occasion.placed.event;
    const isMixed = lines.map(amountFor).some((own) => own.type === 'flat' && own.currency !== currency);
    if (isMixed) return 0;
    const parts = lines.map((line): Fraction => {
      const own = amountFor(line);
      if (own.type === 'flat') {
        return { over: big(left > 0 ? own.amount : 0, line.quantity ?? 1), under: 1n };
      }
      const share = { over: basis.over * big(line.amount), under: basis.under * big(sum(lines)) };
      return part(share, rateFor(rule, own.rate, viewed));
    });
    return rounded(parts.reduce(added, { over: 0n, under: 1n }));
  }
  const chosen = choose(rule, viewed);
  if (chosen?.type === 'flat') return left > 0 ? chosen.amount : 0;
  return amounts === undefined || !chosen ? 0 : rounded(part(basis, rateFor(rule, chosen.rate, viewed)));
}

function choose({ amount }: Rule, { one, occasion, before }: Viewed): SimpleAmount | undefined {
  if (amount === undefined || amount.type === 'by_product') return undefined;
  if (amount.type === 'by_tier') {
    const tierId = occasion.placed.terms.standings?.[one.userId]?.tierId;
    return amount.tiers.find((tier) => tier.tierId === tierId)?.amount ?? amount.otherwise;
  }
  if (amount.type !== 'stepped') return amount;
  return amount.steps.flatMap(({ times, amount: own }) => Array(times).fill(own))[before] ?? amount.after;
}

function currencyFor(rule: Rule, viewed: Viewed): string | undefined {
  if (!['cash', 'credit', 'points'].includes(rule.kind)) return undefined;
  const chosen = choose(rule, viewed);
  if (chosen?.type === 'flat') return chosen.currency;
  return rule.kind === 'points' ? 'points' : viewed.occasion.placed.event.currency;
}

/** A referrer's own rate stands in place of every percentage. */
function rateFor({ kind }: Rule, rate: string, { one, occasion }: Viewed): string {
  const own = occasion.placed.terms.standings?.[one.userId]?.rate;
  return one.level === 1 && kind !== 'points' && own !== undefined ? own : rate;
}

function bucketFor({ hold }: Rule, { placed, subject }: Occasion, happened: readonly Happened[]): string {
  if (hold === undefined) return 'available';
  const at = timeOf(placed.event);
  if ('days' in hold) {
    const dayMs = 86_400_000;
    return new Date(Math.ceil(Date.parse(at) / dayMs + hold.days) * dayMs).toISOString().slice(0, 10);
  }
  const isOver = happened.some(
    ({ event }) =>
      event.type === hold.untilEvent &&
      (subjectOf(event) === subject || (event.orderId === undefined && timeOf(event) >= at)),
  );
  return isOver ? 'available' : 'waiting';
}

const big = (...factors: readonly number[]): bigint =>
  factors.reduce((product, factor) => product * BigInt(factor), 1n);

/** So many percent. */
function part({ over, under }: Fraction, rate: string): Fraction {
  const [whole = '0', decimals = ''] = rate.split('.');
  return { over: over * BigInt(whole + decimals), under: under * 100n * 10n ** BigInt(decimals.length) };
}

const added = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
});

/** Half up; nothing of nothing. */
const rounded = ({ over, under }: Fraction): number =>
  under === 0n ? 0 : Number((over * 2n + under) / (under * 2n));
