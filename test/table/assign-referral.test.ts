import { describe, expect, it } from 'vitest';
import type { ProgramSettings } from '../../shared/domain/programs/program.ts';
import { auditItems } from '../../shared/table/audit-items.ts';
import { completion, referralChange } from '../../shared/table/referral-items.ts';
import { transact } from '../../shared/table/transact.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { putPolicy } from '../../shared/usecases/participants/put-policy.ts';
import { type Assignment, assignReferral } from '../../shared/usecases/referrals/assign-referral.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, join, linkOf, overviewOf, taken, tally, testCost, useTable } from './use-table.ts';

const world = useTable();
const by = { keyId: 'key-1', requestId: 'request-1' };
const assign = (more: Partial<Assignment> = {}) =>
  assignReferral(
    world.ports,
    { programId: 'default', referrerId: 'alice', newUserId: 'bob', reason: 'Told us by phone', ...more },
    by,
  );
const auditOf = async (programId = 'default') =>
  (await auditItems(world.table).listAudit(programId, { limit: 100 }))?.items ?? [];

/** The next version of the default program, with these settings. */
async function change(settings: Partial<ProgramSettings>): Promise<void> {
  const program = await world.ports.findProgram('default');
  if (program === undefined) throw new Error('There is no program');
  await world.ports.saveProgram({ ...program, ...settings, version: program.version + 1 });
}

describe('assignReferral', () => {
  it('credits an existing customer, with who said so and why, and notes it in the audit log', async () => {
    const link = await linkOf(world.ports, 'alice');
    await linkOf(world.ports, 'alice');
    taken(await putParticipant(world.ports, 'default', 'bob', { name: 'Bob' }));
    const referral = taken(await assign());
    expect(referral).toMatchObject({
      referrerId: 'alice',
      refereeId: 'bob',
      code: link.code,
      upline: ['alice'],
      status: 'completed',
      assignedBy: 'key-1',
      reason: 'Told us by phone',
      completedAt: expect.any(String),
    });
    expect(await world.ports.findReferralOf('default', 'bob')).toEqual(referral);
    expect((await world.ports.listReferralsOf('default', 'alice', { limit: 10 }))?.items).toEqual([referral]);
    expect((await overviewOf(world.ports, 'alice')).progress).toMatchObject({ completed: 1, pending: 0 });
    expect((await overviewOf(world.ports, 'bob')).participant).toMatchObject({ name: 'Bob', links: 1 });
    const { reason, ...edge } = referral;
    expect(await auditOf()).toEqual([
      {
        auditId: expect.stringMatching(/^aud_[0-9a-z]{26}$/),
        programId: 'default',
        actor: { type: 'api_key', id: 'key-1' },
        action: 'referral.assigned',
        target: { type: 'referral', id: referral.referralId, userId: 'bob' },
        before: null,
        after: { referral: edge },
        reason,
        requestId: 'request-1',
        at: expect.any(String),
      },
    ]);
  });

  it('makes a participant of somebody who was none, and a first code for a referrer without', async () => {
    await join(world.ports, 'alice', await linkOf(world.ports, 'top'));
    const referral = taken(await assign());
    expect(referral.upline).toEqual(['alice', 'top']);
    expect(await world.ports.findLink(referral.code)).toMatchObject({ userId: 'alice', status: 'active' });
    expect(await world.ports.findParticipant('default', 'alice')).toMatchObject({
      code: referral.code,
      links: 1,
    });
    expect(await world.ports.findParticipant('default', 'bob')).toMatchObject({ status: 'active', links: 0 });
  });

  it('grants what the referral reaches', async () => {
    await linkOf(world.ports, 'alice');
    for (let i = 0; i < 5; i++) taken(await assign({ newUserId: `user-${i}` }));
    expect((await overviewOf(world.ports, 'alice')).milestones.map(({ name }) => name)).toEqual(['Bronze']);
  });

  it('takes a time in the past, in any offset, and none in the future', async () => {
    await linkOf(world.ports, 'alice');
    const created = taken(await assign({ createdAt: '2026-01-05T01:00:00+02:00' }));
    expect(created.createdAt).toBe('2026-01-04T23:00:00.000Z');
    expect(Date.parse(created.completedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    for (const createdAt of [new Date(Date.now() + 60_000).toISOString(), '1969-12-31T23:59:59Z']) {
      expect(await assign({ newUserId: 'carl', createdAt })).toMatchObject({
        refused: 'invalid_request',
        errors: [{ field: 'createdAt' }],
      });
    }
    expect(await world.ports.findParticipant('default', 'carl')).toBeUndefined();
  });

  it('gives one referral to a user whom several assign and a code brings at the same moment', async () => {
    const links = await atOnce(4, (i) => linkOf(world.ports, `referrer-${i}`));
    const outcomes = await atOnce(20, (i) =>
      i % 5 === 0
        ? createReferral(world.ports, { newUserId: 'bob', referralCode: links[i % 4]?.code })
        : assign({ referrerId: `referrer-${i % 4}` }),
    );
    expect(tally(outcomes)).toEqual({ taken: 1, referral_exists: 19 });
    const stored = await world.ports.findReferralOf('default', 'bob');
    expect(await auditOf()).toHaveLength(stored?.assignedBy === undefined ? 0 : 1);
  });

  it('makes one first code however many are assigned to a referrer without at the same moment', async () => {
    await join(world.ports, 'alice', await linkOf(world.ports, 'top'));
    const referrals = (await atOnce(8, (i) => assign({ newUserId: `user-${i}` }))).map(taken);
    expect(new Set(referrals.map(({ code }) => code)).size).toBe(1);
    expect((await overviewOf(world.ports, 'alice')).participant.links).toBe(1);
    expect(await auditOf()).toHaveLength(8);
  });

  testCost(
    'costs 10 write units and 3 in the lists for somebody new, and 4 and 2 for a first code',
    async () => {
      await linkOf(world.ports, 'alice');
      const { units } = await measureWrites(world.table, () => assign());
      expect(units).toEqual({ table: 10, lists: 3 });
      const toNewcomer = () => assign({ referrerId: 'bob', newUserId: 'carl' });
      const withFirstCode = await measureWrites(world.table, toNewcomer);
      expect(withFirstCode.units).toEqual({ table: 14, lists: 5 });
    },
  );
});

describe('an assignment that is refused leaves no trace', () => {
  const expectNothing = async () => {
    expect(await auditOf()).toEqual([]);
    expect(await world.ports.findReferralOf('default', 'bob')).toBeUndefined();
  };

  it('of somebody to themselves', async () => {
    await linkOf(world.ports, 'bob');
    expect(codeOf(await assign({ referrerId: 'bob' }))).toBe('self_referral');
    await expectNothing();
  });

  it.each([2, 3, 12])('of the first of a chain of %d to the last', async (length) => {
    let link = await linkOf(world.ports, 'bob');
    for (let i = 1; i < length; i++) {
      await join(world.ports, `user-${i}`, link);
      link = await linkOf(world.ports, `user-${i}`);
    }
    expect(codeOf(await assign({ referrerId: link.userId }))).toBe('referral_cycle');
    await expectNothing();
  });

  it('to nobody, or in no program', async () => {
    expect(codeOf(await assign())).toBe('participant_not_found');
    expect(codeOf(await assign({ programId: 'none' }))).toBe('program_not_found');
    expect(await world.ports.findParticipant('default', 'bob')).toBeUndefined();
    await expectNothing();
  });

  it('to whoever is inactive or may not invite', async () => {
    taken(await putParticipant(world.ports, 'default', 'alice', { status: 'inactive' }));
    expect(codeOf(await assign())).toBe('inviting_not_allowed');
    taken(await putParticipant(world.ports, 'default', 'alice', { status: 'active' }));
    taken(await putPolicy(world.ports, 'default', 'alice', { mayInvite: false }));
    expect(codeOf(await assign())).toBe('inviting_not_allowed');
    await expectNothing();
  });

  it('of a user who has a referral, also a rejected one', async () => {
    const link = await linkOf(world.ports, 'alice');
    const first = await join(world.ports, 'carl', link);
    expect(await assign({ newUserId: 'carl' })).toMatchObject({
      refused: 'referral_exists',
      extra: { referral: first },
    });
    await linkOf(world.ports, 'dora');
    expect(
      taken(await createReferral(world.ports, { newUserId: 'alice', referralCode: link.code })).status,
    ).toBe('rejected');
    expect(codeOf(await assign({ referrerId: 'dora', newUserId: 'alice' }))).toBe('referral_exists');
    await expectNothing();
  });
});

describe('where the program requires events first', () => {
  const requirement = { event: 'order.paid', times: 1 };

  it('referrals are pending, by code and by hand, and grant nothing', async () => {
    await change({ qualification: [requirement] });
    const link = await linkOf(world.ports, 'alice');
    const byCode = await join(world.ports, 'carl', link);
    const byHand = taken(await assign());
    for (const referral of [byCode, byHand]) {
      expect(referral).toMatchObject({ status: 'pending', programVersion: 2, upline: ['alice'] });
      expect(referral).not.toHaveProperty('completedAt');
    }
    for (let i = 0; i < 3; i++) await join(world.ports, `user-${i}`, link);
    const { progress, milestones } = await overviewOf(world.ports, 'alice');
    expect(progress).toMatchObject({ pending: 5, completed: 0 });
    expect(milestones).toEqual([]);
  });

  it('what fraud rules reject is rejected at once', async () => {
    await change({ qualification: [requirement] });
    const link = await linkOf(world.ports, 'alice');
    expect(
      taken(await createReferral(world.ports, { newUserId: 'alice', referralCode: link.code })).status,
    ).toBe('rejected');
  });

  it('a pending referral is completed once, and keeps its shape', async () => {
    await change({ qualification: [requirement] });
    await linkOf(world.ports, 'alice');
    const pending = taken(await assign());
    const at = '2026-11-21T10:00:00.000Z';
    const completes = { completes: true, createdAt: at } as const;
    const complete = () => transact(world.table, [referralChange(world.table, pending, completes)]);
    const results = await atOnce(5, complete);
    expect(results.filter(({ done }) => done)).toHaveLength(1);
    expect(await complete()).toMatchObject({ done: false, failed: [true] });
    const completed = { ...pending, status: 'completed', completedAt: at };
    expect(await world.ports.findReferralOf('default', 'bob')).toEqual(completed);
    expect((await world.ports.listReferralsOf('default', 'alice', { limit: 5 }))?.items).toEqual([completed]);
    expect(completion).toEqual({ pending: -1, completed: 1 });
  });
});
