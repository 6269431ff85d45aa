import { describe, expect, it } from 'vitest';
import { makeLabelledSet, programSettings } from '../../../bench/fraud/crowds.ts';
import { type JudgedSignUp, replay } from '../../../bench/fraud/replay.ts';
import { foundInRings } from '../../../bench/fraud/rings.ts';
import { fraudRules } from '../../../shared/domain/fraud/rules.ts';

const rings = [
  ...['self-referral farm', 'velocity burst', 'device farm', 'coupon leak'],
  ...['scripted sign-ups', 'patient farm', 'brand bidding', 'server farm'],
  ...['own links', 'crawled clicks', 'banned site', 'stuffed clicks', 'own domain'],
];

/** Rules of a ring of their own, and the honest crowd that comes near, if there is one. */
const ringOf = {
  self_referral: ['own links'],
  bot_click: ['crawled clicks'],
  banned_source: ['banned site'],
  no_page_view: ['crawled clicks', 'stuffed clicks', 'without JavaScript'],
  same_domain: ['own domain', 'campus', 'colleagues'],
};

/** The share of a crowd that came to at least so high a score. */
function share(judged: readonly JudgedSignUp[], crowd: string, score = 1): number {
  const own = judged.filter(({ signUp }) => signUp.crowd === crowd);
  return own.filter(({ verdict }) => verdict.score >= score).length / own.length;
}

const sets = await Promise.all(
  [1, 2, 3].map(async (seed) => [seed, await replay(makeLabelledSet(seed), programSettings)] as const),
);

describe.each(sets)('the labelled set of seed %i', (_, judged) => {
  it('has nobody honest who is rejected or held by the defaults', () => {
    const wronged = judged.filter(
      ({ signUp, verdict }) => !signUp.isFraud && !['accept', 'flag'].includes(verdict.action),
    );
    expect(wronged).toEqual([]);
  });

  it('shows most of each ring, and nobody of those who have nothing in common', () => {
    for (const ring of rings) expect(share(judged, ring)).toBeGreaterThan(0.75);
    expect(share(judged, 'everybody else')).toBe(0);
    expect(share(judged, 'shared post')).toBe(0);
  });

  it.each(Object.entries(ringOf))(
    'has found by %s whom it looks for, and who comes near',
    (ruleId, crowds) => {
      const found = judged.filter(({ verdict }) => verdict.findings.some((one) => one.ruleId === ruleId));
      expect([...new Set(found.map(({ signUp }) => signUp.crowd))].sort()).toEqual([...crowds].sort());
      const missed = judged.filter((one) => one.signUp.crowd === crowds[0] && !found.includes(one));
      expect(missed).toEqual([]);
    },
  );

  it.each(fraudRules.map(({ ruleId }) => ruleId))('has a ring for %s, which finds some of it', (ruleId) => {
    const labelled = judged.map(({ signUp, verdict }) => ({ ...signUp, verdict }));
    const { found, of } = foundInRings(labelled, ruleId);
    expect(of).toBeGreaterThan(0);
    expect(found / of).toBeGreaterThan(0.1);
  });

  it('has every circle rejected at the step that closes it', () => {
    const circles = judged.filter(({ signUp }) => signUp.crowd === 'cycles');
    expect(circles.filter(({ verdict }) => verdict.action === 'reject').length).toBe(5);
    for (const { signUp, verdict } of circles) expect(verdict.action === 'reject').toBe(signUp.isFraud);
  });

  it('has every mailbox rejected that is the referrer’s own', () => {
    const own = judged.filter(({ signUp }) => signUp.email.startsWith('farmer+'));
    expect(own.every(({ verdict }) => verdict.action === 'reject')).toBe(true);
    expect(own).toHaveLength(10);
  });

  it('goes higher in score for farms than for crowds', () => {
    for (const crowd of ['campus', 'viral post', 'colleagues']) expect(share(judged, crowd, 80)).toBe(0);
    expect(share(judged, 'self-referral farm', 60)).toBeGreaterThan(0.4);
  });
});

it('the same seed makes the same set, with an id for each', () => {
  expect(makeLabelledSet(7)).toEqual(makeLabelledSet(7));
  const ids = makeLabelledSet(7).map(({ refereeId }) => refereeId);
  expect(new Set(ids).size).toBe(ids.length);
});
