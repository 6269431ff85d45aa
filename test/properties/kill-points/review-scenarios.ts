import { type ReviewDecision, reviewIdOf } from '../../../shared/domain/fraud/review.ts';
import { participantKey } from '../../../shared/domain/ids.ts';
import { defaultSettings } from '../../../shared/domain/programs/default-program.ts';
import { decideReview } from '../../../shared/usecases/fraud/decide-review.ts';
import { openReview } from '../../../shared/usecases/fraud/open-review.ts';
import { putParticipant } from '../../../shared/usecases/participants/put-participant.ts';
import { createReferral } from '../../../shared/usecases/referrals/create-referral.ts';
import { handle } from '../histories/play.ts';
import { serve } from '../histories/requests.ts';
import { type Ports, programId, type World } from '../histories/world.ts';
import type { Scenario } from './scenarios.ts';

const refereeId = 'bob';
const reviewId = reviewIdOf(participantKey(programId, refereeId));

/** Ann has brought Bob, and his order has earned her something. */
async function earn(world: World): Promise<void> {
  const { ports } = world;
  const now = new Date(ports.now()).toISOString();
  const settings = { ...defaultSettings('Default', 'https://example.com/'), milestones: [] };
  await ports.saveProgram({ programId, ...settings, version: 1, createdAt: now, updatedAt: now });
  await serve(ports, { kind: 'link', userId: 'ann', code: 'ann-link' });
  await serve(ports, { kind: 'signUp', newUserId: refereeId, referralCode: 'ann-link' });
  const order = { id: 'one', type: 'order.paid', userId: refereeId, programId, orderId: 'order of one' };
  await serve(ports, { kind: 'events', inputs: [{ ...order, amount: 1000, currency: 'EUR' }] });
  await handle(ports, { kind: 'events', programId, userId: refereeId, eventIds: ['one'] });
}

const hold = async (ports: Ports, cause: string): Promise<object> => {
  const finding = { ruleId: 'odd_order', score: 40, reason: 'It looks odd', evidence: {} };
  return (await openReview(ports, { programId, refereeId }, { cause, findings: [finding] })) ?? {};
};
const decide = (ports: Ports, decision: ReviewDecision): Promise<object> =>
  decideReview(ports, reviewId, { decision, note: 'Because', keyId: 'a key', requestId: 'a request' });

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
  deciding('approve'),
  deciding('undo', 'ban'),
];
