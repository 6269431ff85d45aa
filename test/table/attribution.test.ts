import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../shared/contract/problems.ts';
import type { Link } from '../../shared/domain/links/link.ts';
import type { ProgramSettings } from '../../shared/domain/programs/program.ts';
import type { Referral } from '../../shared/domain/referrals/referral.ts';
import { writeRememberedClick } from '../../shared/usecases/clicks/remembered-click.ts';
import { trackClicks } from '../../shared/usecases/clicks/track-clicks.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { createProgram, updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { attributeSignUp } from '../../shared/usecases/referrals/attribute-sign-up.ts';
import { createReferral, type SignUp } from '../../shared/usecases/referrals/create-referral.ts';
import { reportAttribution } from '../../shared/usecases/referrals/report-attribution.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, linkOf, overviewOf, taken, tally, testCost, useTable } from './use-table.ts';

const world = useTable();
const day = 86_400_000;
const signUp = (input: Partial<SignUp> & { newUserId: string }) => createReferral(world.ports, input);
const set = async (attribution: ProgramSettings['attribution']) =>
  taken(await updateProgram(world.ports, 'default', { attribution }, undefined));

let addresses = 0;
/** A click of a link by somebody of their own, so many days ago. */
async function click(link: Link, daysAgo = 0, more: { visitorId?: string } = {}) {
  const at = Date.now() - daysAgo * day;
  const ip = `10.0.${addresses >> 8}.${addresses++ & 255}`;
  const visitor = { kind: 'human', ip, userAgent: 'Firefox', referrer: undefined } as const;
  const [tracked] = await trackClicks({ ...world.ports, now: () => at }, [
    { referralCode: link.code, visitor, ...more },
  ]);
  if (tracked === undefined || isRefusal(tracked)) throw new Error(JSON.stringify(tracked));
  return tracked;
}

const outcomesOf = ({ attribution }: Referral) =>
  attribution?.candidates.map(({ by, outcome }) => `${by} ${outcome}`);

describe('a referral', () => {
  it('says what spoke for whom, what won and why', async () => {
    const [ann, cid, dan] = await Promise.all(['ann', 'cid', 'dan'].map((user) => linkOf(world.ports, user)));
    if (!ann || !cid || !dan) throw new Error('no links');
    const old = await click(ann, 8);
    const early = await click(cid, 5);
    const late = await click(dan, 1);
    const referral = taken(
      await signUp({
        newUserId: 'bob',
        clickId: late.clickId,
        token: early.token,
        cookie: old.clickId,
        referralCode: ann.code,
      }),
    );
    expect(referral).toMatchObject({ referrerId: 'cid', clickId: early.clickId, code: cid.code });
    const attribution = (await world.ports.findReferral(referral.referralId))?.attribution;
    expect(attribution).toMatchObject({ by: 'token', rule: 'first_touch' });
    const said = attribution?.candidates.map(
      ({ by, referrerId, outcome }) => `${by} ${referrerId} ${outcome}`,
    );
    expect(said?.sort()).toEqual([
      'clickId dan later_touch',
      'code ann lower_precedence',
      'cookie ann expired',
      'token cid won',
    ]);
    const stored = await world.ports.listReferralsOf('default', 'cid', { limit: 5 });
    expect(stored?.items[0]?.attribution).toEqual(attribution);
  });

  it('goes to the last touch where the program says so', async () => {
    await set({ model: 'last_touch', windowDays: 7 });
    const [ann, cid] = [await linkOf(world.ports, 'ann'), await linkOf(world.ports, 'cid')];
    const traces = { clickId: (await click(ann, 2)).clickId, token: (await click(cid, 1)).token };
    expect(taken(await signUp({ newUserId: 'bob', ...traces })).referrerId).toBe('cid');
  });

  it('goes to a coupon before a click where the program says so', async () => {
    await set({ model: 'first_touch', windowDays: 7, precedence: ['coupon', 'click'] });
    const ann = await linkOf(world.ports, 'ann');
    taken(
      await createLink(world.ports, {
        programId: 'default',
        userId: 'cid',
        code: 'CID20',
        createParticipant: true,
      }),
    );
    const { clickId } = await click(ann);
    const referral = taken(await signUp({ newUserId: 'bob', clickId, coupon: 'Cid20' }));
    expect(referral).toMatchObject({
      referrerId: 'cid',
      code: 'cid20',
      attribution: { by: 'coupon', rule: 'precedence' },
    });
    expect(referral).not.toHaveProperty('clickId');
    expect(codeOf(await signUp({ newUserId: 'eve', referralCode: ann.code }))).toBe('evidence_not_accepted');
  });

  it('is earned by a token without a read of its click', async () => {
    const { token, clickId } = await click(await linkOf(world.ports, 'ann'), 3);
    const findClick = () => Promise.reject(new Error('was read'));
    const found = await attributeSignUp({ ...world.ports, findClick }, { newUserId: 'bob', token });
    expect(taken(found)).toMatchObject({ link: { userId: 'ann' }, clickId, attribution: { by: 'token' } });
  });

  it('is earned by what the browser kept, be it a click or a token, and by what else there is if that is spoilt', async () => {
    const ann = await linkOf(world.ports, 'ann');
    const { clickId, token } = await click(ann);
    expect(taken(await signUp({ newUserId: 'u1', cookie: clickId })).referrerId).toBe('ann');
    expect(taken(await signUp({ newUserId: 'u2', cookie: token })).referrerId).toBe('ann');
    const cookie = writeRememberedClick(world.ports, ann.code, { clickId, since: Date.now() });
    expect(taken(await signUp({ newUserId: 'u5', cookie })).clickId).toBe(clickId);
    const line = `plusone_click=${clickId}&plusone_code=${ann.code}&plusone_at=1`;
    expect(taken(await signUp({ newUserId: 'u4', cookie: line })).clickId).toBe(clickId);
    const spoilt = taken(
      await signUp({ newUserId: 'u3', cookie: token.slice(0, 40), referralCode: ann.code }),
    );
    expect(outcomesOf(spoilt)?.sort()).toEqual(['code won', 'cookie unreadable']);
  });

  it('is earned by the code alone that the snippet kept of a visit that could not be stored', async () => {
    const [ann, cid] = [await linkOf(world.ports, 'ann'), await linkOf(world.ports, 'cid')];
    const cookie = `plusone_code=${ann.code.toUpperCase()}&plusone_at=1766000000000`;
    const alone = taken(await signUp({ newUserId: 'u1', cookie }));
    expect(alone).toMatchObject({ referrerId: 'ann', attribution: { by: 'code', rule: 'only_candidate' } });
    expect(alone).not.toHaveProperty('clickId');
    const { clickId } = await click(cid);
    const beside = taken(await signUp({ newUserId: 'u2', cookie, clickId, referralCode: ann.code }));
    expect(outcomesOf(beside)?.sort()).toEqual(['clickId won', 'code lower_precedence']);
    const cut = await signUp({ newUserId: 'u3', cookie: 'plusone_code=a&plusone_at=1' });
    expect(codeOf(cut)).toBe('invalid_click_token');
  });

  it('is earned by no code, link or coupon of a link that has run out, and by the click from before', async () => {
    const past = { now: () => Date.now() - 2 * day };
    const make = (code: string, more: object) =>
      createLink(
        { ...world.ports, ...past },
        {
          programId: 'default',
          userId: 'ann',
          code,
          createParticipant: true,
          ...more,
        },
      );
    const expired = taken(await make('gone', { expiresAt: new Date(Date.now() - day).toISOString() }));
    const capped = taken(await make('capped', { clickCap: 1 }));
    const visitor = { kind: 'human', ip: '10.1.0.1', userAgent: 'Firefox', referrer: undefined } as const;
    const [before] = await trackClicks({ ...world.ports, ...past }, [
      { referralCode: expired.code, visitor },
    ]);
    const first = await signUp({ newUserId: 'u0', referralCode: 'capped' });
    expect(taken(first).referrerId).toBe('ann');
    const only = await click(capped);
    for (const code of ['gone', 'capped']) {
      for (const typed of [{ referralCode: code }, { coupon: code }, { referralLink: `/r/${code}` }]) {
        expect(codeOf(await signUp({ newUserId: 'eve', ...typed }))).toBe('code_inactive');
      }
    }
    const { clickId } = before as { clickId: string };
    const kept = taken(await signUp({ newUserId: 'u1', clickId, referralCode: 'gone' }));
    expect(outcomesOf(kept)).toEqual(['clickId won', 'code inactive']);
    const withCap = taken(await signUp({ newUserId: 'u2', token: only.token, referralCode: 'capped' }));
    expect(outcomesOf(withCap)).toEqual(['token won', 'code inactive']);
  });

  it('is found by the clicks of a visitor who was nobody yet', async () => {
    const [ann, cid] = [await linkOf(world.ports, 'ann'), await linkOf(world.ports, 'cid')];
    for (const [link, daysAgo] of [
      [ann, 30],
      [cid, 6],
      [ann, 2],
    ] as const) {
      await click(link, daysAgo, { visitorId: 'anon-1' });
    }
    await click(ann, 6.5, { visitorId: 'anon-2' });
    const referral = taken(await signUp({ newUserId: 'bob', visitorId: 'anon-1' }));
    expect(referral.referrerId).toBe('cid');
    expect(outcomesOf(referral)?.sort()).toEqual(['visitor expired', 'visitor later_touch', 'visitor won']);
    expect(codeOf(await signUp({ newUserId: 'eve', visitorId: 'nobody' }))).toBe('click_not_found');
  });

  it('is found among a visitor’s many clicks at either end, in reads that are bounded', async () => {
    const [ann, cid, dan] = await Promise.all(['ann', 'cid', 'dan'].map((user) => linkOf(world.ports, user)));
    if (!ann || !cid || !dan) throw new Error('no links');
    await click(ann, 6.9, { visitorId: 'busy' });
    for (let i = 0; i < 25; i++) await click(cid, 6 - i / 10, { visitorId: 'busy' });
    await click(dan, 0.1, { visitorId: 'busy' });
    const byFirst = taken(await signUp({ newUserId: 'u1', visitorId: 'busy' }));
    expect(byFirst.referrerId).toBe('ann');
    expect(byFirst.attribution?.candidates).toHaveLength(20);
    await set({ model: 'last_touch', windowDays: 7 });
    expect(taken(await signUp({ newUserId: 'u2', visitorId: 'busy' })).referrerId).toBe('dan');
  });

  it('never goes to the user, by whatever they bring', async () => {
    const own = await linkOf(world.ports, 'bob');
    const { clickId, token } = await click(own, 1, { visitorId: 'bobs' });
    const traces = {
      ...{ clickId, token, cookie: token, visitorId: 'bobs', coupon: own.code },
      ...{ referralCode: own.code, referralLink: `https://go.example.com/r/${own.code}` },
    };
    const cid = await linkOf(world.ports, 'cid');
    const other = (await click(cid, 0.5)).clickId;
    const alone = await Promise.all(
      Object.entries(traces).map(async ([name, value]) => {
        const decided = await createReferral(
          { ...world.ports, storeReferral: async () => 'stored' as const },
          { newUserId: 'bob', [name]: value },
        );
        return taken(decided);
      }),
    );
    for (const { status, reasons, attribution } of alone) {
      expect({ status, reasons, rule: attribution?.rule }).toEqual({
        ...{ status: 'rejected', reasons: ['self_referral'], rule: 'self_only' },
      });
    }
    const helped = taken(await signUp({ newUserId: 'bob', ...traces, clickId: other }));
    expect(helped).toMatchObject({ referrerId: 'cid', status: 'completed' });
  });
});

describe('a sign-up that nothing earns', () => {
  it('is refused for the first of what it brought, with a reason for all', async () => {
    const ann = await linkOf(world.ports, 'ann');
    const old = await click(ann, 7.1);
    const refused = await signUp({ newUserId: 'bob', token: old.token, referralCode: 'nothing' });
    expect(refused).toMatchObject({
      refused: 'click_expired',
      extra: {
        candidates: [
          { by: 'token', referrerId: 'ann', outcome: 'expired' },
          { by: 'code', code: 'nothing', outcome: 'not_found' },
        ],
      },
    });
    expect(await world.ports.findParticipant('default', 'bob')).toBeUndefined();
  });

  it('is refused by name for a token that is forged, cut, or of another program', async () => {
    taken(
      await createProgram(world.ports, {
        programId: 'other',
        name: 'O',
        destination: 'https://example.com/',
      }),
    );
    const elsewhere = await click(await linkOf(world.ports, 'ann', 'other'));
    const { token } = await click(await linkOf(world.ports, 'ann'));
    const forged = token.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A'));
    const by = async (input: Partial<SignUp>) => codeOf(await signUp({ newUserId: 'bob', ...input }));
    expect(await by({ token: forged })).toBe('invalid_click_token');
    expect(await by({ token: token.slice(0, -1) })).toBe('invalid_click_token');
    expect(await by({ token: elsewhere.token, programId: 'default' })).toBe('click_of_other_program');
    expect(await by({ clickId: elsewhere.clickId, programId: 'default' })).toBe('click_of_other_program');
    expect(taken(await signUp({ newUserId: 'bob', token: elsewhere.token })).programId).toBe('other');
  });

  it('is refused for a token whose link is out of use', async () => {
    const link = await linkOf(world.ports, 'ann');
    const { token } = await click(link);
    taken(await changeLink(world.ports, link.code, { status: 'inactive' }));
    expect(codeOf(await signUp({ newUserId: 'bob', token }))).toBe('code_inactive');
  });
});

describe('sign-ups of one user with what was left of their browser', () => {
  it('end at one referrer, whom one of them named, however they race', async () => {
    const links = await atOnce(4, (i) => linkOf(world.ports, `referrer-${i}`));
    const clicks = await Promise.all(links.map((link, i) => click(link, i, { visitorId: 'anon' })));
    const subsets = Array.from({ length: 24 }, (_, i): Partial<SignUp> => {
      const [one, two] = [clicks[i % 4], clicks[(i + 1 + (i % 3)) % 4]];
      return {
        ...(i % 2 === 0 && { clickId: one?.clickId }),
        ...(i % 3 === 0 && { cookie: two?.token }),
        ...(i % 5 === 0 && { visitorId: 'anon' }),
        token: one?.token,
        referralCode: links[i % 4]?.code,
      };
    });
    const outcomes = await Promise.all(subsets.map((some) => signUp({ newUserId: 'bob', ...some })));
    expect(tally(outcomes)).toEqual({ taken: 1, referral_exists: 23 });
    const standing = await world.ports.findReferralOf('default', 'bob');
    const completed = await atOnce(
      4,
      async (i) => (await overviewOf(world.ports, `referrer-${i}`)).progress.completed,
    );
    expect(completed.map((count, i) => (count === 1 ? `referrer-${i}` : '')).join('')).toBe(
      standing?.referrerId,
    );
    // Of what the one that was first brought, the earliest click won.
    const won = standing?.attribution?.candidates.find(({ outcome }) => outcome === 'won');
    const touches = standing?.attribution?.candidates.filter(({ at }) => at !== undefined) ?? [];
    expect(won?.at).toBe(touches.map(({ at }) => at).sort()[0]);
  });
});

describe('reportAttribution', () => {
  it('says whose referrals would be under other settings, and changes nothing', async () => {
    const [ann, cid] = [await linkOf(world.ports, 'ann'), await linkOf(world.ports, 'cid')];
    const [long, early, late] = [await click(cid, 20), await click(ann, 5), await click(cid, 1)];
    taken(await signUp({ newUserId: 'u1', clickId: early.clickId, token: late.token }));
    taken(
      await signUp({ newUserId: 'u2', clickId: long.clickId, token: early.token, referralCode: cid.code }),
    );
    taken(await signUp({ newUserId: 'u3', referralCode: ann.code }));
    taken(await signUp({ newUserId: 'ann', referralCode: ann.code }));
    const before = await world.ports.listReferralsOf('default', 'ann', { limit: 10 });
    const report = async (settings: Parameters<typeof reportAttribution>[2]) => {
      const { referrals, summary } = taken(
        await reportAttribution(world.ports, 'default', settings, { limit: 100 }),
      );
      const named = referrals.map(({ referral, change, winner }) => [
        referral.refereeId,
        `${change} ${winner?.referrerId}`,
      ]);
      return { ...Object.fromEntries(named), summary };
    };
    const none = { same: 0, other_referrer: 0, nobody: 0, not_derivable: 0 };
    const { units, result } = await measureWrites(world.table, () => report({}));
    expect(result).toEqual({
      ...{ u1: 'same ann', u2: 'same ann', u3: 'same ann', ann: 'same undefined' },
      summary: { ...none, same: 4 },
    });
    expect(units).toEqual({ table: 0, lists: 0 });
    expect(await report({ model: 'last_touch' })).toMatchObject({ u1: 'other_referrer cid', u2: 'same ann' });
    expect(await report({ windowDays: 30 })).toMatchObject({ u1: 'same ann', u2: 'other_referrer cid' });
    expect(await report({ precedence: ['click'] })).toMatchObject({
      ...{ u3: 'nobody undefined' },
      summary: { ...none, same: 3, nobody: 1 },
    });
    expect(await world.ports.listReferralsOf('default', 'ann', { limit: 10 })).toEqual(before);
  });

  it('goes through all referrals of a program, page by page', async () => {
    const ann = await linkOf(world.ports, 'ann');
    await atOnce(12, (i) => signUp({ newUserId: `user-${i}`, referralCode: ann.code }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = { limit: 5, ...(cursor !== undefined && { cursor }) };
      const found = taken(await reportAttribution(world.ports, 'default', {}, page));
      seen.push(...found.referrals.map(({ referral }) => referral.refereeId));
      cursor = found.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(Array.from({ length: 12 }, (_, i) => `user-${i}`).sort());
    const wrong = await reportAttribution(world.ports, 'default', {}, { limit: 5, cursor: 'garbage' });
    expect(codeOf(wrong)).toBe('invalid_cursor');
    expect(codeOf(await reportAttribution(world.ports, 'no', {}, { limit: 5 }))).toBe('program_not_found');
  });
});

describe('what keeping a reason costs', () => {
  testCost('is nothing for a click, a token and a code at once', async () => {
    const fraud = { rules: { fast_sign_up: { action: 'off' } } } as const;
    taken(await updateProgram(world.ports, 'default', { fraud }, undefined));
    const ann = await linkOf(world.ports, 'ann');
    const { clickId, token } = await click(ann);
    const all = { newUserId: 'bob', clickId, token, referralCode: ann.code };
    const { units } = await measureWrites(world.table, () => signUp(all));
    expect(units).toEqual({ table: 8, lists: 2 });
  });
});
