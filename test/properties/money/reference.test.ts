import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../../shared/domain/programs/program.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { earn } from '../../../shared/domain/rewards/earned.ts';
import type { ReportedEvent } from '../../../shared/domain/rewards/event.ts';
import { byTime, factOf, type Standing } from '../../../shared/domain/rewards/fact.ts';
import { type Happening, happening, nameOf, refereeOf, toInput, uplineOf } from './market.ts';
import { documentNames, programOf } from './programs.ts';
import { type Happened, isBeyondReference, referenceStanding } from './reference.ts';

const programId = 'shop';
const start = Date.UTC(2026, 2, 2, 10, 30);
const signedUpAt = new Date(start).toISOString();

const referral: Referral = {
  referralId: 'ref_1',
  programId,
  ...{ referrerId: 'ann', refereeId: refereeOf(0), code: 'code2345', upline: uplineOf(0) },
  ...{ status: 'completed', programVersion: 1, createdAt: signedUpAt, completedAt: signedUpAt },
};

/** How the referrer stands; as usual, if it is nothing. */
const standing: fc.Arbitrary<Standing> = fc.record(
  {
    inactive: fc.constant(true as const),
    tierId: fc.constantFrom('one', 'two'),
    rate: fc.constantFrom('0', '12.5', '33.333'),
    triggerLimit: fc.constantFrom(null, 0, 1, 2),
  },
  { requiredKeys: [] },
);

const came = fc.record({
  one: happening,
  version: fc.constantFrom(1, 1, 1, 2),
  ann: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: standing }),
  bob: fc.constantFrom<Standing>({}, {}, {}, { inactive: true }),
});

type Came = { one: Happening; version: number; ann: Standing; bob: Standing };

function happenedBy({ one, version, ann, bob }: Came): Happened {
  const { id, programId: _ = programId, ...input } = toInput(programId, { ...one, of: 0 }, start);
  const event = { ...input, programId, eventId: id, acceptedAt: signedUpAt } as ReportedEvent;
  return { event, terms: { programVersion: version, standings: { ann, bob } } };
}

/** Of a program without caps and budgets, so that everybody gets what they earn. */
function versionOf(name: string, version: number): Program {
  const program = programOf(programId, name, version, signedUpAt, 'latest');
  return { ...program, budgets: [], rules: program.rules.map((rule) => ({ ...rule, caps: [] })) };
}

describe('what a set of facts has earned', () => {
  const names = documentNames.filter((name) => !isBeyondReference(versionOf(name, 1)));

  it.each(names)('is what the documentation says of it: %s', (name) => {
    const programs = new Map([1, 2].map((version) => [version, versionOf(name, version)]));
    fc.assert(
      fc.property(
        fc.uniqueArray(came, { selector: ({ one }) => nameOf({ ...one, of: 0 }), maxLength: 10 }),
        (all) => {
          const happened = all.map(happenedBy);
          const facts = happened.map(({ event, terms }) => factOf(event, terms, new Set())).sort(byTime);
          const { rewards } = earn({ facts, referral, programs, denied: new Set() });
          const earned = [...rewards.values()].filter(({ net }) => net !== 0);
          const engine = earned.map(({ key, net, bucket, currency }) => [
            key,
            { amount: net, bucket, currency },
          ]);
          expect(Object.fromEntries(engine)).toEqual(referenceStanding(happened, referral, programs));
        },
      ),
      { numRuns: Number(process.env['PLUSONE_HISTORIES'] ?? 200) },
    );
  });
});
