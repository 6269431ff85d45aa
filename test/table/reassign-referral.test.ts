import { beforeEach, describe, expect, it } from 'vitest';
import type { Tenure } from '../../shared/domain/referrals/referral.ts';
import { auditItems } from '../../shared/table/audit-items.ts';
import { continueSettlement } from '../../shared/usecases/fraud/continue-settlement.ts';
import { decideReferral } from '../../shared/usecases/fraud/decide-referral.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { putPolicy } from '../../shared/usecases/participants/put-policy.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { reassignReferral } from '../../shared/usecases/referrals/reassign-referral.ts';
import { reportAttribution } from '../../shared/usecases/referrals/report-attribution.ts';
import { type AllPorts, takingAtMost } from '../support/ports.ts';
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
const by = { keyId: 'key1', requestId: 'r1' };
let referralId = '';
let reviewId = '';

/** Ann has brought Bob; Cid and Dan are there. */
beforeEach(async () => {
  referralId = (await join(world.ports, 'bob', await linkOf(world.ports, 'ann'))).referralId;
  reviewId = referralId.replace('ref_', 'rev_');
  for (const userId of ['cid', 'dan']) await linkOf(world.ports, userId);
});

const set = async (changes: object) => taken(await updateProgram(world.ports, 'default', changes, undefined));
const give = (userId: string, earned: Tenure['earned'] = 'stays', ports: AllPorts = world.ports) =>
  reassignReferral(ports, referralId, { userId, reason: 'Met at a fair', earned }, by);
const decide = (decision: 'approve' | 'reject') =>
  decideReferral(world.ports, referralId, { decision, note: 'Because', ...by });
const undo = () => decideReview(world.ports, reviewId, { decision: 'undo', note: 'Wrong', ...by });
const referral = () => world.ports.findReferral(referralId);
const order = (id: string, amount = 1_000, more: object = {}) => ({ id, orderId: id, amount, ...more });
const refund = (id: string, orderId: string, amountRefunded: number) => ({
  ...{ id, orderId, amountRefunded },
  type: 'order.refunded',
});

/** What somebody has: their counts, and the balance in USD, which is the sum of the ledger. */
async function books(userId: string) {
  const { progress, balances } = await overviewOf(world.ports, userId);
  const { pending, completed, rejected, inReview } = progress;
  const available = balances.find(({ currency }) => currency === 'USD')?.available ?? 0;
  const ledger = (await ledgerOf(world.ports, userId)).reduce((sum, entry) => sum + entry.amount, 0);
  expect(ledger).toBe(available);
  return { counts: [pending, completed, rejected, inReview], available };
}
const none = { counts: [0, 0, 0, 0], available: 0 };
const one = (available: number) => ({ counts: [0, 1, 0, 0], available });
const kept = (available: number) => ({ ...none, available });

describe('a referral that is given to somebody else', () => {
  it('is theirs, says whose it was, and is listed with theirs alone', async () => {
    const first = await referral();
    const given = taken(await give('cid'));
    expect(given).toMatchObject({
      ...{ referralId, referrerId: 'cid', refereeId: 'bob', status: 'completed', upline: ['cid'] },
      ...{ assignedBy: 'key1', reason: 'Met at a fair', reassignedFrom: 'ann' },
      earlier: [{ referrerId: 'ann', code: first?.code, upline: ['ann'], earned: 'stays' }],
      attribution: first?.attribution,
    });
    expect(given.createdAt).toBe(first?.createdAt);
    expect(given.code).toBe((await world.ports.findParticipant('default', 'cid'))?.code);
    const list = (userId: string) => world.ports.listReferralsOf('default', userId, { limit: 10 });
    expect((await list('ann'))?.items).toEqual([]);
    expect((await list('cid'))?.items).toEqual([given]);
    expect([await books('ann'), await books('cid')]).toEqual([none, one(0)]);
  });

  it('is nothing that other settings of attribution could tell', async () => {
    await give('cid');
    const found = await reportAttribution(world.ports, 'default', {}, { limit: 10 });
    expect(found).toMatchObject({ referrals: [{ change: 'not_derivable' }] });
  });

  it('is noted with its words in the audit log', async () => {
    await give('cid', 'taken_back');
    expect((await auditItems(world.table).listAudit('default', { limit: 9 }))?.items).toMatchObject([
      {
        action: 'referral.reassigned',
        target: { type: 'referral', id: referralId, userId: 'bob' },
        before: { referrerId: 'ann', status: 'completed' },
        after: { referrerId: 'cid', status: 'completed', earned: 'taken_back' },
        reason: 'Met at a fair',
      },
    ]);
  });

  it('earns them what comes from then on, and leaves what came before', async () => {
    await happen(world.ports, order('o1'));
    await give('cid');
    await happen(world.ports, order('o2', 2_000));
    expect([await books('ann'), await books('cid')]).toEqual([kept(100), one(200)]);
    await happen(world.ports, refund('r1', 'o1', 1_000), refund('r2', 'o2', 500));
    expect([await books('ann'), await books('cid')]).toEqual([kept(0), one(150)]);
  });

  it('keeps the limit of rewards for a referee over both', async () => {
    await happen(world.ports, order('o1'), order('o2'));
    await give('cid');
    await happen(world.ports, order('o3'), order('o4'));
    expect([await books('ann'), await books('cid')]).toEqual([kept(200), one(100)]);
  });

  it('takes back what came before where that is asked for, and has the limit anew', async () => {
    await happen(world.ports, order('o1'), order('o2'));
    await give('cid', 'taken_back');
    await happen(world.ports, order('o3'), order('o4'), order('o5'), order('o6'), refund('r1', 'o1', 500));
    expect([await books('ann'), await books('cid')]).toEqual([none, one(300)]);
  });

  it('pays an order to whose it was when it was placed, however late it is heard of', async () => {
    const occurredAt = new Date().toISOString();
    await give('cid');
    await happen(world.ports, order('late', 1_000, { occurredAt }), order('o2'));
    expect([await books('ann'), await books('cid')]).toEqual([kept(100), one(100)]);
  });

  it('pays by the terms of whoever had it', async () => {
    taken(await putPolicy(world.ports, 'default', 'ann', { mayInvite: true, commissionRate: '20' }));
    const occurredAt = new Date().toISOString();
    await give('cid');
    await happen(world.ports, order('late', 1_000, { occurredAt }), order('o2'));
    expect([await books('ann'), await books('cid')]).toEqual([kept(200), one(100)]);
  });

  it('pays the levels above the one whose it is', async () => {
    const [rule] = (await world.ports.findProgram('default'))?.rules ?? [];
    await set({ versioning: 'latest', rules: [{ ...rule, side: 'upline', level: 2 }] });
    await join(world.ports, 'cid2', await linkOf(world.ports, 'dan'));
    await linkOf(world.ports, 'cid2');
    await happen(world.ports, order('o1'));
    expect(taken(await give('cid2'))).toMatchObject({ upline: ['cid2', 'dan'] });
    await happen(world.ports, order('o2'));
    expect(await books('dan')).toEqual(one(100));
  });

  it('leaves the referee their own rewards, whatever becomes of those above', async () => {
    const [rule] = (await world.ports.findProgram('default'))?.rules ?? [];
    await set({ versioning: 'latest', rules: [{ ...rule, side: 'both' }] });
    await happen(world.ports, order('o1'));
    await give('cid', 'taken_back');
    expect([(await books('ann')).available, (await books('bob')).available]).toEqual([0, 100]);
  });

  it('counts sales for whoever had it', async () => {
    const threshold = { metric: 'paidOrders', value: 2 };
    const milestones = [{ milestoneId: 'seller', name: 'Seller', kind: 'perk', threshold }];
    await set({ versioning: 'latest', milestones });
    await happen(world.ports, order('o1'));
    await give('cid');
    await happen(world.ports, order('o2'), refund('r1', 'o1', 1_000));
    const paid = async (userId: string) => (await overviewOf(world.ports, userId)).progress.paidOrders;
    expect([await paid('ann'), await paid('cid')]).toEqual([0, 1]);
    await give('dan', 'taken_back');
    expect([await paid('cid'), await paid('dan')]).toEqual([0, 0]);
  });

  it('may come back, and each keeps what was earned in their time', async () => {
    await happen(world.ports, order('o1'));
    await give('cid');
    await happen(world.ports, order('o2'));
    await give('ann');
    await happen(world.ports, order('o3'), refund('r2', 'o2', 1_000));
    expect([await books('ann'), await books('cid')]).toEqual([one(200), kept(0)]);
    expect((await referral())?.earlier).toHaveLength(2);
  });

  it('is given twenty times at the most', async () => {
    for (let n = 0; n < 20; n++) taken(await give(n % 2 === 0 ? 'cid' : 'dan'));
    expect(codeOf(await give('cid'))).toBe('reassigned_too_often');
    expect(taken(await give('dan'))).toMatchObject({ referrerId: 'dan' });
  });

  it('is pending where the program asks for more, and pays the new one when that comes', async () => {
    await set({ versioning: 'latest', qualification: [{ event: 'order.paid', times: 2 }] });
    referralId = (await join(world.ports, 'eve', await linkOf(world.ports, 'ann'))).referralId;
    await happen(world.ports, order('e1', 1_000, { userId: 'eve' }));
    expect(taken(await give('cid'))).toMatchObject({
      status: 'pending',
      earlier: [{ referrerId: 'ann', earned: 'taken_back' }],
    });
    await happen(world.ports, order('e2', 2_000, { userId: 'eve' }));
    expect(await books('cid')).toEqual(one(200));
  });

  it('can be rejected and put back, which touches only the time of whose it is', async () => {
    await happen(world.ports, order('o1'));
    await give('cid');
    await happen(world.ports, order('o2'));
    await decide('reject');
    expect([await books('ann'), await books('cid')]).toEqual([kept(100), { ...none, counts: [0, 0, 1, 0] }]);
    await happen(world.ports, refund('r1', 'o1', 500), order('o3'));
    expect([await books('ann'), await books('cid')]).toEqual([kept(50), { ...none, counts: [0, 0, 1, 0] }]);
    expect(taken(await undo())).toMatchObject({ state: 'manual', referrerId: 'cid' });
    expect([await books('ann'), await books('cid')]).toEqual([kept(50), one(200)]);
  });
});

describe('what speaks against a referral', () => {
  const deviceId = 'device-1';

  async function suspect(action: 'flag' | 'hold' | 'reject'): Promise<void> {
    await set({ fraud: { rules: { same_device: { action } } } });
    taken(await putParticipant(world.ports, 'default', 'ann', { deviceId }));
    const { code } = await linkOf(world.ports, 'ann');
    const eve = await createReferral(world.ports, { newUserId: 'eve', referralCode: code, deviceId });
    referralId = taken(eve).referralId;
    reviewId = referralId.replace('ref_', 'rev_');
  }

  it.each(['flag', 'hold', 'reject'] as const)(
    'by a rule to %s is closed when it is given away',
    async (action) => {
      await suspect(action);
      await happen(world.ports, order('e1', 1_000, { userId: 'eve' }));
      const given = taken(await give('cid'));
      expect(given).toMatchObject({ status: 'completed', referrerId: 'cid' });
      expect(given).not.toHaveProperty('reasons');
      expect(given).not.toHaveProperty('reviewId');
      expect(await world.ports.findReview(reviewId)).toMatchObject({
        ...{ state: 'reassigned', referrerId: 'ann', reasons: ['same_device'], note: 'Met at a fair' },
      });
      expect(codeOf(await undo())).toBe('review_decided');
      await happen(world.ports, order('e2', 1_000, { userId: 'eve' }));
      const stayed = action === 'flag' ? 100 : 0;
      expect([await books('ann'), await books('cid')]).toEqual([one(stayed), one(100)]);
      expect(await decide('approve')).toMatchObject({ referral: { status: 'completed' } });
      expect(await decide('reject')).toMatchObject({
        review: { referrerId: 'cid', origin: 'manual', reasons: [], decisions: 2 },
      });
      expect([await books('ann'), await books('cid')]).toEqual([
        one(stayed),
        { ...none, counts: [0, 0, 1, 0] },
      ]);
    },
  );

  it('and has banned the referrer is undone first', async () => {
    await suspect('flag');
    await decideReview(world.ports, reviewId, { decision: 'ban', note: 'Fraud', ...by });
    expect(codeOf(await give('cid'))).toBe('review_decided');
  });
});

describe('it is refused', () => {
  it('to put somebody above themselves', async () => {
    expect(codeOf(await give('bob'))).toBe('self_referral');
    await join(world.ports, 'low', await linkOf(world.ports, 'bob'));
    await linkOf(world.ports, 'low');
    expect(codeOf(await give('low'))).toBe('referral_cycle');
    expect(await referral()).toMatchObject({ referrerId: 'ann' });
  });

  it('also where they stand above in what the referrals keep alone', async () => {
    const mid = await join(world.ports, 'mid', await linkOf(world.ports, 'bob'));
    await join(world.ports, 'low', await linkOf(world.ports, 'mid'));
    await linkOf(world.ports, 'low');
    taken(
      await reassignReferral(
        world.ports,
        mid.referralId,
        { userId: 'dan', reason: 'r', earned: 'stays' },
        by,
      ),
    );
    expect((await world.ports.findReferralOf('default', 'low'))?.upline).toContain('bob');
    expect(codeOf(await give('low'))).toBe('referral_cycle');
  });

  it('to whom there is not, who may not invite, and by codes of others', async () => {
    expect(codeOf(await give('nobody'))).toBe('participant_not_found');
    taken(await putPolicy(world.ports, 'default', 'dan', { mayInvite: false }));
    expect(codeOf(await give('dan'))).toBe('inviting_not_allowed');
    const { code } = await linkOf(world.ports, 'ann');
    const wanted = { userId: 'cid', code, reason: 'r', earned: 'stays' } as const;
    expect(codeOf(await reassignReferral(world.ports, referralId, wanted, by))).toBe('code_not_found');
    const own = (await linkOf(world.ports, 'cid')).code;
    const given = await reassignReferral(world.ports, referralId, { ...wanted, code: own.toUpperCase() }, by);
    expect(given).toMatchObject({ code: own });
  });

  it('to nobody who has no code yet: they get a first one', async () => {
    await join(world.ports, 'new', await linkOf(world.ports, 'dan'));
    expect(await world.ports.findParticipant('default', 'new')).not.toHaveProperty('code');
    const given = taken(await give('new'));
    expect(given.upline).toEqual(['new', 'dan']);
    expect(await world.ports.findParticipant('default', 'new')).toMatchObject({ code: given.code, links: 1 });
  });
});

describe('at the same moment', () => {
  it('one outcome of several who give it away, and the same again is none', async () => {
    await happen(world.ports, order('o1'));
    const answers = await Promise.all(['cid', 'cid', 'dan', 'dan'].map((userId) => give(userId)));
    expect(tally(answers)).toEqual({ taken: 4 });
    const { referrerId = '', earlier = [] } = (await referral()) ?? {};
    expect(earlier.length).toBeLessThanOrEqual(2);
    const all = await Promise.all(['ann', 'cid', 'dan'].map(books));
    expect(all.map(({ counts }) => counts[1]).reduce((sum = 0, n = 0) => sum + n, 0)).toBe(1);
    const before = await referral();
    expect(taken(await give(referrerId))).toEqual(before);
  });

  it('orders and refunds pay once, to one of the two', async () => {
    await happen(world.ports, order('o1'));
    await Promise.all([
      give('cid', 'taken_back'),
      happen(world.ports, order('o2'), refund('r1', 'o1', 500)),
      happen(world.ports, order('o3')),
    ]);
    const [ann, cid] = [await books('ann'), await books('cid')];
    expect(ann.available).toBe(0);
    expect([0, 100, 200]).toContain(cid.available);
  });

  it('a decision and a reassignment end in one of the two', async () => {
    await happen(world.ports, order('o1'));
    await Promise.all([give('cid'), decide('reject')]);
    const { status, referrerId } = (await referral()) ?? {};
    expect(referrerId).toBe('cid');
    expect(['completed', 'rejected']).toContain(status);
    await books('ann');
    expect((await books('cid')).counts).toEqual(status === 'completed' ? [0, 1, 0, 0] : [0, 0, 1, 0]);
  });

  it('no circle closes, be it by moving edges that others look at', async () => {
    for (let round = 0; round < 12; round++) {
      const name = (n: number) => `r${round}-${n}`;
      const links = await atOnce(4, (n) => linkOf(world.ports, name(n)));
      // 2 below 1 below 0; then 1 is to go below 3 while 3 joins below 2.
      const first = links[0];
      if (first === undefined || links[1] === undefined || links[2] === undefined)
        throw new Error('No links');
      const mid = await join(world.ports, name(1), first);
      await join(world.ports, name(2), links[1]);
      await Promise.all([
        reassignReferral(world.ports, mid.referralId, { userId: name(3), reason: 'r', earned: 'stays' }, by),
        createReferral(world.ports, { newUserId: name(3), referralCode: links[2].code }),
      ]);
      for (let n = 0; n < 4; n++) await expectNoCircle(name(n));
    }
  });

  it('no circle closes through an edge that is moved right before', async () => {
    const [top, mid, low] = await atOnce(3, (n) => linkOf(world.ports, `u${n}`));
    if (top === undefined || mid === undefined || low === undefined) throw new Error('No links');
    const moved = await join(world.ports, 'u1', top);
    await join(world.ports, 'u2', mid);
    await linkOf(world.ports, 'u3');
    let stores = 0;
    const meanwhile: AllPorts = {
      ...world.ports,
      storeReferral: async (input) => {
        const wanted = { userId: 'u3', reason: 'r', earned: 'stays' } as const;
        if (stores++ === 0) taken(await reassignReferral(world.ports, moved.referralId, wanted, by));
        return world.ports.storeReferral(input);
      },
    };
    const joined = await createReferral(meanwhile, { newUserId: 'u3', referralCode: low.code });
    expect(joined).toMatchObject({ status: 'rejected', reasons: ['cycle'] });
    expect(stores).toBe(2);
  });

  async function expectNoCircle(userId: string): Promise<void> {
    const above: string[] = [];
    for (let at = userId; ; ) {
      const found = await world.ports.findReferralOf('default', at);
      if (found === undefined || found.status === 'rejected') return;
      at = found.referrerId;
      expect(above).not.toContain(at);
      expect(at).not.toBe(userId);
      above.push(at);
    }
  }
});

describe('of more rewards than one transaction takes', () => {
  it('the rest is taken back in stages that entries ask for, also without a case', async () => {
    const [rule] = (await world.ports.findProgram('default'))?.rules ?? [];
    await set({ versioning: 'latest', rules: [{ ...rule, limitPerReferee: null }] });
    for (let n = 0; n < 5; n++) await happen(world.ports, order(`o${n}`));
    const two = takingAtMost(world.ports, 2);
    taken(await give('cid', 'taken_back', two));
    expect((await books('ann')).available).toBe(300);
    await happen(world.ports, order('o9'), refund('r1', 'o4', 1_000));
    for (let stage = 0; stage < 4; stage++) await continueSettlement(two, 'default', 'bob');
    expect([await books('ann'), await books('cid')]).toEqual([none, one(100)]);
    expect(await world.ports.findReview(reviewId)).toBeUndefined();
  });
});

testCost('costs 12 write units and 3 in the lists, and the rewards that it takes back', async () => {
  const { units } = await measureWrites(world.table, () => give('cid'));
  expect(units).toEqual({ table: 12, lists: 3 });
  await happen(world.ports, order('o1'));
  const back = await measureWrites(world.table, () => give('dan', 'taken_back'));
  expect(back.units).toEqual({ table: 16, lists: 5 });
});
