import { type ReviewDecision, reviewIdOf } from '../../../shared/domain/fraud/review.ts';
import { participantKey, referralIdOf } from '../../../shared/domain/ids.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import { continueSettlement } from '../../../shared/usecases/fraud/continue-settlement.ts';
import { decideReferral } from '../../../shared/usecases/fraud/decide-referral.ts';
import { decideReview } from '../../../shared/usecases/fraud/decide-review.ts';
import { openReview } from '../../../shared/usecases/fraud/open-review.ts';
import { putParticipant } from '../../../shared/usecases/participants/put-participant.ts';
import { createReferral } from '../../../shared/usecases/referrals/create-referral.ts';
import { reassignReferral } from '../../../shared/usecases/referrals/reassign-referral.ts';
import { takingAtMost } from '../../support/ports.ts';
import { handle } from '../histories/play.ts';
import { serve } from '../histories/requests.ts';
import { type Ports, programId, type World } from '../histories/world.ts';
import type { Scenario } from './scenarios.ts';

const refereeId = 'bob';
const referralId = referralIdOf(participantKey(programId, refereeId));
const reviewId = reviewIdOf(participantKey(programId, refereeId));
const by = { keyId: 'a key', requestId: 'a request' };

/** Ann has brought Bob, and his order has earned her something. */
async function earn(world: World): Promise<void> {
  const { ports } = world;
  const now = new Date(ports.now()).toISOString();
  const settings = { ...defaultSettings('Default', 'https://example.com/'), milestones: [] };
  await ports.saveProgram({ programId, ...settings, version: 1, createdAt: now, updatedAt: now });
  await serve(ports, { kind: 'link', userId: 'ann', code: 'ann-link' });
  await serve(ports, { kind: 'signUp', newUserId: refereeId, referralCode: 'ann-link' });
  await order(world, 'one');
}

/** Bob orders. */
async function order({ ports }: World, ...eventIds: string[]): Promise<void> {
  const inputs = eventIds.map((id) => ({
    ...{ id, type: 'order.paid', userId: refereeId, programId, orderId: `order of ${id}` },
    ...{ amount: 1000, currency: 'EUR' },
  }));
  await serve(ports, { kind: 'events', inputs });
  await handle(ports, { kind: 'events', programId, userId: refereeId, eventIds });
}

const hold = async (ports: Ports, cause: string): Promise<object> => {
  const finding = { ruleId: 'odd_order', score: 40, reason: 'It looks odd', evidence: {} };
  return (await openReview(ports, { programId, refereeId }, { cause, findings: [finding] })) ?? {};
};
const decide = (ports: Ports, decision: ReviewDecision): Promise<object> =>
  decideReview(ports, reviewId, { decision, note: 'Because', ...by });

const deciding = (decision: ReviewDecision, ...before: readonly ReviewDecision[]): Scenario => ({
  name: `decideReview, ${decision}${before.length > 0 ? ` after ${before.join(', ')}` : ''}`,
  hasOwnProgram: true,
  async prepare(world) {
    await earn(world);
    await hold(world.ports, 'one');
    for (const one of before) await decide(world.ports, one);
  },
  act: ({ ports }) => decide(ports, decision),
});

/** Ports whose transactions take one reward. */
const takingOne = (ports: Ports): Ports => takingAtMost(ports, 1);

/** A case whose approval moves three rewards, one at a time, of which one has moved. */
async function beginSettling(world: World): Promise<void> {
  await earn(world);
  await hold(world.ports, 'one');
  await order(world, 'two', 'three');
  await decide(takingOne(world.ports), 'approve');
}

const deviceId = 'one device';

/** Cases of the review queue, opened at a sign-up or by what was found of an order, and decided. */
export const reviewScenarios: readonly Scenario[] = [
  {
    name: 'createReferral that is held',
    hasOwnProgram: true,
    async prepare(world) {
      await earn(world);
      const program = await world.ports.findProgram(programId);
      if (program === undefined) throw new Error('There is no program');
      const fraud = { rules: { same_device: { action: 'hold' } } } as const;
      await world.ports.saveProgram({ ...program, fraud, version: 2 });
      await putParticipant(world.ports, programId, 'ann', { deviceId });
    },
    act: ({ ports }) => createReferral(ports, { newUserId: 'carl', referralCode: 'ann-link', deviceId }),
  },
  {
    name: 'openReview of a complete referral',
    hasOwnProgram: true,
    prepare: earn,
    act: ({ ports }) => hold(ports, 'one'),
  },
  {
    name: 'openReview anew, after an approval',
    hasOwnProgram: true,
    async prepare(world) {
      await earn(world);
      await hold(world.ports, 'one');
      await decide(world.ports, 'approve');
    },
    act: ({ ports }) => hold(ports, 'two'),
  },
  {
    name: 'decideReview, in stages',
    hasOwnProgram: true,
    async prepare(world) {
      await beginSettling(world);
      await decide(world.ports, 'undo');
    },
    act: ({ ports }) => decide(takingOne(ports), 'approve'),
  },
  {
    name: 'decideReview, undo while it is settled',
    hasOwnProgram: true,
    prepare: beginSettling,
    act: ({ ports }) => decide(takingOne(ports), 'undo'),
  },
  {
    name: 'continueSettlement',
    hasOwnProgram: true,
    prepare: beginSettling,
    act: async ({ ports }) => {
      await continueSettlement(takingOne(ports), programId, refereeId);
      return {};
    },
  },
  {
    name: 'decideReferral, of what is no case',
    hasOwnProgram: true,
    prepare: earn,
    act: ({ ports }) => decideReferral(ports, referralId, { decision: 'reject', note: 'Because', ...by }),
  },
  {
    name: 'reassignReferral to whom has no code, in stages',
    hasOwnProgram: true,
    async prepare(world) {
      await earn(world);
      await order(world, 'two');
      await serve(world.ports, { kind: 'signUp', newUserId: 'dora', referralCode: 'ann-link' });
    },
    act: ({ ports }) => {
      const wanted = { userId: 'dora', reason: 'Because', earned: 'taken_back' } as const;
      return reassignReferral(takingOne(ports), referralId, wanted, by);
    },
  },
  deciding('approve'),
  deciding('undo', 'ban'),
];
