import { expect, it } from 'vitest';
import { decideReview } from '../../shared/usecases/fraud/decide-review.ts';
import { decideReviews } from '../../shared/usecases/fraud/decide-reviews.ts';
import { putParticipant } from '../../shared/usecases/participants/put-participant.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import { linkOf, taken, useTable } from './use-table.ts';

const world = useTable();
const by = { note: 'A ring', keyId: 'key1', requestId: 'r1' };

it('leaves a case that has left the state since it was listed, and says of each what became of it', async () => {
  taken(await putParticipant(world.ports, 'default', 'alice', { deviceId: 'd1' }));
  const { code } = await linkOf(world.ports, 'alice');
  const ids: string[] = [];
  for (const newUserId of ['bob', 'carol']) {
    const made = await createReferral(world.ports, { newUserId, referralCode: code, deviceId: 'd1' });
    ids.unshift(taken(made).reviewId ?? '');
  }
  const lagging = {
    ...world.ports,
    listReviews: async (...asked: Parameters<typeof world.ports.listReviews>) => {
      const page = await world.ports.listReviews(...asked);
      await decideReview(world.ports, ids[0] ?? '', { decision: 'approve', ...by });
      return page;
    },
  };
  const wanted = { programId: 'default', state: 'flagged', where: { referrerId: 'alice' } } as const;
  const decided = await decideReviews(lagging, wanted, { decision: 'undo', ...by }, { limit: 10 });
  expect(decided?.results.map(({ outcome }) => outcome)).toEqual(['changed_meanwhile', 'decided']);
  expect((await world.ports.findReview(ids[0] ?? ''))?.state).toBe('approved');
  const again = await decideReviews(world.ports, wanted, { decision: 'reject', ...by }, { limit: 10 });
  expect(again).toEqual({ results: [{ reviewId: ids[1], outcome: 'decided', state: 'rejected' }] });
});
