import { readdirSync, readFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordEvents as recordEventsRoute } from '../../shared/contract/events.ts';
import { createProgram as createProgramRoute } from '../../shared/contract/programs.ts';
import { assignCoupon } from '../../shared/usecases/coupons/assign-coupon.ts';
import { loadCoupons } from '../../shared/usecases/coupons/load-coupons.ts';
import { readEvent } from '../../shared/usecases/events/read-event.ts';
import { recordEvents } from '../../shared/usecases/events/record-events.ts';
import { rewardReferral } from '../../shared/usecases/events/reward-referral.ts';
import { createLink } from '../../shared/usecases/links/create-link.ts';
import { grantMilestones } from '../../shared/usecases/milestones/grant-milestones.ts';
import { reconcileBalances } from '../../shared/usecases/money/reconcile-balances.ts';
import { createProgram } from '../../shared/usecases/programs/save-program.ts';
import { createReferral } from '../../shared/usecases/referrals/create-referral.ts';
import type { AllPorts } from '../support/ports.ts';
import { nowOf, overviewOf, process, taken, useTable } from './use-table.ts';

const folder = pathOf(import.meta.dirname, '../../examples/programs');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const world = useTable();
const dayMs = 86_400_000;

interface Step {
  readonly signUp?: string;
  readonly by?: string;
  readonly event?: Record<string, unknown> & { id: string };
  readonly daysAgo?: number;
}

interface Example {
  readonly program: { readonly programId: string };
  readonly coupons?: Readonly<Record<string, readonly string[]>>;
  readonly story: readonly Step[];
  readonly outcome: {
    readonly balances?: Readonly<Record<string, readonly object[]>>;
    readonly rewards?: Readonly<Record<string, readonly object[]>>;
    readonly reasons?: Readonly<Record<string, readonly string[]>>;
    readonly referrals?: Readonly<Record<string, object>>;
    readonly milestones?: Readonly<Record<string, readonly string[]>>;
  };
}

/** The use cases as they were so many days ago. */
const portsAt = (daysAgo = 0): AllPorts => ({
  ...world.ports,
  now: () => world.ports.now() - daysAgo * dayMs,
});

async function playStep(programId: string, step: Step): Promise<void> {
  const ports = portsAt(step.daysAgo);
  if (step.signUp !== undefined) {
    const by = step.by ?? '';
    const link = taken(await createLink(ports, { programId, userId: by, createParticipant: true }));
    taken(await createReferral(ports, { newUserId: step.signUp, referralCode: link.code }));
    await rewardReferral(ports, programId, step.signUp);
    return;
  }
  const body = recordEventsRoute.body.parse({ ...step.event, programId });
  taken(await recordEvents(ports, [{ ...body, programId } as Parameters<typeof recordEvents>[1][0]]));
  await process(ports, step.event?.id ?? '', programId);
}

/** What follows of itself in a deployment: the queue grants milestones and hands out coupons. */
async function settle(programId: string, people: ReadonlySet<string>): Promise<void> {
  for (const userId of people) {
    await grantMilestones(world.ports, programId, userId);
    const rewards = await world.ports.listRewards(programId, userId, { limit: 100 }, nowOf(world.ports));
    for (const reward of rewards?.items ?? []) {
      if (reward.kind === 'coupon')
        await assignCoupon({ ...world.ports, poolIsEmpty: () => undefined }, reward.rewardId);
    }
  }
}

describe.each(files)('examples/programs/%s', (file) => {
  it('does what it says', async () => {
    const example = JSON.parse(readFileSync(pathOf(folder, file), 'utf8')) as Example;
    const { programId } = example.program;
    const saved = taken(await createProgram(world.ports, createProgramRoute.body.parse(example.program)));
    expect('warnings' in saved ? saved.warnings : []).toEqual([]);
    for (const [pool, codes] of Object.entries(example.coupons ?? {})) {
      taken(await loadCoupons(world.ports, programId, pool, codes));
    }
    for (const step of example.story) await playStep(programId, step);
    const people = new Set(
      example.story.flatMap(({ signUp, by }) => [signUp, by].flatMap((one) => one ?? [])),
    );
    await settle(programId, people);

    const { balances = {}, rewards = {}, reasons = {}, referrals = {}, milestones = {} } = example.outcome;
    for (const [userId, expected] of Object.entries(balances)) {
      expect((await overviewOf(world.ports, userId, programId)).balances, userId).toMatchObject(expected);
    }
    for (const [userId, expected] of Object.entries(rewards)) {
      const page = await world.ports.listRewards(programId, userId, { limit: 100 }, nowOf(world.ports));
      const byOrder = [...(page?.items ?? [])].sort((a, b) =>
        String(a.orderId) < String(b.orderId) ? -1 : 1,
      );
      expect(byOrder, userId).toMatchObject(expected);
    }
    for (const [eventId, expected] of Object.entries(reasons)) {
      const { event } = taken(await readEvent(world.ports, programId, eventId)) as {
        event: { explanation: readonly { reason: string }[] };
      };
      expect(
        event.explanation.map((line) => line.reason),
        eventId,
      ).toEqual(expected);
    }
    for (const [userId, expected] of Object.entries(referrals)) {
      expect((await overviewOf(world.ports, userId, programId)).progress, userId).toMatchObject(expected);
    }
    for (const [userId, expected] of Object.entries(milestones)) {
      const granted = (await overviewOf(world.ports, userId, programId)).milestones;
      expect(
        granted.map((reward) => reward.milestoneId),
        userId,
      ).toEqual(expected);
    }
    const mismatches: unknown[] = [];
    await reconcileBalances({ ...world.ports, mismatch: (...what) => mismatches.push(what) });
    expect(mismatches).toEqual([]);
  });
});
