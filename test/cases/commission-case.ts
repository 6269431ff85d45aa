import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What somebody ends with of a currency: in all, or by whether it can be spent. */
export type Sum = number | { readonly pending: number; readonly available: number };

/** An event in the short form of the case files; every field of `POST /v1/events` can stand beside it. */
export interface ShortEvent {
  readonly id?: string;
  readonly type?: string;
  readonly user?: string;
  readonly order?: string;
  readonly paid?: number;
  readonly refunded?: number;
  readonly edited?: number;
  readonly cancelled?: true;
  readonly chargedBack?: true | number;
  readonly chargeBackReversed?: true;
  /** When it happened: a time, or days after the sign-up; else a minute after the one before. */
  readonly at?: string;
  readonly day?: number;
  readonly [field: string]: unknown;
}

export interface ParticipantTerms {
  readonly rate?: string;
  readonly triggerLimit?: number | null;
  readonly inactive?: true;
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** One case as the files have it; README.md beside them says what the fields mean. */
export interface CommissionCase {
  readonly name: string;
  readonly why?: string;
  readonly signedUpAt?: string;
  readonly referrals?: readonly (readonly [string, string, string?])[];
  readonly participants?: Readonly<Record<string, ParticipantTerms>>;
  readonly program?: Readonly<Record<string, unknown>>;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly events: readonly ShortEvent[];
  readonly firstCome?: true;
  readonly expect: Readonly<Record<string, Readonly<Record<string, Sum>>>>;
  readonly explains?: Readonly<Record<string, readonly string[]>>;
}

/** An event as `POST /v1/events` takes it, without the program. */
export interface FullEvent {
  readonly id: string;
  readonly type: string;
  readonly userId: string;
  readonly occurredAt: string;
  readonly [field: string]: unknown;
}

const dayMs = 86_400_000;

/** All cases, by the name of their file. */
export function readCases(): readonly (readonly [string, readonly CommissionCase[]])[] {
  const dir = import.meta.dirname;
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const { cases } = JSON.parse(readFileSync(join(dir, name), 'utf8')) as { cases: CommissionCase[] };
      return [name.replace('.json', ''), cases] as const;
    });
}

export const signedUpAt = (one: CommissionCase): string => one.signedUpAt ?? '2025-01-10T12:00:00Z';

export const referralsOf = (one: CommissionCase): readonly (readonly [string, string, string?])[] =>
  one.referrals ?? [['alice', 'bob']];

/** Everybody who has a part in a case. */
export function peopleOf(one: CommissionCase): readonly string[] {
  const people = referralsOf(one).flatMap((pair) => pair.slice(0, 2) as string[]);
  return [...new Set([...people, ...Object.keys(one.expect)])];
}

/** The settings of the case's program, as `POST /v1/programs` takes them. */
export function settingsOf(one: CommissionCase): Readonly<Record<string, unknown>> {
  const rules = one.rules.map((rule, index) => ({
    ruleId: `rule-${index + 1}`,
    event: 'order.paid',
    side: 'referrer',
    kind: 'cash',
    limitPerReferee: null,
    ...rule,
  }));
  return {
    name: one.name.slice(0, 128),
    destination: 'https://example.com/',
    milestones: [],
    ...one.program,
    rules,
  };
}

/** The case's events in full, in the order in which they arrive. */
export function eventsOf(one: CommissionCase): readonly FullEvent[] {
  const start = Date.parse(signedUpAt(one));
  const times = new Map<string, string>();
  return one.events.map((short, index) => {
    const { id = `e${index + 1}`, at, day, ...rest } = short;
    const after = day === undefined ? (index + 1) * 60_000 : day * dayMs;
    const occurredAt = times.get(id) ?? at ?? new Date(start + after).toISOString();
    times.set(id, occurredAt);
    return { id, occurredAt, ...fieldsOf(rest) };
  });
}

function fieldsOf({
  type = 'order.paid',
  user: userId = 'bob',
  order: orderId,
  paid,
  refunded,
  edited,
  cancelled,
  chargedBack,
  chargeBackReversed,
  ...more
}: ShortEvent): Pick<FullEvent, 'type' | 'userId'> & Readonly<Record<string, unknown>> {
  const base = { userId, ...(orderId !== undefined && { orderId }) };
  if (refunded !== undefined) return { type: 'order.refunded', ...base, amountRefunded: refunded, ...more };
  if (edited !== undefined)
    return { type: 'order.updated', ...base, amount: edited, currency: 'USD', ...more };
  if (cancelled) return { type: 'order.cancelled', ...base, ...more };
  if (chargeBackReversed) return { type: 'order.charge_back_reversed', ...base, ...more };
  if (chargedBack !== undefined) {
    const part = chargedBack === true ? {} : { amount: chargedBack, currency: 'USD' };
    return { type: 'order.charged_back', ...base, ...part, ...more };
  }
  const amount = paid ?? (more['amount'] as number | undefined);
  return { type, ...base, ...(amount !== undefined && { amount, currency: 'USD' }), ...more };
}

/** What the case says somebody ends with, in all; what it does not name is nothing. */
export function totalsOf(sums: Readonly<Record<string, Sum>> = {}): Readonly<Record<string, number>> {
  const totals = Object.entries(sums).map(
    ([unit, sum]) => [unit, typeof sum === 'number' ? sum : sum.pending + sum.available] as const,
  );
  return Object.fromEntries(totals.filter(([, total]) => total !== 0));
}
