import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReviewDecision } from '../../shared/domain/fraud/review.ts';
import { auditItems } from '../../shared/table/audit-items.ts';
import { rewardReferral } from '../../shared/usecases/events/reward-referral.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { deactivateParticipant } from '../../shared/usecases/participants/change-participant.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import {
  atOnce,
  codeOf,
  happen,
  ledgerOf,
  linkOf,
  overviewOf,
  taken,
  tally,
  testCost,
  useTable,
} from './use-table.ts';

const world = useTable();
const deviceId = 'device-1';
let reviewId = '';

async function join(newUserId: string, by: string) {
  const link = await linkOf(world.ports, by);
  return taken(await createReferral(world.ports, { newUserId, referralCode: link.code, deviceId }));
}

/** Alice brings Bob on her own device: he is held. */
beforeEach(async () => {
  await set({ fraud: { rules: { same_device: { action: 'hold' } } } });
  taken(await putParticipant(world.ports, 'default', 'alice', { deviceId }));
  reviewId = (await join('bob', 'alice')).reviewId ?? '';
});

const set = async (changes: object) => taken(await updateProgram(world.ports, 'default', changes, undefined));
const decide = (decision: ReviewDecision, id = reviewId) =>
  decideReview(world.ports, id, { decision, note: 'Because', keyId: 'key1', requestId: 'r1' });
const referral = () => world.ports.findReferralOf('default', 'bob');
const standing = async () => (await overviewOf(world.ports, 'alice')).participant.status;

/** What Alice has: her counts, her balance in USD, and the sum of her ledger. */
async function books() {
  const { progress, balances, rewardCount } = await overviewOf(world.ports, 'alice');
  const { pending, completed, rejected, inReview } = progress as unknown as Record<string, number>;
  const available = balances.find(({ currency }) => currency === 'USD')?.available ?? 0;
  const entries = await ledgerOf(world.ports, 'alice');
  const ledger = entries.reduce((sum, entry) => sum + entry.amount, 0);
  return { pending, completed, rejected, inReview, rewardCount, available, ledger };
}

const none = { pending: 0, completed: 0, rejected: 0, inReview: 0, rewardCount: 0, available: 0, ledger: 0 };
const held = { ...none, inReview: 1 };
const order = (id: string, amount = 1_000) => ({ id, orderId: id, amount });
const refund = (id: string, orderId: string, amountRefunded: number) => ({
  id,
  orderId,
  amountRefunded,
  type: 'order.refunded',
});

describe('a referral in review', () => {
  it('is a case with its evidence, in the list of open ones', async () => {
    const page = await world.ports.listReviews('default', 'open', { limit: 10 });
    expect(page?.items).toMatchObject([
      {
        reviewId,
        referrerId: 'alice',
        refereeId: 'bob',
        state: 'open',
        reasons: ['same_device'],
        score: 50,
        findings: [{ ruleId: 'same_device' }],
      },
    ]);
    expect(JSON.stringify(page)).not.toContain(deviceId);
    await decide('approve');
    expect((await world.ports.listReviews('default', 'open', { limit: 10 }))?.items).toEqual([]);
    expect((await world.ports.listReviews('default', 'approved', { limit: 10 }))?.items).toHaveLength(1);
  });

  it('earns nothing, and all that came meanwhile when it is approved', async () => {
    await happen(world.ports, order('o1'), order('o2', 2_000), refund('r1', 'o2', 500));
    expect(await books()).toEqual(held);
    expect(await decide('approve')).toMatchObject({ state: 'approved', decidedBy: 'key1', note: 'Because' });
    const settled = { ...none, completed: 1, rewardCount: 2, available: 250, ledger: 250 };
    expect(await books()).toEqual(settled);
    await happen(world.ports, refund('r2', 'o1', 1_000), order('o3', 500));
    expect(await books()).toEqual({ ...settled, available: 200, ledger: 200 });
    await happen(world.ports, order('o4', 9_000));
    expect(await books()).toEqual({ ...settled, available: 200, ledger: 200 });
  });

  it('earns nothing when it is rejected, whatever comes later', async () => {
    await happen(world.ports, order('o1'));
    expect(await decide('reject')).toMatchObject({ state: 'rejected' });
    await happen(world.ports, refund('r1', 'o1', 400), order('o2'));
    expect(await books()).toEqual({ ...none, rejected: 1 });
    expect(await referral()).toMatchObject({ status: 'rejected' });
  });

  it('is pending after its approval where the program asks for more, and complete where that has come', async () => {
    await set({ qualification: [{ event: 'order.paid', times: 2 }] });
    const other = (await join('carol', 'alice')).reviewId ?? '';
    await happen(world.ports, { ...order('c1'), userId: 'carol' });
    await decide('approve', other);
    expect(await books()).toMatchObject({ pending: 1, inReview: 1, available: 0 });
    await happen(world.ports, { ...order('c2'), userId: 'carol' });
    expect(await books()).toMatchObject({ pending: 0, completed: 1, available: 200 });
    await decide('undo', other);
    expect(await books()).toMatchObject({ pending: 0, completed: 0, inReview: 2, available: 0, ledger: 0 });
    await decide('approve', other);
    expect(await books()).toMatchObject({
      pending: 0,
      completed: 1,
      inReview: 1,
      available: 200,
      ledger: 200,
    });
  });

  it('is paid for its completion once, however often it is approved', async () => {
    const amount = { type: 'flat', amount: 700, currency: 'USD' };
    await set({
      versioning: 'latest',
      rules: [{ ...(await programRule()), ruleId: 'welcome', event: 'referral.completed', amount }],
    });
    for (const _ of [1, 2]) {
      await decide('approve');
      await rewardReferral(world.ports, 'default', 'bob');
      expect(await books()).toMatchObject({ available: 700, ledger: 700 });
      await decide('undo');
      await rewardReferral(world.ports, 'default', 'bob');
      expect(await books()).toEqual(held);
    }
  });
});

const programRule = async () => (await world.ports.findProgram('default'))?.rules[0];

describe('an undone decision', () => {
  it.each(['approve', 'reject', 'ban'] as const)('leaves all as it was before: %s', async (decision) => {
    await happen(world.ports, order('o1'));
    const before = [await books(), await referral(), await standing()];
    await decide(decision);
    expect(await books()).not.toEqual(before[0]);
    expect(await decide('undo')).toMatchObject({ state: 'open', decisions: 2 });
    expect([await books(), await referral(), await standing()]).toEqual(before);
    await happen(world.ports, order('o2'));
    await decide('approve');
    expect(await books()).toMatchObject({ completed: 1, available: 200, ledger: 200 });
  });

  it('is open for another', async () => {
    await happen(world.ports, order('o1'));
    await decide('approve');
    await decide('undo');
    await decide('reject');
    expect(await books()).toMatchObject({ rejected: 1, available: 0, ledger: 0 });
  });

  it('gives back what a cap had room for', async () => {
    await set({ budgets: [{ currency: 'USD', amount: 100, period: 'ever' }], versioning: 'latest' });
    await happen(world.ports, order('o1', 5_000));
    for (const _ of [1, 2, 3]) {
      await decide('approve');
      expect(await books()).toMatchObject({ available: 100, ledger: 100 });
      await decide('undo');
      expect(await books()).toEqual(held);
    }
  });

  it('of a rejection is refused where the referral would close a circle by now', async () => {
    await decide('reject');
    await set({ fraud: { rules: { same_device: { action: 'flag' } } } });
    await join('alice', 'bob');
    expect(codeOf(await decide('undo'))).toBe('referral_cycle');
    expect(await referral()).toMatchObject({ status: 'rejected' });
  });
});

describe('a sign-up that was only flagged', () => {
  const earned = { ...none, completed: 1, rewardCount: 1, available: 100, ledger: 100 };
  let flagged = '';
  const carol = () => world.ports.findReferralOf('default', 'carol');

  /** Alice's own case is out of the way, and Carol has earned her something. */
  beforeEach(async () => {
    await decide('reject');
    await set({ fraud: { rules: { same_device: { action: 'flag' } } } });
    flagged = (await join('carol', 'alice')).reviewId ?? '';
    await happen(world.ports, { ...order('c1'), userId: 'carol' });
  });

  it('is a case in a list of its own, and counts', async () => {
    const page = await world.ports.listReviews('default', 'flagged', { limit: 10 });
    expect(page?.items).toMatchObject([
      {
        reviewId: flagged,
        state: 'flagged',
        origin: 'flagged',
        refereeId: 'carol',
        reasons: ['same_device'],
      },
    ]);
    expect((await world.ports.listReviews('default', 'open', { limit: 10 }))?.items).toEqual([]);
    expect(await carol()).toMatchObject({ status: 'completed', reviewId: flagged });
    expect(await books()).toEqual({ ...earned, rejected: 1 });
  });

  it.each(['reject', 'ban'] as const)(
    'loses what it earned when a person decides so, and gets it back: %s',
    async (decision) => {
      expect(await decide(decision, flagged)).toMatchObject({ origin: 'flagged' });
      expect(await books()).toEqual({ ...none, rejected: 2 });
      expect(await standing()).toBe(decision === 'ban' ? 'inactive' : 'active');
      await happen(world.ports, { ...order('c2'), userId: 'carol' });
      expect(await decide('undo', flagged)).toMatchObject({ state: 'flagged', decisions: 2 });
      // An order that came while its referrer was banned earns nothing for ever.
      const available = decision === 'ban' ? 100 : 200;
      expect(await books()).toMatchObject({ completed: 1, rejected: 1, available, ledger: available });
      expect(await standing()).toBe('active');
    },
  );

  it('stays as it is when it is approved, since when it was complete as well', async () => {
    const before = await carol();
    expect(await decide('approve', flagged)).toMatchObject({ state: 'approved' });
    expect(await carol()).toEqual(before);
    expect(await books()).toEqual({ ...earned, rejected: 1 });
    await decide('undo', flagged);
    expect(await carol()).toEqual(before);
  });
});

describe('a sign-up that was rejected by rules', () => {
  let refused = '';
  const carol = () => world.ports.findReferralOf('default', 'carol');

  beforeEach(async () => {
    await decide('reject');
    await set({ fraud: { rules: { same_device: { action: 'reject' } } } });
    refused = (await join('carol', 'alice')).reviewId ?? '';
    await happen(world.ports, { ...order('c1'), userId: 'carol' });
  });

  it('is a case in a list of its own, and earns nothing', async () => {
    const page = await world.ports.listReviews('default', 'auto_rejected', { limit: 10 });
    expect(page?.items).toMatchObject([
      { reviewId: refused, state: 'auto_rejected', origin: 'auto_rejected' },
    ]);
    expect(await books()).toEqual({ ...none, rejected: 2 });
  });

  it('earns all that came meanwhile when a person approves it, and gives it back when that is undone', async () => {
    await decide('approve', refused);
    expect(await carol()).toMatchObject({ status: 'completed' });
    expect(await books()).toMatchObject({ completed: 1, rejected: 1, available: 100, ledger: 100 });
    expect(await decide('undo', refused)).toMatchObject({ state: 'auto_rejected' });
    expect(await carol()).toMatchObject({ status: 'rejected' });
    expect(await books()).toEqual({ ...none, rejected: 2 });
  });

  it('stays rejected when a person agrees, or bans its referrer', async () => {
    await decide('reject', refused);
    expect(await books()).toEqual({ ...none, rejected: 2 });
    await decide('undo', refused);
    await decide('ban', refused);
    expect(await standing()).toBe('inactive');
    expect(await books()).toEqual({ ...none, rejected: 2 });
  });

  it('cannot be approved where it would close a circle by now', async () => {
    await set({ fraud: { rules: { same_device: { action: 'flag' } } } });
    await join('alice', 'carol');
    expect(codeOf(await decide('approve', refused))).toBe('referral_cycle');
  });

  it('of oneself cannot be approved, but banned', async () => {
    const { reviewId: own = '', reasons } = await join('alice', 'alice');
    expect(reasons).toContain('self_referral');
    expect(codeOf(await decide('approve', own))).toBe('referral_cycle');
    expect(await decide('ban', own)).toMatchObject({ state: 'banned' });
  });
});

describe('a ban', () => {
  it('deactivates the referrer with the rejection', async () => {
    await decide('ban');
    expect(await standing()).toBe('inactive');
    expect(await books()).toMatchObject({ rejected: 1 });
  });

  it('stands as long as any case bans the referrer, in whatever order they are undone', async () => {
    const other = (await join('carol', 'alice')).reviewId ?? '';
    const ban = async () => (await overviewOf(world.ports, 'alice')).participant.ban;
    expect(tally(await atOnce(2, (n) => decide('ban', n === 0 ? reviewId : other)))).toEqual({ taken: 2 });
    expect(await ban()).toEqual({ cases: 2, statusBefore: 'active' });
    await atOnce(3, () => decide('undo'));
    expect([await standing(), await ban()]).toEqual(['inactive', { cases: 1, statusBefore: 'active' }]);
    await decide('ban');
    await decide('undo', other);
    expect(await standing()).toBe('inactive');
    await decide('undo');
    expect([await standing(), await ban()]).toEqual(['active', undefined]);
  });

  it('leaves inactive who was deactivated by hand meanwhile, which is noted', async () => {
    await decide('ban');
    const operator = { keyId: 'key1', requestId: 'r2' };
    const deactivate = () => deactivateParticipant({ ...world.ports, operator }, 'default', 'alice');
    expect(await deactivate()).toMatchObject({ status: 'inactive', ban: { statusBefore: 'inactive' } });
    await deactivate();
    const log = await auditItems(world.table).listAudit('default', { limit: 10 });
    const actions = (log?.items ?? []).map(({ action }) => action);
    expect(actions.filter((action) => action === 'participant.deactivated')).toHaveLength(1);
    await decide('undo');
    expect(await standing()).toBe('inactive');
    taken(await putParticipant(world.ports, 'default', 'alice', { status: 'active' }));
    await decide('ban');
    await decide('undo');
    expect(await standing()).toBe('active');
  });

  it('of whoever was inactive before leaves them so when it is undone', async () => {
    taken(await putParticipant(world.ports, 'default', 'alice', { status: 'inactive' }));
    await decide('ban');
    await decide('undo');
    expect(await standing()).toBe('inactive');
  });
});

describe('decisions', () => {
  it('have to be undone before another', async () => {
    await decide('approve');
    expect(codeOf(await decide('reject'))).toBe('review_decided');
    expect(codeOf(await decide('approve', `rev_${'0'.repeat(26)}`))).toBe('review_not_found');
  });

  it('are made once, and noted once with author and reason, however many ask at once', async () => {
    await happen(world.ports, order('o1'));
    const outcomes = await atOnce(6, () => decide('approve'));
    expect(tally(outcomes)).toEqual({ taken: 6 });
    expect(await books()).toMatchObject({ completed: 1, available: 100, ledger: 100 });
    await decide('approve');
    const log = await audits();
    expect(log).toMatchObject([
      {
        action: 'review.approved',
        actor: { id: 'key1' },
        reason: 'Because',
        target: { type: 'review', id: reviewId, userId: 'bob', referrerId: 'alice' },
        before: { state: 'open', referralStatus: 'in_review' },
        after: { state: 'approved', referralStatus: 'completed' },
      },
    ]);
  });

  it('are found in the audit log by either of the two whom they concern', async () => {
    await decide('ban');
    const { listAudit } = auditItems(world.table);
    for (const userId of ['alice', 'bob']) {
      const page = await listAudit('default', { limit: 5 }, { userId, action: 'review.banned' });
      expect(
        page?.items.map(({ target }) => target.id),
        userId,
      ).toEqual([reviewId]);
    }
    expect((await listAudit('default', { limit: 5 }, { userId: 'carol' }))?.items).toEqual([]);
  });

  it('that contradict each other at once: one is made', async () => {
    await happen(world.ports, order('o1'));
    const outcomes = await atOnce(6, (n) => decide(n % 2 === 0 ? 'approve' : 'reject'));
    expect(tally(outcomes)).toEqual({ taken: 3, review_decided: 3 });
    const { completed = 0, rejected = 0, available } = await books();
    expect([completed + rejected, available]).toEqual([1, completed * 100]);
  });

  it('meet events without losing one', async () => {
    const events = ['o1', 'o2', 'o3'].map((id) => happen(world.ports, order(id)));
    await Promise.all([...events, decide('approve')]);
    expect(await books()).toMatchObject({ completed: 1, rewardCount: 3, available: 300, ledger: 300 });
  });

  it('are one transaction with all that they change', async () => {
    await happen(world.ports, order('o1'));
    const { documents } = world.table;
    const send = documents.send.bind(documents);
    const writes: number[] = [];
    documents.send = (async (command: unknown) => {
      if (command instanceof TransactWriteCommand) writes.push(command.input.TransactItems?.length ?? 0);
      return send(command as never);
    }) as typeof documents.send;
    await decide('approve');
    documents.send = send;
    // Case, referral, audit log, journal entry, balance and the referrer's counts.
    expect(writes).toEqual([6]);
  });
});

/** docs/fraud.md has these figures. */
describe('write units (table + list)', () => {
  const unitsOf = async (decision: ReviewDecision): Promise<string> => {
    const { documents } = world.table;
    const send = documents.send.bind(documents);
    let units = 'nothing';
    documents.send = (async (command: unknown) => {
      if (!(command instanceof TransactWriteCommand)) return send(command as never);
      const answer = await send(
        new TransactWriteCommand({ ...command.input, ReturnConsumedCapacity: 'INDEXES' }),
      );
      const [used] = answer.ConsumedCapacity ?? [];
      units = `${used?.Table?.CapacityUnits} + ${used?.GlobalSecondaryIndexes?.['lists']?.CapacityUnits ?? 0}`;
      return answer;
    }) as typeof documents.send;
    taken(await decide(decision));
    documents.send = send;
    return units;
  };

  testCost('of a decision that changes no reward', async () => {
    expect(await unitsOf('reject')).toBe('10 + 4');
  });

  testCost('of an approval that settles one reward, and of its undoing', async () => {
    await happen(world.ports, order('o1'));
    expect(await unitsOf('approve')).toBe('12 + 5');
    expect(await unitsOf('undo')).toBe('14 + 6');
  });
});

async function audits() {
  const { auditItems } = await import('../../shared/table/audit-items.ts');
  return (await auditItems(world.table).listAudit('default', { limit: 10 }))?.items ?? [];
}
