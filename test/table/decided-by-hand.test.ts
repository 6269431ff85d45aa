import { beforeEach, describe, expect, it } from 'vitest';
import { auditItems } from '../../shared/table/audit-items.ts';
import { decideReferral, type ReferralDeciding } from '../../shared/usecases/fraud/decide-referral.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import type { AllPorts } from '../support/ports.ts';
import { measureWrites } from './measure-writes.ts';
import {
  atOnce,
  codeOf,
  happen,
  join,
  ledgerOf,
  linkOf,
  overviewOf,
  taken,
  tally,
  testCost,
  useTable,
} from './use-table.ts';

const world = useTable();
let referralId = '';
let reviewId = '';

/** Alice has brought Bob, and nothing speaks against it. */
beforeEach(async () => {
  referralId = (await join(world.ports, 'bob', await linkOf(world.ports, 'alice'))).referralId;
  reviewId = referralId.replace('ref_', 'rev_');
});

const by = { keyId: 'key1', requestId: 'r1' };
const decide = (decision: ReferralDeciding['decision'], note?: string, ports: AllPorts = world.ports) =>
  decideReferral(ports, referralId, { decision, note, ...by });
const undo = () => decideReview(world.ports, reviewId, { decision: 'undo', note: 'Wrong', ...by });
const order = (id: string, amount = 1_000) => ({ id, orderId: id, amount });

/** Alice's counts, her balance in USD, and the sum of her ledger. */
async function books() {
  const { progress, balances } = await overviewOf(world.ports, 'alice');
  const available = balances.find(({ currency }) => currency === 'USD')?.available ?? 0;
  const ledger = (await ledgerOf(world.ports, 'alice')).reduce((sum, entry) => sum + entry.amount, 0);
  return { ...progress, available, ledger };
}

describe('a referral that nothing speaks against', () => {
  it('is rejected by hand: a case of its own, which takes back what was earned', async () => {
    await happen(world.ports, order('o1'));
    const answer = taken(await decide('reject', 'One company'));
    expect(answer).toMatchObject({
      referral: { referralId, status: 'rejected', reviewId },
      review: { state: 'rejected', origin: 'manual', reasons: [], findings: [], note: 'One company' },
    });
    expect(await books()).toMatchObject({ completed: 0, rejected: 1, available: 0, ledger: 0 });
    await happen(world.ports, order('o2'));
    expect(await books()).toMatchObject({ available: 0, ledger: 0 });
    const audit = await auditItems(world.table).listAudit('default', { limit: 10 });
    expect(audit?.items).toMatchObject([
      {
        action: 'review.rejected',
        target: { id: reviewId, userId: 'bob' },
        before: { state: 'manual', referralStatus: 'completed' },
        after: { state: 'rejected', referralStatus: 'rejected' },
        reason: 'One company',
      },
    ]);
  });

  it('is put back by the undoing of that case, with what came meanwhile, and can be decided again', async () => {
    await happen(world.ports, order('o1'));
    await decide('reject', 'One company');
    await happen(world.ports, order('o2'));
    expect(await undo()).toMatchObject({ state: 'manual' });
    expect(await books()).toMatchObject({ completed: 1, rejected: 0, available: 200, ledger: 200 });
    expect(await decide('reject', 'After all')).toMatchObject({
      review: { state: 'rejected', decisions: 3 },
    });
    expect(await books()).toMatchObject({ rejected: 1, available: 0, ledger: 0 });
  });

  it('is left as it is by an approval', async () => {
    expect(await decide('approve')).toEqual({ referral: await world.ports.findReferral(referralId) });
    expect(await world.ports.findReview(reviewId)).toBeUndefined();
  });

  it('is rejected once, by however many at the same moment, and beside its orders', async () => {
    const orders = atOnce(3, (n) => happen(world.ports, order(`o${n}`)));
    const answers = await atOnce(4, (n) => decide('reject', `By ${n}`));
    await orders;
    expect(tally(answers)).toEqual({ taken: 4 });
    expect(await world.ports.findReview(reviewId)).toMatchObject({ state: 'rejected', decisions: 1 });
    expect(await books()).toMatchObject({ completed: 0, rejected: 1, available: 0, ledger: 0 });
    await undo();
    expect(await books()).toMatchObject({ completed: 1, available: 300, ledger: 300 });
  });

  it('has one outcome of two who want to undo and to reject', async () => {
    await decide('reject', 'One company');
    await happen(world.ports, order('o1'));
    await Promise.all([undo(), decide('reject', 'Still')]);
    const { status } = taken((await world.ports.findReferral(referralId)) ?? {}) as { status: string };
    const counts = status === 'completed';
    expect(await books()).toMatchObject({ available: counts ? 100 : 0, ledger: counts ? 100 : 0 });
  });
});

describe('a referral that is a case', () => {
  const deviceId = 'device-1';

  /** Alice's device is Carol's as well, and the program does this about it. */
  async function suspect(action: 'flag' | 'hold' | 'reject'): Promise<void> {
    const fraud = { rules: { same_device: { action } } };
    taken(await updateProgram(world.ports, 'default', { fraud }, undefined));
    taken(await putParticipant(world.ports, 'default', 'alice', { deviceId }));
    const { code } = await linkOf(world.ports, 'alice');
    const carol = await createReferral(world.ports, { newUserId: 'carol', referralCode: code, deviceId });
    referralId = taken(carol).referralId;
    reviewId = referralId.replace('ref_', 'rev_');
  }

  it.each([
    ['flag', 'flagged', 'completed'],
    ['hold', 'open', 'in_review'],
    ['reject', 'auto_rejected', 'rejected'],
  ] as const)('to %s is decided as that case, with or without words', async (action, origin, status) => {
    await suspect(action);
    expect(await decide('approve')).toMatchObject({
      referral: { status: 'completed' },
      review: { state: 'approved', origin, reasons: ['same_device'] },
    });
    expect(await world.ports.findReview(reviewId)).not.toHaveProperty('note');
    expect(codeOf(await decide('reject', 'No'))).toBe('review_decided');
    expect(await undo()).toMatchObject({ state: origin });
    expect(await world.ports.findReferral(referralId)).toMatchObject({ status });
    expect(await decide('reject', 'No')).toMatchObject({ review: { state: 'rejected', origin, note: 'No' } });
  });

  it('has one outcome where it is approved and rejected at the same moment', async () => {
    await suspect('hold');
    const answers = await Promise.all([decide('approve'), decide('reject', 'No')]);
    expect(tally(answers)).toEqual({ taken: 1, review_decided: 1 });
  });

  it('goes back to where it was when that is undone', async () => {
    await suspect('flag');
    await decide('reject', 'No');
    await undo();
    expect(await world.ports.findReview(reviewId)).toMatchObject({ state: 'flagged', decisions: 2 });
  });
});

it('refuses what is no referral', async () => {
  referralId = referralId.replace(/.$/, '0').replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  expect(codeOf(await decide('reject', 'No'))).toBe('referral_not_found');
  expect(codeOf(await decide('approve'))).toBe('referral_not_found');
});

testCost('costs what a decision does', async () => {
  const { units } = await measureWrites(world.table, () => decide('reject', 'No'));
  expect(units).toEqual({ table: 10, lists: 3 });
});
