import { describe, expect, it } from 'vitest';
import type { Link } from '../../shared/domain/links/link.ts';
import type { Referral } from '../../shared/domain/referrals/referral.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { readUpline } from '../../shared/usecases/participants/read-upline.ts';
import { assignReferral } from '../../shared/usecases/referrals/assign-referral.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import type { AllPorts } from '../support/ports.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, join, linkOf, overviewOf, taken, testCost, useTable } from './use-table.ts';

const world = useTable();
const by = { keyId: 'a-key', requestId: 'a-request' };

const signUp = (newUserId: string, link: Link | undefined, ports: AllPorts = world.ports) =>
  createReferral(ports, { newUserId, referralCode: link?.code });
const assign = (newUserId: string, referrerId: string, ports: AllPorts = world.ports) =>
  assignReferral(ports, { programId: 'default', referrerId, newUserId, reason: 'by hand' }, by);

/** Users named `‹name›-0` and so on, each of whom invited the next; their links. */
async function chain(name: string, length: number): Promise<Link[]> {
  const links = [await linkOf(world.ports, `${name}-0`)];
  for (let i = 1; i < length; i++) {
    await join(world.ports, `${name}-${i}`, links[i - 1] as Link);
    links.push(await linkOf(world.ports, `${name}-${i}`));
  }
  return links;
}

/** Who stands above a user, by the referrals themselves; throws if the user comes up again. */
async function walkedAbove(userId: string): Promise<string[]> {
  const above: string[] = [];
  let referral = await world.ports.findReferralOf('default', userId);
  while (referral !== undefined && referral.status !== 'rejected') {
    if (referral.referrerId === userId || above.includes(referral.referrerId)) {
      throw new Error(`A cycle through ${userId}: ${above.join(' < ')}`);
    }
    above.push(referral.referrerId);
    referral = await world.ports.findReferralOf('default', referral.referrerId);
  }
  return above;
}

/** Ports through which something else happens right before the first referral is stored. */
function meanwhile(happens: () => Promise<unknown>): AllPorts & { stores: () => number } {
  let stores = 0;
  const storeReferral: AllPorts['storeReferral'] = async (input) => {
    if (stores++ === 0) await happens();
    return world.ports.storeReferral(input);
  };
  return { ...world.ports, storeReferral, stores: () => stores };
}

describe('the upline of a referral', () => {
  it('is the referrer and ten levels in all, nearest first', async () => {
    await chain('user', 13);
    const { upline } = (await world.ports.findReferralOf('default', 'user-12')) as Referral;
    expect(upline).toEqual(Array.from({ length: 10 }, (_, i) => `user-${11 - i}`));
    expect(upline).toEqual((await walkedAbove('user-12')).slice(0, 10));
    expect((await world.ports.findReferralOf('default', 'user-2'))?.upline).toEqual(['user-1', 'user-0']);
  });

  it('is shown level by level', async () => {
    await chain('user', 3);
    const read = (userId: string) => readUpline(world.ports, 'default', userId);
    expect(await read('user-2')).toEqual({
      upline: [
        { level: 1, userId: 'user-1' },
        { level: 2, userId: 'user-0' },
      ],
    });
    expect(await read('user-0')).toEqual({ upline: [] });
    expect(codeOf(await read('nobody'))).toBe('participant_not_found');
  });

  it('ends below a referral that was rejected', async () => {
    const link = await linkOf(world.ports, 'alice');
    expect(taken(await signUp('alice', link)).status).toBe('rejected');
    expect(taken(await signUp('bob', link)).upline).toEqual(['alice']);
    expect(await readUpline(world.ports, 'default', 'alice')).toEqual({ upline: [] });
  });

  it('stays as it was stored where somebody above is referred later', async () => {
    await chain('low', 3);
    const top = await linkOf(world.ports, 'top');
    taken(await signUp('low-0', top));
    expect((await world.ports.findReferralOf('default', 'low-2'))?.upline).toEqual(['low-1', 'low-0']);
    expect(taken(await signUp('late', await linkOf(world.ports, 'low-0'))).upline).toEqual(['low-0', 'top']);
  });

  it('is read again where the referrer is referred right before it is stored', async () => {
    const [a, b] = [await linkOf(world.ports, 'a'), await linkOf(world.ports, 'b')];
    const ports = meanwhile(() => signUp('b', a));
    expect(taken(await signUp('c', b, ports)).upline).toEqual(['b', 'a']);
    expect(ports.stores()).toBe(2);
  });
});

describe('a cycle', () => {
  const rounds = 25;

  it.each([2, 3, 5])('of %d cannot be closed by sign-ups at the same moment', async (size) => {
    for (let round = 0; round < rounds; round++) {
      const links = await atOnce(size, (i) => linkOf(world.ports, `r${round}-${i}`));
      const outcomes = await atOnce(size, (i) => signUp(`r${round}-${(i + 1) % size}`, links[i]));
      const statuses = outcomes.map((one) => taken(one).status).sort();
      expect(statuses).toEqual([...Array(size - 1).fill('completed'), 'rejected']);
      await atOnce(size, (i) => walkedAbove(`r${round}-${i}`));
    }
  });

  it.each([2, 3])('of %d cannot be closed by hand and by code at the same moment', async (size) => {
    for (let round = 0; round < rounds; round++) {
      const links = await atOnce(size, (i) => linkOf(world.ports, `r${round}-${i}`));
      const outcomes = await atOnce(size, (i) => {
        const newUserId = `r${round}-${(i + 1) % size}`;
        return i % 2 === 0 ? assign(newUserId, `r${round}-${i}`) : signUp(newUserId, links[i]);
      });
      const closed = outcomes.filter((one) => 'refused' in one || one.status === 'rejected');
      expect(closed).toHaveLength(1);
      await atOnce(size, (i) => walkedAbove(`r${round}-${i}`));
    }
  });

  it('cannot be closed by two chains that are put below each other at the same moment', async () => {
    for (let round = 0; round < 4; round++) {
      const [left, right] = await Promise.all([chain(`l${round}`, 12), chain(`r${round}`, 12)]);
      const outcomes = await Promise.all([
        signUp(`l${round}-0`, right.at(-1)),
        signUp(`r${round}-0`, left.at(-1)),
      ]);
      expect(outcomes.map((one) => taken(one).status).sort()).toEqual(['completed', 'rejected']);
      const above = await Promise.all([walkedAbove(`l${round}-11`), walkedAbove(`r${round}-11`)]);
      expect(above.map((one) => one.length).sort((a, b) => a - b)).toEqual([11, 23]);
    }
  });

  it('cannot be closed through an edge that comes right before it is stored', async () => {
    const links = await atOnce(3, (i) => linkOf(world.ports, `user-${i}`));
    taken(await signUp('user-1', links[0]));
    // 2 below 1 below 0 is read; then 0 comes below 2 before it is stored.
    const ports = meanwhile(() => signUp('user-0', links[2]));
    expect(taken(await signUp('user-2', links[1], ports))).toMatchObject({
      status: 'rejected',
      reasons: ['cycle'],
    });
    expect(ports.stores()).toBe(2);
    expect(await walkedAbove('user-1')).toEqual(['user-0', 'user-2']);
  });
});

describe('the e-mail address of a sign-up', () => {
  const hashOf = async (userId: string) => (await world.ports.findParticipant('default', userId))?.emailHash;
  const withEmail = (newUserId: string, link: Link, ports: AllPorts = world.ports) =>
    createReferral(ports, { newUserId, referralCode: link.code, email: 'bob@example.com' });
  const known = () => world.ports.lasting('email', 'bob@example.com');

  it('is kept of somebody who was a participant without one', async () => {
    const link = await linkOf(world.ports, 'alice');
    await putParticipant(world.ports, 'default', 'bob', { name: 'Bob' });
    expect(taken(await withEmail('bob', link)).status).toBe('completed');
    expect(await hashOf('bob')).toBe(known());
    expect((await overviewOf(world.ports, 'bob')).participant).toMatchObject({ name: 'Bob', links: 1 });
  });

  it('takes the place of none that is known', async () => {
    const link = await linkOf(world.ports, 'alice');
    await putParticipant(world.ports, 'default', 'bob', { email: 'first@example.com' });
    const first = await hashOf('bob');
    taken(await withEmail('bob', link));
    expect(await hashOf('bob')).toBe(first);
  });

  it('takes the place of none that comes right before it is stored', async () => {
    const link = await linkOf(world.ports, 'alice');
    await putParticipant(world.ports, 'default', 'bob', {});
    const ports = meanwhile(() =>
      putParticipant(world.ports, 'default', 'bob', { email: 'first@example.com' }),
    );
    expect(taken(await withEmail('bob', link, ports)).status).toBe('completed');
    expect(await hashOf('bob')).toBe(world.ports.lasting('email', 'first@example.com'));
    expect(ports.stores()).toBe(2);
  });

  it('is kept of a sign-up that is rejected, and found the next time', async () => {
    const link = await linkOf(world.ports, 'alice');
    await putParticipant(world.ports, 'default', 'alice', { email: 'bob@example.com' });
    await putParticipant(world.ports, 'default', 'bob', {});
    expect(taken(await withEmail('bob', link)).reasons).toEqual(['same_email']);
    expect(await hashOf('bob')).toBe(known());
  });
});

describe('what a registration costs', () => {
  testCost('is 8 write units and 2 in the lists for somebody new, whatever stands above', async () => {
    const links = await chain('user', 11);
    const first = await measureWrites(world.table, () => signUp('new-1', links[0]));
    expect(first.units).toEqual({ table: 8, lists: 2 });
    const last = await measureWrites(world.table, () => signUp('new-2', links[10]));
    expect(taken(last.result).upline).toHaveLength(10);
    expect(last.units).toEqual({ table: 8, lists: 2 });
  });

  testCost('is no more where the ids are as long as UUIDs', async () => {
    const name = 'u'.repeat(33);
    const links = await chain(name, 11);
    const { result, units } = await measureWrites(world.table, () => signUp(`${name}-11`, links[10]));
    expect(taken(result).upline.join('').length).toBeGreaterThan(350);
    expect(units).toEqual({ table: 8, lists: 2 });
  });

  testCost(
    'is 6, and 2 for each level above the referrer, and 1 for somebody who was a participant',
    async () => {
      const links = await chain('user', 3);
      await atOnce(3, (i) => linkOf(world.ports, `there-${i}`));
      const below = await measureWrites(world.table, () => signUp('there-0', links[0]));
      expect(below.units).toEqual({ table: 6, lists: 1 });
      const deep = await measureWrites(world.table, () => signUp('there-1', links[2]));
      expect(deep.units).toEqual({ table: 10, lists: 1 });
      const withEmail = await measureWrites(world.table, () =>
        createReferral(world.ports, {
          newUserId: 'there-2',
          referralCode: links[2]?.code,
          email: 'x@example.com',
        }),
      );
      expect(withEmail.units).toEqual({ table: 12, lists: 2 });
    },
  );
});
