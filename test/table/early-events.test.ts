import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { participantKey } from '../../shared/domain/ids.ts';
import { mostEarlyEvents } from '../../shared/domain/rewards/early-event.ts';
import { keys } from '../../shared/table/keys.ts';
import { readEvent } from '../../shared/usecases/events/read-event.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { assignReferral } from '../../shared/usecases/referrals/assign-referral.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import type { AllPorts } from '../support/ports.ts';
import { happen, join, linkOf, nowOf, overviewOf, process, report, taken, useTable } from './use-table.ts';

const world = useTable();
const hour = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * hour).toISOString();

/** The same deployment, so many hours later. */
const later = (hours: number): AllPorts => ({ ...world.ports, now: () => Date.now() + hours * hour });

const availableOf = async (userId: string) =>
  (await overviewOf(world.ports, userId)).balances[0]?.available ?? 0;
const waitingOf = async (userId: string) =>
  (await world.ports.loadRefereeAccount('default', userId)).early.map(({ eventId }) => eventId);
const reasonsOf = async (eventId: string, ports: AllPorts = world.ports) => {
  const answer = await readEvent(ports, 'default', eventId);
  if ('refused' in answer) throw new Error(answer.refused);
  return [answer.event.status, ...answer.event.explanation.map(({ reason }) => reason)];
};

describe('an order before its sign-up', () => {
  it('says that its user is not referred, then what it paid', async () => {
    await happen(world.ports, { id: 'e1' });
    expect(await reasonsOf('e1')).toEqual(['processed', 'user_not_referred']);
    expect(await waitingOf('bob')).toEqual(['e1']);
    await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    expect(await reasonsOf('e1')).toEqual(['accepted']);
    await process(world.ports, 'e1');
    expect(await reasonsOf('e1')).toEqual(['processed', 'rule_matched']);
    expect(await availableOf('alice')).toBe(100);
    expect(await waitingOf('bob')).toEqual([]);
  });

  it('waits once, however often it is delivered', async () => {
    await happen(world.ports, { id: 'e1' }, { id: 'e2' });
    await Promise.all(['e1', 'e2', 'e1', 'e2'].map((id) => process(world.ports, id)));
    expect([...(await waitingOf('bob'))].sort()).toEqual(['e1', 'e2']);
  });

  it('waits beside all that come at the same moment', async () => {
    const ids = Array.from({ length: 8 }, (_, number) => `e${number}`);
    await report(world.ports, ...ids.map((id) => ({ id })));
    await Promise.all(ids.map((id) => process(world.ports, id)));
    expect([...(await waitingOf('bob'))].sort()).toEqual(ids);
  });

  it('is paid less what was refunded before the sign-up', async () => {
    const back = { id: 'r1', type: 'order.refunded', orderId: 'o1', amountRefunded: 400 };
    await happen(world.ports, { id: 'e1', orderId: 'o1' }, back);
    await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    await process(world.ports, 'e1');
    expect(await availableOf('alice')).toBe(60);
  });

  it('pays nothing where the sign-up comes more than a day after it, not even when it is delivered again', async () => {
    await happen(world.ports, { id: 'e1' });
    const link = await linkOf(world.ports, 'alice');
    expect(await reasonsOf('e1', later(25))).toEqual(['processed', 'user_not_referred']);
    taken(await createReferral(later(25), { newUserId: 'bob', referralCode: link.code }));
    expect(await reasonsOf('e1', later(26))).toEqual(['processed', 'user_not_referred']);
    await process(later(26), 'e1');
    expect(await availableOf('alice')).toBe(0);
    expect((await world.ports.findEvent('default', 'e1'))?.explanation).toMatchObject([
      { reason: 'user_not_referred' },
    ]);
    await happen(later(26), { id: 'e1-again', orderId: 'e1' });
    expect(await availableOf('alice')).toBe(100);
  });

  it('does not wait where it happened more than a day before it came', async () => {
    await happen(world.ports, { id: 'e1', occurredAt: hoursAgo(25) }, { id: 'e2', occurredAt: hoursAgo(23) });
    expect(await waitingOf('bob')).toEqual(['e2']);
    await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    for (const id of ['e1', 'e2']) await process(world.ports, id);
    expect(await availableOf('alice')).toBe(100);
  });

  it('leaves the list to the last ones, and is explained for good', async () => {
    const ids = Array.from({ length: mostEarlyEvents + 1 }, (_, number) => `e${100 + number}`);
    for (const [index, id] of ids.entries()) {
      await report({ ...world.ports, now: () => Date.now() - (ids.length - index) * 1_000 }, { id });
      await process(world.ports, id);
    }
    expect(await waitingOf('bob')).toEqual(ids.slice(1));
    expect((await world.ports.findEvent('default', 'e100'))?.explanation).toMatchObject([
      { reason: 'user_not_referred' },
    ]);
  });
});

describe('a sign-up after orders', () => {
  it.each([
    ['in_review', 'referral_in_review'],
    ['rejected', 'referral_rejected'],
  ])('that is %s treats them as it treats later ones', async (status, reason) => {
    const action = status === 'rejected' ? 'reject' : 'hold';
    taken(
      await updateProgram(
        world.ports,
        'default',
        { fraud: { rules: { same_email: { action } } } },
        undefined,
      ),
    );
    const email = 'alice@example.com';
    await happen(world.ports, { id: 'e1' });
    taken(await putParticipant(world.ports, 'default', 'alice', { email }));
    const link = await linkOf(world.ports, 'alice');
    const referral = taken(
      await createReferral(world.ports, { newUserId: 'bob', referralCode: link.code, email }),
    );
    expect(referral.status).toBe(status);
    await process(world.ports, 'e1');
    expect(await reasonsOf('e1')).toEqual(['processed', reason]);
    expect(await availableOf('alice')).toBe(0);
  });

  it('is completed by them where the program requires one', async () => {
    const qualification = [{ event: 'order.paid', times: 1 }];
    taken(await updateProgram(world.ports, 'default', { qualification }, undefined));
    await happen(world.ports, { id: 'e1' });
    const { status } = await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    expect(status).toBe('pending');
    await process(world.ports, 'e1');
    expect(await reasonsOf('e1')).toEqual(['processed', 'referral_completed', 'rule_matched']);
    expect(await availableOf('alice')).toBe(100);
  });

  it('that an operator dates back counts those of the last day before it was made', async () => {
    const before = { ...world.ports, now: () => Date.now() - 25 * hour };
    await report(before, { id: 'old' });
    await happen(world.ports, { id: 'e1' });
    await linkOf(world.ports, 'alice');
    const given = { programId: 'default', referrerId: 'alice', newUserId: 'bob', reason: 'by hand' };
    const by = { keyId: 'key1', requestId: 'r1' };
    const referral = taken(await assignReferral(world.ports, { ...given, createdAt: hoursAgo(1_000) }, by));
    expect(referral.recordedAt).toBeDefined();
    for (const id of ['old', 'e1']) await process(world.ports, id);
    expect(await availableOf('alice')).toBe(100);
    expect(await reasonsOf('old')).toEqual(['processed', 'user_not_referred']);
  });
});

describe('orders that wait', () => {
  it('are no referral to whoever looks for one, and stand in the way of nobody', async () => {
    await happen(world.ports, { id: 'e1', userId: 'alice' });
    expect(await world.ports.findReferralOf('default', 'alice')).toBeUndefined();
    const { upline } = await join(world.ports, 'bob', await linkOf(world.ports, 'alice'));
    expect(upline).toEqual(['alice']);
    const page = await world.ports.listReferralsOfProgram('default', { limit: 10 });
    expect(page?.items.flatMap((one) => one?.refereeId ?? [])).toEqual(['bob']);
    expect(await waitingOf('alice')).toEqual(['e1']);
    // The link that Alice follows later makes her a referee as any other.
    const carol = await linkOf(world.ports, 'carol');
    await join(world.ports, 'alice', carol);
    await process(world.ports, 'e1');
    expect(await availableOf('carol')).toBe(100);
  });

  it('are kept only beside those that were read, and expire when no sign-up can count them any more', async () => {
    await happen(world.ports, { id: 'e1' });
    const user = { programId: 'default', userId: 'bob' };
    const kept = await world.ports.keepWaiting(user, [], [{ eventId: 'e2', acceptedAt: nowOf(world.ports) }]);
    expect(kept).toEqual({ kept: false });
    const { Item } = await world.table.documents.send(
      new GetCommand({
        TableName: world.table.name,
        Key: keys.referral(participantKey('default', 'bob')),
        ConsistentRead: true,
      }),
    );
    const left = Number(Item?.['expiresAt']) - Date.now() / 1_000;
    expect(left).toBeGreaterThan(23 * 3_600);
    expect(left).toBeLessThanOrEqual(24 * 3_600 + 1);
  });
});
