import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../shared/contract/programs.ts';
import { isDue } from '../../../shared/domain/money/balance.ts';
import type { ProgramSettings } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import {
  type CommissionCase,
  eventsOf,
  type FullEvent,
  peopleOf,
  readCases,
  referralsOf,
  type Sum,
  settingsOf,
  signedUpAt,
} from '../../cases/commission-case.ts';
import { balancesOf, happen, reasonsOf, referralOf, rewardsOf, type World, worldOf } from './play.ts';

/** When balances are read. */
const readAt = '2026-11-01T00:00:00.000Z';
const shuffles = Number(process.env['SHUFFLES'] ?? 4);

function worldFor(one: CommissionCase): World {
  const { programId: _, ...settings } = checked({ programId: 'case', ...settingsOf(one) });
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return worldOf(Object.fromEntries(given) as Partial<ProgramSettings>, referralsFor(one), (userId) => {
    const { rate, triggerLimit, inactive, fields } = one.participants?.[userId] ?? {};
    return {
      ...(rate !== undefined && { rate }),
      ...(triggerLimit !== undefined && { triggerLimit }),
      ...(inactive && { inactive }),
      ...(fields && { fields }),
    };
  });
}

/** As the API checks it and fills it up. */
function checked(settings: object): ProgramSettings & { programId: string } {
  if (createProgram.body === undefined) throw new Error('Programs have no form');
  return createProgram.body.parse(settings) as ProgramSettings & { programId: string };
}

function referralsFor(one: CommissionCase): readonly Referral[] {
  const uplines = new Map<string, readonly string[]>();
  const isPending = ((one.program?.['qualification'] as unknown[] | undefined) ?? []).length > 0;
  return referralsOf(one).map(([referrerId, refereeId, code = 'code1234']) => {
    const upline = [referrerId, ...(uplines.get(referrerId) ?? [])].slice(0, 10);
    uplines.set(refereeId, upline);
    const status = isPending ? 'pending' : 'completed';
    const createdAt = new Date(signedUpAt(one)).toISOString();
    return referralOf({ referrerId, refereeId, code, upline, status, createdAt });
  });
}

const reported = ({ id, ...event }: FullEvent): ReportedEvent => ({
  ...event,
  programId: 'default',
  eventId: id,
  acceptedAt: readAt,
});

/** What everybody ends with, in the words of the cases. */
function sumsOf(world: World, one: CommissionCase): Record<string, Record<string, Sum>> {
  const splits = new Map<string, { pending: number; available: number }>();
  for (const [name, amount] of Object.entries(balancesOf(world))) {
    const [userId, kind, currency, bucket] = name.split(' ') as [string, string, string, string];
    const unit = `${userId}/${kind === 'credit' ? `${currency} credit` : currency}`;
    const { pending, available } = splits.get(unit) ?? { pending: 0, available: 0 };
    const isAvailable = isDue(bucket, readAt);
    splits.set(unit, {
      pending: pending + (isAvailable ? 0 : amount),
      available: available + (isAvailable ? amount : 0),
    });
  }
  for (const { posting, amount } of rewardsOf(world)) {
    if (posting.currency !== undefined || amount === 0) continue;
    const unit = `${posting.beneficiaryId}/${posting.kind} ${posting.name}`;
    splits.set(unit, { pending: 0, available: (splits.get(unit)?.available ?? 0) + 1 });
  }
  const sums: Record<string, Record<string, Sum>> = {};
  for (const userId of peopleOf(one)) sums[userId] = {};
  for (const [name, split] of splits) {
    const [userId, unit] = name.split('/') as [string, string];
    const total = split.pending + split.available;
    if (split.pending === 0 && split.available === 0) continue;
    sums[userId] = {
      ...sums[userId],
      [unit]: typeof one.expect[userId]?.[unit] === 'object' ? split : total,
    };
  }
  return sums;
}

function expectSums(world: World, one: CommissionCase): void {
  const wanted = Object.fromEntries(
    peopleOf(one).map((userId) => {
      const given = Object.entries(one.expect[userId] ?? {});
      return [userId, Object.fromEntries(given.filter(([, sum]) => sum !== 0))];
    }),
  );
  expect(sumsOf(world, one)).toEqual(wanted);
}

/** The same events in another order, the same one each time: by a linear congruential generator. */
function shuffled(events: readonly FullEvent[], seed: number): readonly FullEvent[] {
  let state = seed * 2_654_435_761;
  return events
    .map((event) => {
      state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
      return { event, place: state };
    })
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
}

describe.each(readCases())('%s', (_, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (__, one) => {
    const world = worldFor(one);
    for (const event of eventsOf(one)) {
      const reasons = reasonsOf(happen(world, reported(event)));
      const wanted = one.explains?.[event.id];
      if (wanted) expect({ [event.id]: reasons }).toEqual({ [event.id]: wanted });
    }
    expectSums(world, one);
    if (one.firstCome) return;
    for (let seed = 1; seed <= shuffles; seed++) {
      const again = worldFor(one);
      for (const event of shuffled([...eventsOf(one), ...eventsOf(one)], seed))
        happen(again, reported(event));
      expectSums(again, one);
    }
  });

  it('has no two cases of one name', () => {
    expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
  });
});

it('has cases enough to trust it', () => {
  expect(readCases().flatMap(([, cases]) => cases).length).toBeGreaterThan(200);
});
