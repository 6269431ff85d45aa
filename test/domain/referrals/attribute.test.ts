import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttributionSettings,
  attribute,
  attributeAnew,
  type Candidate,
  carriers,
  defaultPrecedence,
  type Evidence,
  evidenceOf,
} from '../../../shared/domain/referrals/attribute.ts';
import { packAttribution, unpackAttribution } from '../../../shared/domain/referrals/kept-attribution.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-21T12:00:00.000Z');
const bob = { refereeId: 'bob', at: now };
const first: AttributionSettings = { model: 'first_touch', windowDays: 7 };
const last: AttributionSettings = { model: 'last_touch', windowDays: 7 };

/** A click of somebody's link, so many days before the sign-up. */
function click(referrerId: string, daysAgo: number, by: Candidate['by'] = 'clickId'): Candidate {
  const at = new Date(now - daysAgo * day).toISOString();
  return { by, clickId: `clk_${referrerId}_${daysAgo}`, at, code: `of-${referrerId}`, referrerId };
}
const typed = (by: 'code' | 'link' | 'coupon', referrerId: string): Candidate => ({
  by,
  code: `of-${referrerId}`,
  referrerId,
});

/** Who won, by which rule, and how each candidate ended. */
function told(candidates: readonly Candidate[], settings: AttributionSettings) {
  const { winner, rule, candidates: judged } = attribute(candidates, bob, settings);
  return [winner?.referrerId, rule, ...judged.map((one) => `${one.by} ${one.outcome}`)];
}

describe('attribute', () => {
  it.each<[string, Candidate[], AttributionSettings, (string | undefined)[]]>([
    ['one click', [click('ann', 1)], first, ['ann', 'only_candidate', 'clickId won']],
    [
      'two clicks, first touch',
      [click('ann', 1), click('cid', 3, 'cookie')],
      first,
      ['cid', 'first_touch', 'clickId later_touch', 'cookie won'],
    ],
    [
      'two clicks, last touch',
      [click('ann', 1), click('cid', 3, 'cookie')],
      last,
      ['ann', 'last_touch', 'clickId won', 'cookie earlier_touch'],
    ],
    [
      'an older click past the window',
      [click('ann', 1), click('cid', 7.001, 'token')],
      first,
      ['ann', 'only_candidate', 'clickId won', 'token expired'],
    ],
    [
      'a click exactly as old as the window',
      [click('ann', 7)],
      first,
      ['ann', 'only_candidate', 'clickId won'],
    ],
    [
      'everything at once',
      [typed('coupon', 'dan'), typed('link', 'eve'), typed('code', 'cid'), click('ann', 1)],
      first,
      [
        'ann',
        'precedence',
        'clickId won',
        'code lower_precedence',
        'link lower_precedence',
        'coupon lower_precedence',
      ],
    ],
    [
      'a coupon that the program puts first',
      [typed('coupon', 'dan'), click('ann', 1)],
      { ...first, precedence: ['coupon', 'click'] },
      ['dan', 'precedence', 'clickId lower_precedence', 'coupon won'],
    ],
    [
      'a code where the program takes only clicks',
      [typed('code', 'cid')],
      { ...first, precedence: ['click'] },
      [undefined, undefined, 'code not_accepted'],
    ],
    [
      'a link of the user, and a code of another',
      [click('bob', 1), typed('code', 'cid')],
      first,
      ['cid', 'only_candidate', 'clickId self', 'code won'],
    ],
    ['nothing but the link of the user', [click('bob', 1)], last, [undefined, undefined, 'clickId self']],
    [
      'faults of every kind, and a code',
      [
        { by: 'clickId', clickId: 'clk_x', fault: 'not_found' },
        { by: 'token', fault: 'forged' },
        { by: 'cookie', fault: 'unreadable' },
        { ...click('ann', 1, 'visitor'), fault: 'other_program' },
        { ...typed('link', 'eve'), fault: 'inactive' },
        typed('code', 'cid'),
      ],
      first,
      [
        ...['cid', 'only_candidate', 'clickId not_found', 'token forged', 'cookie unreadable'],
        ...['visitor other_program', 'code won', 'link inactive'],
      ],
    ],
    [
      'one click carried three times',
      [click('ann', 1), click('ann', 1, 'token'), click('ann', 1, 'cookie')],
      last,
      ['ann', 'only_candidate', 'clickId won', 'token duplicate', 'cookie duplicate'],
    ],
    ['nothing', [], first, [undefined, undefined]],
  ])('decides on %s', (_, candidates, settings, expected) => {
    expect(told(candidates, settings)).toEqual(expected);
  });
});

const anybody = fc.constantFrom('ann', 'cid', 'dan', 'bob');
const someCandidate: fc.Arbitrary<Candidate> = fc
  .record({
    by: fc.constantFrom(...carriers),
    referrerId: anybody,
    hoursAgo: fc.integer({ min: 0, max: 400 }),
    fault: fc.option(fc.constantFrom('forged', 'inactive', 'not_found'), { nil: undefined, freq: 6 }),
  })
  .map(({ by, referrerId, hoursAgo, fault }): Candidate => {
    const one =
      evidenceOf(by) === 'click'
        ? click(referrerId, hoursAgo / 24, by)
        : { by, code: `of-${referrerId}`, referrerId };
    return fault === undefined ? one : { ...one, fault: fault as 'forged' };
  });
const someSettings: fc.Arbitrary<AttributionSettings> = fc.record({
  model: fc.constantFrom('first_touch', 'last_touch'),
  windowDays: fc.integer({ min: 1, max: 14 }),
  precedence: fc.shuffledSubarray<Evidence>([...defaultPrecedence], { minLength: 1 }),
});
/** Each once: the same thing can't be found and not found. */
const someCandidates = fc.uniqueArray(someCandidate, {
  maxLength: 12,
  selector: ({ by, clickId, code }) => `${by} ${clickId} ${code}`,
});

/** What the documentation says, written down once more and more slowly. */
function documented(candidates: readonly Candidate[], settings: AttributionSettings): string[] {
  const able = candidates.filter(
    ({ fault, referrerId, at }) =>
      fault === undefined &&
      referrerId !== 'bob' &&
      (at === undefined || now - Date.parse(at) <= settings.windowDays * day),
  );
  for (const evidence of settings.precedence ?? defaultPrecedence) {
    const ofKind = able.filter(({ by }) => evidenceOf(by) === evidence);
    if (ofKind.length === 0) continue;
    const times = ofKind.map(({ at }) => Date.parse(at ?? '1970-01-01'));
    const best = settings.model === 'first_touch' ? Math.min(...times) : Math.max(...times);
    return ofKind.filter((_, i) => times[i] === best).flatMap(({ referrerId }) => referrerId ?? []);
  }
  return [];
}

describe('whatever a browser kept, lost or sent twice', () => {
  it('one referrer at most wins, the documented one, and never the user', () => {
    fc.assert(
      fc.property(someCandidates, someSettings, (candidates, settings) => {
        const { winner, candidates: judged } = attribute(candidates, bob, settings);
        const fitting = documented(candidates, settings);
        expect(judged.filter(({ outcome }) => outcome === 'won')).toHaveLength(winner ? 1 : 0);
        if (winner === undefined) expect(fitting).toEqual([]);
        else expect(fitting).toContain(winner.referrerId);
        expect(winner?.referrerId).not.toBe('bob');
      }),
      { numRuns: 2_000 },
    );
  });

  it('neither the order nor a repetition changes anything', () => {
    const shuffled = someCandidates.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, someSettings, ([candidates, again], settings) => {
        expect(attribute(again, bob, settings)).toEqual(attribute(candidates, bob, settings));
      }),
    );
  });

  it('the loss of what did not win changes nothing, and of what won, who would be next', () => {
    fc.assert(
      fc.property(someCandidates, someSettings, fc.nat(), (candidates, settings, which) => {
        const { winner } = attribute(candidates, bob, settings);
        const isWinner = ({ by, clickId, code }: Candidate) =>
          by === winner?.by && clickId === winner.clickId && code === winner.code;
        const losers = candidates.filter((one) => !isWinner(one));
        const left = candidates.filter((one) => one !== losers[which % (losers.length || 1)]);
        expect(attribute(left, bob, settings).winner).toEqual(winner);
        const next = attribute(losers, bob, settings).winner?.referrerId;
        const fitting = documented(losers, settings);
        expect(next === undefined ? fitting.length === 0 : fitting.includes(next)).toBe(true);
      }),
    );
  });
});

describe('what is kept of an attribution', () => {
  it('gives the same decision again, and under other settings that which they would have given', () => {
    fc.assert(
      fc.property(someCandidates, someSettings, someSettings, (candidates, then, now) => {
        const decision = attribute(candidates, bob, then);
        const { winner, rule } = decision;
        fc.pre(winner !== undefined && rule !== undefined);
        if (winner === undefined || rule === undefined) return;
        const { code = '', clickId, referrerId = '' } = winner;
        const referral = { code, referrerId, ...(clickId !== undefined && { clickId }) };
        const attribution = { by: winner.by, rule, candidates: decision.candidates };
        const kept = JSON.parse(JSON.stringify(packAttribution(attribution, referral)));
        const shown = unpackAttribution(kept, referral);
        expect(shown).toStrictEqual({ ...attribution, candidates: expect.anything() });
        expect(shown.candidates).toHaveLength(decision.candidates.length);
        expect(shown.candidates).toEqual(expect.arrayContaining([...decision.candidates]));
        expect(attributeAnew(shown, bob, then)).toEqual(decision);
        expect(attributeAnew(shown, bob, now)).toEqual(attribute(candidates, bob, now));
      }),
    );
  });

  it('says of a user who spoke for nobody but themselves that they did', () => {
    const own = { by: 'code', code: 'of-bob', referrerId: 'bob', outcome: 'self' } as const;
    const attribution = { by: 'code', rule: 'self_only', candidates: [own] } as const;
    const referral = { code: 'of-bob', referrerId: 'bob' };
    const kept = packAttribution(attribution, referral);
    expect(kept).toStrictEqual({ by: 'code', rule: 'self_only' });
    expect(unpackAttribution(kept, referral)).toStrictEqual(attribution);
  });

  it('tells the click that won from others of the same code', () => {
    const given = [click('ann', 1), { ...click('ann', 2), by: 'cookie' as const }, click('ann', 3, 'cookie')];
    const { winner, rule, candidates } = attribute(given, bob, last);
    const attribution = { by: winner?.by ?? 'link', rule: rule ?? 'self_only', candidates };
    const referral = { code: 'of-ann', clickId: winner?.clickId ?? '', referrerId: 'ann' };
    const kept = packAttribution(attribution, referral);
    expect(kept.at).toBe(winner?.at);
    expect(kept.others?.map(({ outcome }) => outcome)).toEqual(['earlier_touch', 'earlier_touch']);
  });

  it('is a few bytes where one thing spoke', () => {
    const { winner, rule, candidates } = attribute([typed('code', 'ann')], bob, first);
    const attribution = { by: winner?.by ?? 'link', rule: rule ?? 'self_only', candidates };
    expect(packAttribution(attribution, { code: 'of-ann', referrerId: 'ann' })).toEqual({ by: 'code' });
  });
});
