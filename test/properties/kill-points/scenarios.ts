import type { Visit } from '../../../shared/domain/clicks/visit.ts';
import type { Referral } from '../../../shared/domain/referrals/referral.ts';
import { setUp } from '../../../shared/usecases/access/set-up.ts';
import { countClicks } from '../../../shared/usecases/clicks/count-clicks.ts';
import { trackClicks } from '../../../shared/usecases/clicks/track-clicks.ts';
import { createLink } from '../../../shared/usecases/links/create-link.ts';
import { createProgram, updateProgram } from '../../../shared/usecases/programs/save-program.ts';
import { assignReferral } from '../../../shared/usecases/referrals/assign-referral.ts';
import { type KillSwitch, throttled } from '../histories/kill-switch.ts';
import { handle } from '../histories/play.ts';
import { type Answer, type Request, serve } from '../histories/requests.ts';
import { type Ports, programId, saveShortProgram, type World } from '../histories/world.ts';
import { moneyScenarios } from './money-scenarios.ts';
import { reviewScenarios } from './review-scenarios.ts';

/** A use case, and the deployment that it finds. */
export interface Scenario {
  readonly name: string;
  prepare(world: World): Promise<void>;
  /** Runs the use case once. */
  act(run: {
    readonly world: World;
    readonly ports: Ports;
    readonly killSwitch: KillSwitch;
  }): Promise<object>;
  /** Whether a client that asks again does it again, for want of an idempotency key. */
  readonly countsTwice?: true;
  /** Whether it runs under a program other than the usual one, so that only the books can be checked by themselves. */
  readonly hasOwnProgram?: true;
}

const ask = async (world: World, request: Request): Promise<Answer> => {
  const answer = await serve(world.ports, request);
  if ('refused' in answer) throw new Error(`${request.kind} was refused: ${answer.refused}`);
  return answer;
};
const order = (id: string, user: string, amount: number) => ({
  id,
  type: 'order.paid',
  userId: user,
  programId,
  orderId: `order of ${id}`,
  amount,
  currency: 'EUR',
});
const refund = (id: string, of: string, user: string, amountRefunded: number) => ({
  id,
  type: 'order.refunded',
  userId: user,
  programId,
  orderId: `order of ${of}`,
  amountRefunded,
});
const process = (ports: Ports, eventId: string, userId = 'bob'): Promise<object> =>
  handle(ports, { kind: 'events', programId, userId, eventIds: [eventId] }).then(() => ({}));

/** A referrer `ann` with the code `ann-link`, and those whom she invited. */
async function invite(world: World, ...users: string[]): Promise<void> {
  await saveShortProgram(world);
  await ask(world, { kind: 'link', userId: 'ann', code: 'ann-link' });
  for (const newUserId of users) await ask(world, { kind: 'signUp', newUserId, referralCode: 'ann-link' });
}

/** Ann has earned this much by an order of Bob's, in EUR. */
async function earn(world: World, amount: number): Promise<void> {
  await invite(world, 'bob');
  await ask(world, { kind: 'events', inputs: [order('first', 'bob', amount * 10)] });
  await process(world.ports, 'first');
}

const asking =
  (request: Request): Scenario['act'] =>
  ({ ports }) =>
    serve(ports, request);

const links: readonly Scenario[] = [
  {
    name: 'createLink, drawn code, new participant',
    prepare: saveShortProgram,
    act: asking({ kind: 'link', userId: 'ann', code: undefined }),
    countsTwice: true,
  },
  {
    name: 'createLink, vanity code, new participant',
    prepare: saveShortProgram,
    act: asking({ kind: 'link', userId: 'ann', code: 'ann-link' }),
  },
  {
    name: 'createLink, the last one that the limit leaves',
    async prepare(world) {
      await saveShortProgram(world);
      for (const code of ['one', 'two']) await ask(world, { kind: 'link', userId: 'ann', code });
    },
    act: asking({ kind: 'link', userId: 'ann', code: undefined }),
  },
  {
    name: 'createLink for a participant who is there',
    prepare: (world) => invite(world, 'bob'),
    act: ({ ports }) =>
      createLink(ports, { programId, userId: 'bob', code: 'bob-link', createParticipant: false }),
  },
  {
    name: 'putParticipant, new',
    prepare: saveShortProgram,
    act: asking({ kind: 'participant', userId: 'ann', email: 'ann@example.com' }),
  },
  {
    name: 'putParticipant, changed',
    prepare: (world) => invite(world, 'bob'),
    act: asking({ kind: 'participant', userId: 'bob', email: 'bob@example.com' }),
  },
];

const referrals: readonly Scenario[] = [
  {
    name: 'createReferral that reaches a milestone',
    prepare: (world) => invite(world, 'bob'),
    act: asking({ kind: 'signUp', newUserId: 'carl', referralCode: 'ann-link', email: 'carl@example.com' }),
  },
  {
    name: 'createReferral of a participant, up the line of the referrer',
    async prepare(world) {
      await invite(world, 'bob');
      await ask(world, { kind: 'link', userId: 'bob', code: 'bob-link' });
      await ask(world, { kind: 'link', userId: 'dora', code: 'dora-link' });
    },
    act: asking({ kind: 'signUp', newUserId: 'dora', referralCode: 'bob-link' }),
  },
  {
    name: 'createReferral that closes a cycle',
    async prepare(world) {
      await invite(world, 'bob');
      await ask(world, { kind: 'link', userId: 'bob', code: 'bob-link' });
    },
    act: asking({ kind: 'signUp', newUserId: 'ann', referralCode: 'bob-link' }),
  },
  {
    name: 'assignReferral to a referrer who has no code yet',
    prepare: (world) => invite(world, 'bob'),
    act: ({ ports }) =>
      assignReferral(
        ports,
        { programId, referrerId: 'bob', newUserId: 'carl', reason: 'by hand' },
        { keyId: 'a key', requestId: 'a request' },
      ),
  },
  {
    name: 'grantMilestones, two at once',
    async prepare(world) {
      await invite(world);
      for (const refereeId of ['bob', 'carl', 'dora']) await storeReferral(world, refereeId);
    },
    act: ({ ports }) => handle(ports, { kind: 'progress', programId, userId: 'ann' }).then(() => ({})),
  },
  {
    name: 'claimReward',
    prepare: (world) => invite(world, 'bob', 'carl'),
    act: asking({ kind: 'claim', userId: 'ann', ownerId: 'ann', milestoneId: 'bronze' }),
  },
];

/** A referral as its function leaves it that dies before the milestones. */
async function storeReferral({ ports }: World, refereeId: string): Promise<void> {
  const createdAt = new Date(ports.now()).toISOString();
  const referral: Referral = {
    referralId: `ref_${refereeId}`,
    programId,
    referrerId: 'ann',
    refereeId,
    code: 'ann-link',
    upline: ['ann'],
    status: 'completed',
    programVersion: 1,
    createdAt,
    completedAt: createdAt,
  };
  const createReferee = { programId, userId: refereeId, status: 'active', links: 0, createdAt } as const;
  await ports.storeReferral({ referral, createReferee, unchanged: [] });
}

const three = [order('one', 'bob', 1000), order('two', 'bob', 2000), refund('three', 'one', 'bob', 10)];

const events: readonly Scenario[] = [
  {
    name: 'recordEvents, one',
    prepare: (world) => invite(world, 'bob'),
    act: asking({ kind: 'events', inputs: [order('one', 'bob', 1000)] }),
  },
  {
    name: 'recordEvents, three',
    prepare: (world) => invite(world, 'bob'),
    act: asking({ kind: 'events', inputs: three }),
  },
  {
    name: 'recordEvents, three of which one is there',
    async prepare(world) {
      await invite(world, 'bob');
      await ask(world, { kind: 'events', inputs: three.slice(1, 2) });
    },
    act: asking({ kind: 'events', inputs: three }),
  },
  {
    name: 'processEvents, a paid order',
    async prepare(world) {
      await invite(world, 'bob');
      await ask(world, { kind: 'events', inputs: [order('one', 'bob', 1005)] });
    },
    act: ({ ports }) => process(ports, 'one'),
  },
  {
    name: 'processEvents, an order past the limit',
    async prepare(world) {
      await invite(world, 'bob');
      for (const id of ['one', 'two', 'three', 'four']) {
        await ask(world, { kind: 'events', inputs: [order(id, 'bob', 1005)] });
        if (id !== 'four') await process(world.ports, id);
      }
    },
    act: ({ ports }) => process(ports, 'four'),
  },
  {
    name: 'processEvents, a refund',
    async prepare(world) {
      await earn(world, 100);
      await ask(world, { kind: 'events', inputs: [refund('back', 'first', 'bob', 333)] });
    },
    act: ({ ports }) => process(ports, 'back'),
  },
  {
    name: 'processEvents, a refund before its order',
    async prepare(world) {
      await invite(world, 'bob');
      await ask(world, { kind: 'events', inputs: [refund('back', 'later', 'bob', 333)] });
      await ask(world, { kind: 'events', inputs: [order('later', 'bob', 1000)] });
    },
    act: ({ ports }) => process(ports, 'back'),
  },
  {
    name: 'processEvents of a user without a referral',
    async prepare(world) {
      await invite(world);
      await ask(world, { kind: 'events', inputs: [order('one', 'zoe', 1000)] });
    },
    act: ({ ports }) => process(ports, 'one', 'zoe'),
  },
  {
    name: 'processEvents of a user without a referral, beside an order that waits',
    async prepare(world) {
      await invite(world);
      await ask(world, { kind: 'events', inputs: [order('one', 'zoe', 1000), order('two', 'zoe', 2000)] });
      await process(world.ports, 'one', 'zoe');
    },
    act: ({ ports }) => process(ports, 'two', 'zoe'),
  },
  {
    name: 'createReferral of a user whose orders wait, one of them refunded in part',
    async prepare(world) {
      await invite(world);
      const inputs = [
        order('one', 'zoe', 1000),
        order('two', 'zoe', 2000),
        refund('back', 'one', 'zoe', 333),
      ];
      await ask(world, { kind: 'events', inputs });
      for (const { id } of inputs) await process(world.ports, id, 'zoe');
    },
    act: asking({ kind: 'signUp', newUserId: 'zoe', referralCode: 'ann-link' }),
  },
];

const payouts: readonly Scenario[] = [
  {
    name: 'createPayout from a balance that is enough for more',
    prepare: (world) => earn(world, 100),
    act: asking({ kind: 'payout', userId: 'ann', amount: 25, currency: 'EUR' }),
    countsTwice: true,
  },
  {
    name: 'createPayout of the whole balance',
    prepare: (world) => earn(world, 100),
    act: asking({ kind: 'payout', userId: 'ann', amount: 100, currency: 'EUR' }),
  },
  {
    name: 'createPayout of more than there is',
    prepare: (world) => earn(world, 100),
    act: asking({ kind: 'payout', userId: 'ann', amount: 101, currency: 'EUR' }),
  },
  {
    name: 'cancelPayout, one of two',
    async prepare(world) {
      await earn(world, 100);
      await ask(world, { kind: 'payout', userId: 'ann', amount: 60, currency: 'EUR' });
      await ask(world, { kind: 'payout', userId: 'ann', amount: 30, currency: 'EUR' });
    },
    async act({ world, ports }) {
      const page = await world.ports.listPayouts(programId, { limit: 1 });
      return serve(ports, { kind: 'cancel', payoutId: page?.items[0]?.payoutId ?? '' });
    },
  },
];

const visit = (code: string, ip: string): Request & { kind: 'click' } => ({
  kind: 'click',
  code,
  human: true,
  ip,
  remembered: undefined,
});

async function arrived(world: World) {
  await world.pull();
  return world.changes.flatMap((change) => change.visit ?? []);
}

const clicks: readonly Scenario[] = [
  {
    name: 'recordVisit, the first',
    prepare: (world) => invite(world),
    act: asking(visit('ann-link', '192.0.2.1')),
    countsTwice: true,
  },
  {
    name: 'recordVisit, a repeat',
    async prepare(world) {
      await invite(world);
      await ask(world, visit('ann-link', '192.0.2.1'));
    },
    act: asking(visit('ann-link', '192.0.2.1')),
    countsTwice: true,
  },
  {
    name: 'trackClicks, one with an id and a visitor',
    hasOwnProgram: true,
    prepare: (world) => invite(world),
    act: async ({ ports }) => {
      const visitor = { kind: 'human', ip: '192.0.2.1', userAgent: 'Firefox', referrer: undefined } as const;
      const seen = { id: 'click', referralCode: 'ann-link', visitorId: 'visitor', visitor };
      const [tracked] = await trackClicks(ports, [seen]);
      return tracked ?? {};
    },
  },
  {
    name: 'trackClicks, one with an id of a link with a cap',
    hasOwnProgram: true,
    async prepare(world) {
      await saveShortProgram(world);
      const owner = { programId, userId: 'ann', createParticipant: true };
      await createLink(world.ports, { ...owner, code: 'capped', clickCap: 1 });
    },
    act: async ({ ports }) => {
      const visitor = { kind: 'human', ip: '192.0.2.1', userAgent: 'Firefox', referrer: undefined } as const;
      const [tracked] = await trackClicks(ports, [{ id: 'click', referralCode: 'capped', visitor }]);
      return tracked ?? {};
    },
  },
  {
    name: 'countClicks, three visits of two seconds',
    async prepare(world) {
      await invite(world);
      for (const ip of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) {
        world.clock.now += 600;
        await ask(world, visit('ann-link', ip));
      }
    },
    act: async ({ world, ports }) => {
      await countClicks(ports, await arrived(world));
      return {};
    },
  },
  {
    name: 'countClicks, more counters than one step takes',
    async prepare(world) {
      await invite(world);
      const { now } = world.clock;
      const visits = Array.from({ length: 25 }, (_, number): Visit => {
        const visitId = String(number).padStart(26, '0');
        const of = { visitId, clickId: `clk-${number}`, code: `code-${number}` };
        return { ...of, programId, userId: `user-${number}`, kind: 'human', at: now, visitorHash: 'hash' };
      });
      for (const one of visits) await world.ports.storeVisit(one, false);
    },
    act: async ({ world, ports }) => {
      await countClicks(ports, await arrived(world));
      return {};
    },
  },
];

const secrets = new WeakMap<World, string>();

/** The first key as its secret holds it. */
export const keptKeyOf = (world: World): string | undefined => secrets.get(world);

const programs: readonly Scenario[] = [
  {
    name: 'setUp',
    prepare: async () => {},
    async act({ world, ports, killSwitch }) {
      const conflict = throttled;
      await setUp(
        {
          ...ports,
          readFirstKey: () => killSwitch.around({ send: async () => secrets.get(world), conflict }),
          keepFirstKey: (apiKey) =>
            killSwitch.around({ send: async () => void secrets.set(world, apiKey), conflict }),
        },
        'https://example.com/',
      );
      return {};
    },
  },
  {
    name: 'createProgram',
    prepare: saveShortProgram,
    act: ({ ports }) =>
      createProgram(ports, { programId: 'other', name: 'Other', destination: 'https://example.org/' }),
  },
  {
    name: 'updateProgram',
    prepare: saveShortProgram,
    act: ({ ports }) => updateProgram(ports, programId, { name: 'Renamed' }, 1),
  },
];

export const scenarios: readonly Scenario[] = [
  ...links,
  ...referrals,
  ...events,
  ...payouts,
  ...clicks,
  ...programs,
  ...moneyScenarios,
  ...reviewScenarios,
];
