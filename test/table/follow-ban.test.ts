import { beforeEach, describe, expect, it } from 'vitest';
import type { ReviewDecision } from '../../shared/domain/fraud/review.ts';
import { manualProvider } from '../../shared/providers/manual-provider.ts';
import { auditItems } from '../../shared/table/audit-items.ts';
import type { Table } from '../../shared/table/client.ts';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { followBan } from '../../shared/usecases/fraud/follow-ban.ts';
import { changeParticipant } from '../../shared/usecases/participants/change-participant.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { cancelPayout } from '../../shared/usecases/payouts/cancel-payout.ts';
import { createPayout } from '../../shared/usecases/payouts/create-payout.ts';
import { sendPayout } from '../../shared/usecases/payouts/send-payout.ts';
import { updateProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { allPorts } from '../support/ports.ts';
import { atOnce, happen, linkOf, overviewOf, taken, useTable } from './use-table.ts';

const world = useTable();
const deviceId = 'device-1';

async function join(newUserId: string, more: object = {}, by = 'alice') {
  const { code } = await linkOf(world.ports, by);
  return taken(await createReferral(world.ports, { newUserId, referralCode: code, ...more }));
}

/** Alice has brought Bob, whose order has earned her 1,000, and who is flagged; another of hers is held. */
let flagged = '';
let held = '';
beforeEach(async () => {
  taken(await putParticipant(world.ports, 'default', 'alice', { deviceId }));
  flagged = (await join('bob', { deviceId })).reviewId ?? '';
  await happen(world.ports, { id: 'o1', orderId: 'o1', amount: 10_000 });
  taken(
    await updateProgram(
      world.ports,
      'default',
      { fraud: { rules: { same_device: { action: 'hold' } } } },
      undefined,
    ),
  );
  held = (await join('carol', { deviceId })).reviewId ?? '';
});

const decide = (decision: ReviewDecision, reviewId = flagged, ports = world.ports) =>
  decideReview(ports, reviewId, { decision, note: 'A ring', keyId: 'key1', requestId: 'r1' });
const withdraw = (amount: number) =>
  createPayout(world.ports, { programId: 'default', userId: 'alice', amount, currency: 'USD' }).then(taken);
const payouts = async () =>
  (await world.ports.listPayoutsOf('default', 'alice', { limit: 100 }))?.items ?? [];
const statesOf = async (...ids: string[]) =>
  Promise.all(ids.map(async (id) => (await world.ports.findReview(id))?.state));
const balance = async () => {
  const { balances } = await overviewOf(world.ports, 'alice');
  const { available, inPayout, paid } = balances[0] ?? {};
  return { available, inPayout, paid };
};
const enforce = (ports = world.ports) => followBan(ports, flagged);

describe('what follows from a ban', () => {
  it('cancels what was asked for and not sent, and leaves what has left', async () => {
    const sent = await withdraw(300);
    taken(
      await sendPayout({ ...world.ports, findProvider: async () => manualProvider }, sent.payoutId, 'manual'),
    );
    const waiting = [await withdraw(200), await withdraw(100)].map(({ payoutId }) => payoutId);
    taken((await decide('ban')) ?? {});
    expect(await balance()).toEqual({ available: -600, inPayout: 600, paid: 0 });
    await enforce();
    const all = new Map((await payouts()).map((payout) => [payout.payoutId, payout]));
    for (const payoutId of waiting) {
      expect(all.get(payoutId)).toMatchObject({ status: 'cancelled', reason: 'participant_banned' });
    }
    expect(all.get(sent.payoutId)?.status).toBe('processing');
    expect(await balance()).toEqual({ available: -300, inPayout: 300, paid: 0 });
  });

  it('rejects what of theirs waits for a decision, on the word of who banned them, and nothing else', async () => {
    await join('dave');
    const ofOther = await (async () => {
      taken(await putParticipant(world.ports, 'default', 'erin', { deviceId: 'device-2' }));
      return (await join('fay', { deviceId: 'device-2' }, 'erin')).reviewId ?? '';
    })();
    await decide('ban');
    await enforce();
    expect(await statesOf(flagged, held, ofOther)).toEqual(['banned', 'rejected', 'open']);
    expect(await world.ports.findReview(held)).toMatchObject({ note: 'A ring', decidedBy: 'key1' });
    expect((await world.ports.findReferralOf('default', 'dave'))?.status).toBe('completed');
    const log = (await auditItems(world.table).listAudit('default', { limit: 10 }))?.items ?? [];
    expect(log.find(({ target }) => target.id === held)).toMatchObject({
      action: 'review.rejected',
      actor: { id: 'key1' },
      requestId: flagged,
      reason: 'A ring',
    });
  });

  it('is done once, however often it is asked for and at once, and leaves what was decided otherwise', async () => {
    const { payoutId } = await withdraw(400);
    await decide('ban');
    await Promise.all([
      atOnce(5, () => enforce()),
      cancelPayout(world.ports, payoutId),
      decide('approve', held),
    ]);
    await enforce();
    expect(await balance()).toEqual({ available: 0, inPayout: 0, paid: 0 });
    expect(['approved', 'rejected']).toContain((await statesOf(held))[0]);
    expect((await world.ports.findReview(held))?.decisions).toBe(1);
  });

  it.each([
    ['undone', () => decide('undo')],
    ['overruled by hand', () => changeParticipant(world.ports, 'default', 'alice', { status: 'active' })],
  ])('is nothing where it was %s before', async (_, lift) => {
    const { payoutId } = await withdraw(400);
    await decide('ban');
    taken((await lift()) ?? {});
    await enforce();
    expect((await world.ports.findPayout(payoutId))?.payout.status).toBe('requested');
    expect(await statesOf(held)).toEqual(['open']);
  });

  it('is put back when the ban ends, but for what was decided by hand', async () => {
    const byHand = (await join('dave', { deviceId })).reviewId ?? '';
    await decide('reject', byHand);
    await decide('ban');
    await enforce();
    expect(await world.ports.findReview(held)).toMatchObject({ state: 'rejected', followsBan: flagged });
    await decide('undo');
    await atOnce(3, () => enforce());
    expect(await statesOf(flagged, held, byHand)).toEqual(['flagged', 'open', 'rejected']);
    expect(await world.ports.findReview(held)).not.toHaveProperty('followsBan');
    expect((await world.ports.findReferralOf('default', 'carol'))?.status).toBe('in_review');
    taken(await decide('approve', held));
    await enforce();
    expect(await statesOf(held)).toEqual(['approved']);
  });

  it('stays while another case bans, and ends with the last', async () => {
    const other = (await join('dave', { deviceId })).reviewId ?? '';
    await decide('ban');
    await decide('ban', other);
    await enforce();
    await decide('undo');
    await enforce();
    expect(await statesOf(held)).toEqual(['rejected']);
    await decide('undo', other);
    await followBan(world.ports, other);
    expect(await statesOf(held)).toEqual(['open']);
  });

  it.each([
    ['banned', 'undo', 'open'],
    ['banned no more', 'ban', 'rejected'],
  ] as const)(
    'is none of what it was when they are %s, where that turns in between',
    async (_, turn, state) => {
      await decide('ban');
      if (turn === 'ban') {
        await enforce();
        await decide('undo');
      }
      // The ban turns after it was looked at, before what follows is written.
      let turned = false;
      const late = {
        ...world.ports,
        loadRefereeAccount: async (...asked: Parameters<typeof world.ports.loadRefereeAccount>) => {
          const account = await world.ports.loadRefereeAccount(...asked);
          if (!turned) {
            turned = true;
            taken(await decide(turn));
          }
          return account;
        },
      };
      await enforce(late);
      expect(turned).toBe(true);
      await enforce();
      expect(await statesOf(held)).toEqual([state]);
    },
  );

  it('is done in parts, each asked for on the case by the one before', async () => {
    await atOnce(60, () => withdraw(1));
    await decide('ban');
    await enforce();
    const left = async () => (await payouts()).filter(({ status }) => status === 'requested').length;
    expect(await left()).toBe(10);
    expect(await statesOf(flagged, held)).toEqual(['banned', 'open']);
    await enforce();
    expect([await left(), ...(await statesOf(held))]).toEqual([0, 'rejected']);
  });

  it.each(['before', 'after'] as const)('ends alike where it is killed %s any of its calls', async (when) => {
    const ids = [(await withdraw(200)).payoutId, (await withdraw(100)).payoutId];
    await decide('ban');
    for (let at = 0; ; at++) {
      const killed = dying(world.table, at, when);
      const outcome = await enforce(killed).catch(() => 'killed');
      if (outcome !== 'killed') break;
    }
    for (const id of ids) expect((await world.ports.findPayout(id))?.payout.status).toBe('cancelled');
    expect(await statesOf(held)).toEqual(['rejected']);
    expect(await balance()).toEqual({ available: 0, inPayout: 0, paid: 0 });
  });
});

/** Ports that die before or after one of their calls. */
function dying(table: Table, at: number, when: 'before' | 'after') {
  let calls = 0;
  const documents = Object.create(table.documents) as Table['documents'];
  documents.send = (async (command: never) => {
    const dies = calls++ === at;
    if (dies && when === 'before') throw new Error('killed');
    const answer = await table.documents.send(command);
    if (dies) throw new Error('killed');
    return answer;
  }) as typeof documents.send;
  return allPorts({ ...table, documents });
}
