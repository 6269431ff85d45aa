import { describe, expect, it } from 'vitest';
import { noClicks } from '../../shared/domain/clicks/totals.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import {
  changeParticipant,
  deactivateParticipant,
} from '../../shared/usecases/participants/change-participant.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { putPolicy } from '../../shared/usecases/participants/put-policy.ts';
import { readStats } from '../../shared/usecases/participants/read-stats.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { listRewards } from '../../shared/usecases/rewards/list-rewards.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, happen, join, linkOf, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const put = (userId: string, input: Parameters<typeof putParticipant>[3] = {}) =>
  putParticipant(world.ports, 'default', userId, input);
const measured = <Result>(work: () => Promise<Result>) => measureWrites(world.table, work);

const linksOf = async (userId: string) =>
  (await world.ports.listLinks('default', userId, { limit: 100 }))?.items.map((link) => link.code);

describe('putParticipant', () => {
  it('registers with a first code, then changes what is given and keeps the rest', async () => {
    const made = taken(await put('alice', { name: 'Alice', email: 'Alice@example.com' }));
    expect(made).toMatchObject({ userId: 'alice', name: 'Alice', status: 'active', links: 1 });
    expect(await world.ports.findLink(made.code ?? '')).toMatchObject({
      userId: 'alice',
      status: 'active',
      destination: 'https://example.com/',
    });
    await linkOf(world.ports, 'alice');
    const changed = taken(await put('alice', { status: 'inactive' }));
    expect(changed).toEqual({ ...made, status: 'inactive', links: 2 });
    expect(taken(await put('alice'))).toEqual(changed);
    expect(await world.ports.findParticipant('default', 'alice')).toEqual(changed);
  });

  it('creates one of those who come at the same moment, with one code', async () => {
    const all = (await atOnce(10, () => put('alice', { name: 'Alice' }))).map(taken);
    expect(new Set(all.map((one) => `${one.createdAt} ${one.code} ${one.links}`)).size).toBe(1);
    expect(await linksOf('alice')).toHaveLength(1);
  });

  it('gives one first code to somebody who signed up before, however many ask', async () => {
    await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    const all = (await atOnce(10, () => put('bob', { name: 'Bob' }))).map(taken);
    expect(new Set(all.map((one) => one.code)).size).toBe(1);
    expect(await linksOf('bob')).toEqual([all[0]?.code]);
    expect(await world.ports.findParticipant('default', 'bob')).toMatchObject({ links: 1, name: 'Bob' });
  });

  it('keeps as the first code that of the first link, however it came about', async () => {
    const link = await linkOf(world.ports, 'alice');
    await linkOf(world.ports, 'alice');
    expect(taken(await put('alice'))).toMatchObject({ code: link.code, links: 2 });
    await join(world.ports, 'bob', link);
    const ofBob = await linkOf(world.ports, 'bob');
    expect(taken(await put('bob'))).toMatchObject({ code: ofBob.code, links: 1 });
  });

  it('draws another code where one belongs to somebody', async () => {
    const drawn = [0, 0, 1];
    const random = (bytes: number) => new Uint8Array(bytes).fill(drawn.shift() ?? 2);
    const ports = { ...world.ports, random };
    expect(taken(await putParticipant(ports, 'default', 'alice', {})).code).toBe('22222222');
    expect(taken(await putParticipant(ports, 'default', 'bob', {})).code).toBe('33333333');
  });

  it('gives the code of somebody inactive when they become active', async () => {
    expect(taken(await put('alice', { status: 'inactive' }))).not.toHaveProperty('code');
    expect(await linksOf('alice')).toEqual([]);
    expect(taken(await put('alice', { status: 'active' }))).toMatchObject({ links: 1 });
  });

  it('makes nobody of an unknown program', async () => {
    expect(codeOf(await putParticipant(world.ports, 'none', 'alice', {}))).toBe('program_not_found');
  });

  it('does not change somebody who is not there', async () => {
    expect(codeOf(await changeParticipant(world.ports, 'default', 'nobody', { name: 'X' }))).toBe(
      'participant_not_found',
    );
    expect(codeOf(await deactivateParticipant(world.ports, 'default', 'nobody'))).toBe(
      'participant_not_found',
    );
    expect(await world.ports.findParticipant('default', 'nobody')).toBeUndefined();
  });

  testCost('costs 4 WRU and what the lists cost', async () => {
    const { result, units } = await measured(() => put('alice'));
    expect(taken(result).links).toBe(1);
    expect(units).toEqual({ table: 4, lists: 2 });
  });
});

describe('changeParticipant', () => {
  it('takes fields in place of those there are, and keeps all else', async () => {
    const made = taken(await put('alice', { name: 'Alice', fields: { plan: 'pro', seats: 3, trial: true } }));
    const change = (fields: Record<string, string | number>) =>
      changeParticipant(world.ports, 'default', 'alice', { fields });
    expect(taken(await change({ plan: 'free', half: 0.5 }))).toEqual({
      ...made,
      fields: { plan: 'free', half: 0.5 },
    });
    expect(taken(await change({})).fields).toEqual({});
    expect(await world.ports.findParticipant('default', 'alice')).toMatchObject({
      name: 'Alice',
      fields: {},
    });
  });

  it('deactivates as often as asked, and nothing goes', async () => {
    const made = taken(await put('alice'));
    for (let i = 0; i < 2; i++) {
      const gone = taken(await deactivateParticipant(world.ports, 'default', 'alice'));
      expect(gone).toEqual({ ...made, status: 'inactive' });
    }
    expect(await linksOf('alice')).toHaveLength(1);
  });
});

describe('putPolicy', () => {
  const setPolicy = (input: Parameters<typeof putPolicy>[3]) =>
    putPolicy(world.ports, 'default', 'alice', input);
  const kept = async () => (await world.ports.findParticipant('default', 'alice'))?.policy;

  it('takes the place of the whole policy', async () => {
    taken(await put('alice'));
    expect(await kept()).toBeUndefined();
    const strict = { commissionRate: '12.5', triggerLimit: 5, mayInvite: false };
    expect(taken(await setPolicy(strict))).toEqual(strict);
    expect(await kept()).toEqual(strict);
    expect(taken(await setPolicy({ triggerLimit: null }))).toEqual({ triggerLimit: null, mayInvite: true });
    expect(await kept()).toEqual({ triggerLimit: null, mayInvite: true });
    expect(taken(await setPolicy({ commissionRate: null }))).toEqual({ mayInvite: true });
  });

  it('is for participants', async () => {
    expect(codeOf(await setPolicy({}))).toBe('participant_not_found');
    expect(await world.ports.findParticipant('default', 'alice')).toBeUndefined();
  });

  it('refuses links and sign-ups of whoever may not invite, and takes them again later', async () => {
    const link = await linkOf(world.ports, 'alice');
    const make = () =>
      createLink(world.ports, { programId: 'default', userId: 'alice', createParticipant: true });
    const signUp = () => createReferral(world.ports, { newUserId: 'bob', referralCode: link.code });
    taken(await setPolicy({ mayInvite: false }));
    expect(codeOf(await make())).toBe('inviting_not_allowed');
    expect(codeOf(await signUp())).toBe('inviting_not_allowed');
    expect(await world.ports.findParticipant('default', 'bob')).toBeUndefined();
    taken(await setPolicy({}));
    expect(taken(await make()).userId).toBe('alice');
    expect(taken(await signUp()).status).toBe('completed');
  });

  it('holds for links that race it: none is made after it was answered', async () => {
    for (const userId of ['alice', 'adam', 'ada', 'abe']) {
      await linkOf(world.ports, userId);
      const make = () => createLink(world.ports, { programId: 'default', userId, createParticipant: true });
      const count = async () => (await world.ports.findParticipant('default', userId))?.links;
      const racing = atOnce(6, make);
      taken(await putPolicy(world.ports, 'default', userId, { mayInvite: false }));
      const made = await count();
      await racing;
      expect((await atOnce(3, make)).map(codeOf)).toEqual(Array(3).fill('inviting_not_allowed'));
      expect(await count()).toBe(made);
    }
  });
});

describe('readStats', () => {
  it('shows somebody new as zero', async () => {
    taken(await put('alice'));
    expect(await readStats(world.ports, 'default', 'alice')).toEqual({
      userId: 'alice',
      programId: 'default',
      ...noClicks,
      referrals: { pending: 0, completed: 0, rejected: 0, inReview: 0 },
      conversionRate: 0,
      rewards: { count: 0, milestones: 0 },
      balances: [],
    });
  });

  it('counts referrals, rewards, milestones and money', async () => {
    const link = await linkOf(world.ports, 'alice');
    await atOnce(5, (i) => join(world.ports, `user-${i}`, link));
    await happen(
      world.ports,
      { id: 'e1', userId: 'user-1' },
      { id: 'e2', userId: 'user-2', currency: 'JPY' },
    );
    expect(await readStats(world.ports, 'default', 'alice')).toMatchObject({
      referrals: { completed: 5 },
      rewards: { count: 2, milestones: 1 },
      balances: [
        { currency: 'JPY', available: 100 },
        { currency: 'USD', available: 100 },
      ],
    });
  });

  it('knows nobody else', async () => {
    expect(codeOf(await readStats(world.ports, 'default', 'nobody'))).toBe('participant_not_found');
    expect(codeOf(await listRewards(world.ports, 'default', 'nobody', { limit: 5 }))).toBe(
      'participant_not_found',
    );
    taken(await put('alice'));
    expect(codeOf(await listRewards(world.ports, 'default', 'alice', { limit: 5, cursor: 'x' }))).toBe(
      'invalid_cursor',
    );
    expect(codeOf(await readStats(world.ports, 'other', 'alice'))).toBe('participant_not_found');
  });
});
