import { describe, expect, it } from 'vitest';
import type { Link } from '../../shared/domain/links/link.ts';
import { recordVisit } from '../../shared/usecases/clicks/record-visit.ts';
import { changeLink } from '../../shared/usecases/links/change-link.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { createProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral, type SignUp } from '../../shared/usecases/referrals/create-referral.ts';
import { atOnce, codeOf, join, linkOf, overviewOf, taken, tally, useTable } from './use-table.ts';

const world = useTable();
const signUp = (input: Partial<SignUp> & { newUserId: string }) => createReferral(world.ports, input);
const visitor = { kind: 'human', ip: '203.0.113.7', userAgent: 'Firefox', referrer: undefined } as const;

/** A visit of a link, so many days ago. */
async function visit(link: Link, daysAgo = 0): Promise<string> {
  const at = Date.now() - daysAgo * 86_400_000;
  return (await recordVisit({ ...world.ports, now: () => at }, link, visitor)).clickId;
}

/** A chain of users, each of whom the one before invited; each has a link. */
async function chain(length: number): Promise<Link[]> {
  const links = [await linkOf(world.ports, 'user-0')];
  for (let i = 1; i < length; i++) {
    await join(world.ports, `user-${i}`, links[i - 1] as Link);
    links.push(await linkOf(world.ports, `user-${i}`));
  }
  return links;
}

describe('createReferral', () => {
  it('credits the referrer of a code, and creates the new user', async () => {
    const link = await linkOf(world.ports, 'alice');
    const referral = taken(await signUp({ newUserId: 'bob', referralCode: link.code.toUpperCase() }));
    expect(referral).toEqual({
      referralId: expect.stringMatching(/^ref_[0-9a-z]{26}$/),
      programId: 'default',
      referrerId: 'alice',
      refereeId: 'bob',
      code: link.code,
      upline: ['alice'],
      status: 'completed',
      programVersion: 1,
      attribution: {
        by: 'code',
        rule: 'only_candidate',
        candidates: [{ by: 'code', code: link.code, referrerId: 'alice', outcome: 'won' }],
      },
      createdAt: expect.any(String),
      completedAt: expect.any(String),
    });
    expect(await world.ports.findReferral(referral.referralId)).toEqual(referral);
    expect((await overviewOf(world.ports, 'bob')).participant).toMatchObject({ status: 'active', links: 0 });
    expect((await overviewOf(world.ports, 'alice')).progress).toMatchObject({
      pending: 0,
      completed: 1,
      rejected: 0,
      inReview: 0,
    });
    const listed = await world.ports.listReferralsOf('default', 'alice', { limit: 10 });
    expect(listed?.items).toEqual([referral]);
  });

  it('lets the click decide, then the code, then the link', async () => {
    const [ofClick, ofCode, ofLink] = [
      await linkOf(world.ports, 'a'),
      await linkOf(world.ports, 'b'),
      await linkOf(world.ports, 'c'),
    ];
    const clickId = await visit(ofClick);
    const referralLink = `https://go.example.com/r/${ofLink.code}`;
    const all = { clickId, referralCode: ofCode.code, referralLink };
    expect(taken(await signUp({ newUserId: 'x', ...all }))).toMatchObject({ referrerId: 'a', clickId });
    expect(taken(await signUp({ newUserId: 'y', ...all, clickId: undefined })).referrerId).toBe('b');
    expect(taken(await signUp({ newUserId: 'z', referralLink })).referrerId).toBe('c');
  });

  it('answers a second sign-up with the referral that stands', async () => {
    const [a, b] = [await linkOf(world.ports, 'alice'), await linkOf(world.ports, 'adam')];
    const referral = await join(world.ports, 'bob', a);
    for (const code of [a.code, b.code]) {
      expect(await signUp({ newUserId: 'bob', referralCode: code })).toMatchObject({
        refused: 'referral_exists',
        extra: { referral },
      });
    }
    expect((await overviewOf(world.ports, 'adam')).progress.completed).toBe(0);
  });

  it('lets one of two referrers win who sign the same user up at the same moment', async () => {
    const links = await atOnce(10, (i) => linkOf(world.ports, `referrer-${i}`));
    const outcomes = await atOnce(30, (i) => signUp({ newUserId: 'bob', referralCode: links[i % 10]?.code }));
    expect(tally(outcomes)).toEqual({ taken: 1, referral_exists: 29 });
    const progress = await atOnce(
      10,
      async (i) => (await overviewOf(world.ports, `referrer-${i}`)).progress.completed,
    );
    expect(progress.reduce((sum, completed) => sum + completed, 0)).toBe(1);
  });

  it('counts every sign-up of one referrer, however many come at the same moment', async () => {
    const link = await linkOf(world.ports, 'alice');
    expect(
      tally(await atOnce(25, (i) => signUp({ newUserId: `user-${i}`, referralCode: link.code }))),
    ).toEqual({ taken: 25 });
    const { progress, milestones } = await overviewOf(world.ports, 'alice');
    expect(progress.completed).toBe(25);
    expect(milestones.map((reward) => reward.name).sort()).toEqual(['Bronze', 'Gold', 'Silver']);
  });
});

describe('a sign-up that names nothing of use', () => {
  it.each([
    ['an unknown click', { clickId: `clk_${'0'.repeat(26)}` }, 'click_not_found'],
    ['an unknown code', { referralCode: 'nothing' }, 'code_not_found'],
    ['a link without a code', { referralLink: 'https://example.com/' }, 'code_not_found'],
    ['no trace at all', {}, 'code_not_found'],
  ])('is refused for %s', async (_, trace, code) => {
    expect(codeOf(await signUp({ newUserId: 'bob', ...trace }))).toBe(code);
    expect(await world.ports.findParticipant('default', 'bob')).toBeUndefined();
  });

  it('is refused for a click older than the window, and taken for one within it', async () => {
    const link = await linkOf(world.ports, 'alice');
    expect(codeOf(await signUp({ newUserId: 'bob', clickId: await visit(link, 7.001) }))).toBe(
      'click_expired',
    );
    expect(taken(await signUp({ newUserId: 'bob', clickId: await visit(link, 6.9) })).status).toBe(
      'completed',
    );
  });

  it('is refused for a code out of use, also by a click of better days', async () => {
    const link = await linkOf(world.ports, 'alice');
    const clickId = await visit(link);
    taken(await changeLink(world.ports, link.code, { status: 'inactive' }));
    expect(codeOf(await signUp({ newUserId: 'bob', referralCode: link.code }))).toBe('code_inactive');
    expect(codeOf(await signUp({ newUserId: 'bob', clickId }))).toBe('code_inactive');
  });

  it('is refused for a code of another program', async () => {
    taken(
      await createProgram(world.ports, {
        programId: 'other',
        name: 'O',
        destination: 'https://example.com/',
      }),
    );
    const link = await linkOf(world.ports, 'alice', 'other');
    const other = { newUserId: 'bob', referralCode: link.code };
    expect(codeOf(await signUp({ ...other, programId: 'default' }))).toBe('code_not_found');
    expect(taken(await signUp(other)).programId).toBe('other');
    expect(
      taken(await signUp({ newUserId: 'bob', referralCode: (await linkOf(world.ports, 'alice')).code }))
        .programId,
    ).toBe('default');
  });

  it('is refused where the referrer may not invite', async () => {
    const link = await linkOf(world.ports, 'alice');
    taken(await putParticipant(world.ports, 'default', 'alice', { status: 'inactive' }));
    expect(codeOf(await signUp({ newUserId: 'bob', referralCode: link.code }))).toBe('inviting_not_allowed');
  });
});

describe('a sign-up that is fraud', () => {
  it('of the referrer themselves is kept, rejected', async () => {
    const link = await linkOf(world.ports, 'alice');
    const referral = taken(await signUp({ newUserId: 'alice', referralCode: link.code }));
    expect(referral).toMatchObject({ status: 'rejected', reasons: ['self_referral'] });
    expect(referral).not.toHaveProperty('completedAt');
    expect((await overviewOf(world.ports, 'alice')).progress).toMatchObject({ completed: 0, rejected: 1 });
  });

  it.each([
    ['alice@example.com', 'ALICE@example.com'],
    ['alice@example.com', 'alice+new@example.com'],
    ['alice.smith@gmail.com', 'a.l.i.c.e.smith+2@googlemail.com'],
  ])('of the mailbox %s by another name is rejected: %s', async (email, again) => {
    taken(await putParticipant(world.ports, 'default', 'alice', { email }));
    const link = await linkOf(world.ports, 'alice');
    const referral = taken(await signUp({ newUserId: 'bob', referralCode: link.code, email: again }));
    expect(referral).toMatchObject({ status: 'rejected', reasons: expect.arrayContaining(['same_email']) });
  });

  it('of a participant whose address is known already is rejected', async () => {
    taken(await putParticipant(world.ports, 'default', 'alice', { email: 'a@example.com' }));
    taken(await putParticipant(world.ports, 'default', 'bob', { email: 'a+b@example.com' }));
    const link = await linkOf(world.ports, 'alice');
    expect(taken(await signUp({ newUserId: 'bob', referralCode: link.code })).reasons).toContain(
      'same_email',
    );
  });

  it('keeps no address', async () => {
    taken(await putParticipant(world.ports, 'default', 'alice', { email: 'alice@example.com' }));
    expect(JSON.stringify(await world.ports.findParticipant('default', 'alice'))).not.toContain(
      'example.com',
    );
  });

  it.each([2, 3, 12])('of the first of a chain of %d by the last is a cycle', async (length) => {
    const links = await chain(length);
    const last = links.at(-1) as Link;
    const referral = taken(await signUp({ newUserId: 'user-0', referralCode: last.code }));
    expect(referral).toMatchObject({ status: 'rejected', reasons: ['cycle'] });
    expect((await overviewOf(world.ports, `user-${length - 1}`)).progress).toMatchObject({
      completed: 0,
      rejected: 1,
    });
  });

  it('does not make a cycle of people who only share the top', async () => {
    const [top, left] = await chain(2);
    const right = await linkOf(world.ports, 'right');
    await join(world.ports, 'right-2', right);
    expect(taken(await signUp({ newUserId: 'right', referralCode: left?.code })).status).toBe('completed');
    expect(top?.userId).toBe('user-0');
  });

  it('does not follow a referral that was rejected', async () => {
    const [a, b] = [await linkOf(world.ports, 'alice'), await linkOf(world.ports, 'bob')];
    taken(await putParticipant(world.ports, 'default', 'alice', { email: 'x@example.com' }));
    expect(
      taken(await signUp({ newUserId: 'bob', referralCode: a.code, email: 'x@example.com' })).status,
    ).toBe('rejected');
    expect(taken(await signUp({ newUserId: 'carol', referralCode: b.code })).status).toBe('completed');
    expect(
      taken(await signUp({ newUserId: 'alice', referralCode: b.code, email: 'y@example.com' })).status,
    ).toBe('completed');
  });
});
