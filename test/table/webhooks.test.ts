import { beforeEach, describe, expect, it } from 'vitest';
import { type DomainEventType, exampleOf } from '../../shared/contract/domain-events.ts';
import { wholeDeployment } from '../../shared/domain/audit.ts';
import type { ArrivedVisit } from '../../shared/domain/clicks/additions.ts';
import { deliveryIdOf, type Reply } from '../../shared/domain/webhooks/delivery.ts';
import { repeatableSystem } from '../../shared/runtime/system.ts';
import { sequenceItems } from '../../shared/table/sequence-items.ts';
import { addressEvents } from '../../shared/usecases/webhooks/address-events.ts';
import { announceClicks } from '../../shared/usecases/webhooks/announce-clicks.ts';
import { changeEndpoint } from '../../shared/usecases/webhooks/change-endpoint.ts';
import { deleteEndpoint } from '../../shared/usecases/webhooks/delete-endpoint.ts';
import type { DeliverEventPorts } from '../../shared/usecases/webhooks/deliver-event.ts';
import { replayDelivery } from '../../shared/usecases/webhooks/replay-delivery.ts';
import { replayRange } from '../../shared/usecases/webhooks/replay-range.ts';
import { rotateSecret } from '../../shared/usecases/webhooks/rotate-secret.ts';
import { sendTest } from '../../shared/usecases/webhooks/send-test.ts';
import { measureWrites } from './measure-writes.ts';
import { atOnce, codeOf, taken, tally, testCost, useTable } from './use-table.ts';
import { day, hour, minute, second, start, type WebhookWorld, webhookWorld } from './webhook-world.ts';

const engine = useTable();
let world: WebhookWorld;
beforeEach(() => {
  world = webhookWorld(engine.table);
});

const down = () => ({ durationMs: 5, status: 503 });
const up = () => ({ durationMs: 5, status: 200 });
const logOf = async (endpointId: string, id: string, at = start) =>
  world.ports.findDelivery(endpointId, deliveryIdOf({ id, occurredAt: new Date(at).toISOString() }));
/** Clicks of persons on a link of alice's. */
const clicksOf = (amount: number, programId = 'default'): ArrivedVisit[] =>
  Array.from({ length: amount }, (_, i) => ({
    first: true,
    visit: {
      ...{ visitId: `v-${i}`, clickId: `clk_${String(i).padStart(26, '0')}`, code: 'k7m2qxw9', programId },
      ...{ userId: 'alice', kind: 'human', at: start, visitorHash: 'hash', country: 'DE' },
      ...{ referrerHost: 'blog.example.com', utm: { source: 'newsletter', campaign: 'spring-2026' } },
    },
  }));
const noOperator = () => ({ ...world.ports, operator: undefined });
const addressPorts = () => ({ ...world.ports, ...sequenceItems(engine.table) });
const isoStart = new Date(start).toISOString();

describe('an event', () => {
  it('arrives at once, and the log says so', async () => {
    const endpoint = await world.endpoint();
    await world.send(endpoint, world.event('e-1'));
    await world.run(start + minute);
    expect(world.seenBy(endpoint)).toMatchObject([{ id: 'e-1', at: start }]);
    expect(await logOf(endpoint, 'e-1')).toEqual({
      deliveryId: expect.stringMatching(/^dlv_[0-9a-z]{25}$/),
      endpointId: endpoint,
      event: expect.objectContaining({ id: 'e-1', data: { reward: { rewardId: 'rwd_e-1' } } }),
      status: 'delivered',
      round: 0,
      attempts: 1,
      tries: [{ at: '2026-11-21T10:00:00.000Z', url: 'https://example.com/', durationMs: 5, status: 200 }],
    });
  });

  it('is tried ten times in some 75 hours, under one id, and then listed as failed', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, down);
    await world.send(endpoint, world.event('e-1'));
    await world.run(start + 4 * day);
    const seen = world.seenBy(endpoint);
    expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(['e-1']));
    expect(seen.map(({ at }) => Math.round((at - start) / minute))).toEqual([
      ...[0, 0, 5, 37, 163, 478, 1108, 1990, 3250, 4762],
    ]);
    const page = await world.ports.listDeliveries(endpoint, { limit: 10 }, { status: 'failed' });
    expect(page?.items).toMatchObject([{ because: 'no_more_tries', attempts: 10 }]);
    expect(page?.items[0]?.tries).toHaveLength(10);
    expect(world.queue).toEqual([]);
  });

  it('is tried later where the receiver asks for that', async () => {
    const endpoint = await world.endpoint();
    let calls = 0;
    world.answers(endpoint, () => (calls++ === 0 ? { ...down(), retryAfterMs: 20 * minute } : up()));
    await world.send(endpoint, world.event('e-1'));
    await world.run(start + 19 * minute);
    expect(world.seenBy(endpoint)).toHaveLength(1);
    expect(await logOf(endpoint, 'e-1')).toMatchObject({ status: 'pending', nextTryAt: expect.any(String) });
    await world.run(start + 23 * minute);
    expect(await logOf(endpoint, 'e-1')).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it('for an endpoint that is disabled waits in the log, and for one that is deleted nowhere', async () => {
    const [disabled, deleted] = [await world.endpoint(), await world.endpoint()];
    for (const endpoint of [disabled, deleted]) await world.send(endpoint, world.event('e-1'));
    taken(await changeEndpoint(noOperator(), disabled, { enabled: false }));
    taken(await deleteEndpoint(noOperator(), deleted));
    await world.run(start + minute);
    expect(world.seenBy(disabled)).toEqual([]);
    expect(await logOf(disabled, 'e-1')).toMatchObject({ status: 'failed', because: 'endpoint_disabled' });
    expect(await logOf(deleted, 'e-1')).toBeUndefined();
  });
});

describe('a receiver', () => {
  it('that fails for an hour while 1,000 events happen gets all of them, and another is not late', async () => {
    const [failing, well] = [await world.endpoint(), await world.endpoint()];
    world.answers(failing, (_, at) => (at < start + hour ? down() : up()));
    const ids = Array.from({ length: 1_000 }, (_, i) => `e-${i}`);
    const happened = new Map<string, number>();
    for (const id of ids) {
      happened.set(id, world.now);
      for (const endpoint of [failing, well]) await world.send(endpoint, world.event(id));
      await world.run(world.now + 3_600);
    }
    const duringHour = world.seenBy(failing).length;
    await world.run(start + 2 * hour);
    const arrived = world.seenBy(failing).filter(({ at }) => at >= start + hour);
    expect(new Set(arrived.map(({ id }) => id))).toEqual(new Set(ids));
    // It was left alone but for a probe now and then.
    expect(duringHour).toBeLessThan(25);
    expect(world.seenBy(well)).toHaveLength(1_000);
    for (const { id, at } of world.seenBy(well)) expect(at).toBe(happened.get(id));
    const stored = await world.ports.findWebhookEndpoint(failing);
    expect(stored?.health).toEqual({ failures: 0 });
    expect(world.queue).toEqual([]);
  }, 120_000);

  it('that answers 410 is told nothing more, until somebody enables it again and replays', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, () => ({ durationMs: 5, status: 410 }));
    for (const id of ['e-1', 'e-2']) await world.send(endpoint, world.event(id));
    await world.run(start + minute);
    expect(world.seenBy(endpoint)).toHaveLength(1);
    const stored = await world.ports.findWebhookEndpoint(endpoint);
    expect(stored?.endpoint).toMatchObject({ enabled: false, disabledBecause: 'gone' });
    const range = { endpointId: endpoint, from: start, to: start + hour };
    expect(codeOf((await replayRange(noOperator(), range)) ?? {})).toBe('webhook_endpoint_disabled');
    const enabled = taken(await changeEndpoint(noOperator(), endpoint, { enabled: true }));
    expect(enabled.endpoint).not.toHaveProperty('disabledBecause');
    world.answers(endpoint, up);
    await replayRange(noOperator(), { ...range, status: 'failed' });
    await world.run(start + hour);
    expect(
      new Set(
        world
          .seenBy(endpoint)
          .slice(1)
          .map(({ id }) => id),
      ),
    ).toEqual(new Set(['e-1', 'e-2']));
    expect(await logOf(endpoint, 'e-1')).toMatchObject({ status: 'delivered', round: 1 });
    expect((await logOf(endpoint, 'e-1'))?.tries).toHaveLength(2);
  });

  it('that answers 410 misses nothing of what happens until somebody enables it again', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, () => ({ durationMs: 5, status: 410 }));
    const happens = async (id: string) => {
      const messages = await addressEvents(addressPorts(), [world.event(id)]);
      await world.ports.sendWebhooks(messages.map((message) => ({ message })));
      await world.run(world.now + minute);
    };
    await happens('e-1');
    world.pass(hour);
    await happens('e-2');
    expect(world.seenBy(endpoint)).toHaveLength(1);
    expect(await logOf(endpoint, 'e-2', start + hour + minute)).toMatchObject({
      ...{ status: 'failed', because: 'endpoint_disabled', attempts: 0, tries: [] },
    });
    world.answers(endpoint, up);
    taken(await changeEndpoint(noOperator(), endpoint, { enabled: true }));
    await replayRange(noOperator(), { endpointId: endpoint, from: start, to: world.now, status: 'failed' });
    await world.run(world.now + minute);
    const arrived = world.seenBy(endpoint).slice(1);
    expect(new Set(arrived.map(({ id }) => id))).toEqual(new Set(['e-1', 'e-2']));
  });

  it.each([
    ['leads elsewhere', [{ url: 'https://new.example.com/' }]],
    ['is begun anew', [{ enabled: false }, { enabled: true }]],
  ])(
    'that answered 410 at an endpoint which meanwhile %s disables nothing, and loses nothing',
    async (_, changes) => {
      const endpoint = await world.endpoint();
      await world.send(endpoint, world.event('e-1'));
      const [message] = world.queue.splice(0, 1);
      const callWebhook = async () => {
        for (const change of changes) taken(await changeEndpoint(noOperator(), endpoint, change));
        return { durationMs: 5, status: 410 };
      };
      if (message) await world.work(message, { callWebhook });
      expect((await world.ports.findWebhookEndpoint(endpoint))?.endpoint.enabled).toBe(true);
      await world.run(start + minute);
      expect(await logOf(endpoint, 'e-1')).toMatchObject({ status: 'delivered', attempts: 2 });
    },
  );

  it('that was slow, failed or came back before its endpoint led elsewhere says nothing of the new one', async () => {
    const endpoint = await world.endpoint();
    const before = { endpointId: endpoint, revision: 1 };
    taken(await changeEndpoint(noOperator(), endpoint, { url: 'https://new.example.com/' }));
    const now = { endpointId: endpoint, revision: 2 };
    expect(await world.ports.noteWebhookFailure(before, isoStart, start + minute)).toBeUndefined();
    await world.ports.noteWebhookSlow(before, start + hour);
    expect((await world.ports.findWebhookEndpoint(endpoint))?.health).toEqual({ failures: 0 });
    await world.ports.noteWebhookFailure(now, isoStart, start + minute);
    await world.ports.noteWebhookSuccess(before);
    expect((await world.ports.findWebhookEndpoint(endpoint))?.health.failures).toBe(1);
  });

  it('that does nothing but fail for five days is disabled, and one that answered once is not', async () => {
    const [dead, flaky] = [await world.endpoint(), await world.endpoint()];
    world.answers(dead, down);
    world.answers(flaky, (_, at) => (at > start + 3 * day && at < start + 4 * day ? up() : down()));
    for (let half = 0; half < 12; half++) {
      for (const endpoint of [dead, flaky]) await world.send(endpoint, world.event(`e-${half}`));
      await world.run(start + (half + 1) * 12 * hour);
    }
    expect((await world.ports.findWebhookEndpoint(dead))?.endpoint).toMatchObject({
      enabled: false,
      disabledBecause: 'failing',
    });
    expect((await world.ports.findWebhookEndpoint(flaky))?.endpoint.enabled).toBe(true);
    const before = world.seenBy(dead).length;
    await world.run(start + 10 * day);
    expect(world.seenBy(dead)).toHaveLength(before);
    expect(world.queue).toEqual([]);
  });
});

describe('a worker that dies', () => {
  const calls = [
    ...(['findWebhookEndpoint', 'callWebhook', 'sendWebhooks', 'noteDelivery', 'findDelivery'] as const),
    ...(['noteWebhookFailure', 'noteWebhookSuccess', 'claimWebhookProbe', 'disableWebhookEndpoint'] as const),
    'noteWebhookSlow' as const,
  ];

  /** Ports of which one dies before or after it has done its work, the n-th time that any is called. */
  function dying(
    nth: number,
    when: 'before' | 'after',
  ): { over: Partial<DeliverEventPorts>; died: () => boolean } {
    let count = 0;
    let died = false;
    const over = Object.fromEntries(
      calls.map((name) => [
        name,
        async (...given: never[]) => {
          count++;
          const dies = count === nth;
          if (dies && when === 'before') {
            died = true;
            throw new Error('died');
          }
          const value = await (world.ports[name] as (...all: never[]) => Promise<unknown>)(...given);
          if (dies) {
            died = true;
            throw new Error('died');
          }
          return value;
        },
      ]),
    );
    return { over, died: () => died };
  }

  /**
   * How a receiver behaves, when it is tried again (without hours in which a message would be looked at a hundred
   * times), and what must be so in the end.
   */
  const receivers: [string, (seen: number) => Reply, number[], string][] = [
    ['answers', up, [5], 'delivered'],
    ['answers the third time', (seen) => (seen < 2 ? down() : up()), [5, 10], 'delivered'],
    [
      'answers after it was left alone',
      (seen) => (seen < 5 ? down() : up()),
      [5, 10, 15, 20, 25],
      'delivered',
    ],
    ['never answers', down, [5, 10, 20], 'failed'],
    ['takes long to answer', () => ({ durationMs: 14 * second, status: 200 }), [5], 'delivered'],
    [
      'takes too long at first',
      (seen) => (seen < 2 ? { durationMs: 15 * second, failure: 'timeout' } : up()),
      [5, 10],
      'delivered',
    ],
    ['is gone', () => ({ durationMs: 1, status: 410 }), [5], 'failed'],
  ];

  it.each(receivers)(
    'anywhere loses nothing, where the receiver %s',
    async (_, reply, retrySeconds, expected) => {
      for (let nth = 1; ; nth++) {
        const deaths = [];
        for (const when of ['before', 'after'] as const) {
          world = webhookWorld(engine.table);
          const endpoint = await world.endpoint();
          world.answers(endpoint, () => reply(world.seenBy(endpoint).length - 1));
          await world.send(endpoint, world.event('e-1'));
          const { over, died } = dying(nth, when);
          for (let steps = 0; steps < 500; steps++) {
            world.queue.sort((a, b) => a.at - b.at);
            const [next] = world.queue;
            if (next === undefined) break;
            world.pass(Math.max(0, next.at - world.now));
            const index = world.queue.indexOf(next);
            const done = await world.work(next, { ...over, retrySeconds }).then(
              () => true,
              () => false,
            );
            // What was not done comes again after a while.
            world.queue.splice(index, 1);
            if (!done) world.queue.push({ ...next, at: world.now + 3 * minute });
          }
          const name = `dies ${when} call ${nth}`;
          expect(world.queue, name).toEqual([]);
          const log = await logOf(endpoint, 'e-1');
          expect(log?.status, name).toBe(expected);
          if (expected === 'delivered') expect(log?.tries.at(-1)?.status, name).toBe(200);
          expect(world.seenBy(endpoint).length, name).toBeLessThanOrEqual(retrySeconds.length + 3);
          taken(await deleteEndpoint(noOperator(), endpoint));
          deaths.push(died());
        }
        if (!deaths.includes(true)) break;
      }
    },
    120_000,
  );

  it('and is followed by two who do its work at once, leaves one of them to go on', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, down);
    await world.send(endpoint, world.event('e-1'));
    const [first] = world.queue.splice(0);
    if (first) await Promise.all([world.work(first), world.work(first), world.work(first)]);
    expect(world.queue).toHaveLength(3);
    await world.run(start + 4 * day);
    expect(world.seenBy(endpoint).length).toBeLessThanOrEqual(3 + 9);
    expect(await logOf(endpoint, 'e-1')).toMatchObject({ status: 'failed', attempts: 10 });
  });
});

describe('a replay', () => {
  it('of one begins it anew under its id, whatever became of it', async () => {
    const endpoint = await world.endpoint();
    await world.send(endpoint, world.event('e-1'));
    await world.run(start + minute);
    const log = await logOf(endpoint, 'e-1');
    taken(await replayDelivery(noOperator(), endpoint, log?.deliveryId ?? ''));
    taken(await replayDelivery(noOperator(), endpoint, log?.deliveryId ?? ''));
    await world.run(start + hour);
    // Asked for twice at the same moment it is the same replay.
    expect(world.seenBy(endpoint).map(({ id }) => id)).toEqual(['e-1', 'e-1']);
    expect(codeOf(await replayDelivery(noOperator(), endpoint, 'dlv_x'))).toBe('delivery_not_found');
  });

  it('is noted before it is begun, once however often its request is repeated', async () => {
    const endpoint = await world.endpoint();
    await world.send(endpoint, world.event('e-1'));
    await world.run(start + minute);
    const { deliveryId = '' } = (await logOf(endpoint, 'e-1')) ?? {};
    const by = (isRepeat: boolean) => ({
      ...world.ports,
      ...repeatableSystem(endpoint, world.now, isRepeat),
      operator: { keyId: 'key', requestId: 'request' },
    });
    const died = async () => {
      throw new Error('died');
    };
    const range = { endpointId: endpoint, from: start, to: start + hour };
    const asked = [
      (ports: ReturnType<typeof by>) => replayDelivery(ports, endpoint, deliveryId),
      (ports: ReturnType<typeof by>) => replayRange(ports, range),
      (ports: ReturnType<typeof by>) => sendTest(ports, endpoint, { type: 'payout.paid', data: {} }),
    ];
    const noted = async () => {
      const page = await world.ports.listAudit(wholeDeployment, { limit: 50 }, { target: endpoint });
      return page?.items.map(({ action }) => action) ?? [];
    };
    for (const ask of asked) {
      const before = (await noted()).length;
      await expect(ask({ ...by(false), sendWebhooks: died })).rejects.toThrow('died');
      expect(await noted()).toHaveLength(before + 1);
      await ask(by(true));
      expect(await noted()).toHaveLength(before + 1);
      // The next is of another time.
      world.pass(1);
    }
    expect((await noted()).sort()).toEqual([
      'webhook_endpoint.replayed',
      'webhook_endpoint.replayed',
      'webhook_endpoint.tested',
    ]);
    await world.run(start + hour);
    expect(world.seenBy(endpoint)).toHaveLength(4);
  });

  it('of a range begins each of it anew, page by page', async () => {
    const endpoint = await world.endpoint();
    for (let i = 0; i < 180; i++) {
      await world.send(endpoint, world.event(`e-${i}`));
      await world.run(world.now + second);
    }
    const [from, to] = [start + 30 * second, start + 160 * second];
    await replayRange(noOperator(), { endpointId: endpoint, from, to });
    await world.run(start + hour);
    const again = world.seenBy(endpoint).slice(180);
    expect(new Set(again.map(({ id }) => id))).toEqual(
      new Set(Array.from({ length: 130 }, (_, i) => `e-${i + 30}`)),
    );
    expect(again).toHaveLength(130);
  });
});

describe('the log', () => {
  it('says of each try where it went, and nothing of a query', async () => {
    const endpoint = await world.endpoint({ url: 'https://example.com/old/hook?token=hidden#part' });
    world.answers(endpoint, ({ url }) => (url.includes('/old/') ? down() : up()));
    await world.send(endpoint, world.event('e-1'));
    await world.run(start + second);
    const url = `https://new.example.com:8443/hook/${'a'.repeat(300)}?token=hidden`;
    taken(await changeEndpoint(noOperator(), endpoint, { url }));
    await world.run(start + minute);
    const log = await logOf(endpoint, 'e-1');
    expect(log?.tries).toMatchObject([
      { url: 'https://example.com/old/hook', status: 503 },
      { url: url.slice(0, 256), status: 200 },
    ]);
    expect(JSON.stringify(log)).not.toContain('hidden');
  });

  it('is listed newest first, by status, page by page', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, ({ id }) => (id.endsWith('3') ? { durationMs: 1, status: 410 } : up()));
    for (let i = 0; i < 5; i++) {
      await world.send(endpoint, world.event(`e-${i}`));
      await world.run(world.now + second);
    }
    const idsOf = (page: Awaited<ReturnType<typeof world.ports.listDeliveries>>) =>
      page?.items.map(({ event }) => event.id);
    const first = await world.ports.listDeliveries(endpoint, { limit: 3 });
    expect(idsOf(first)).toEqual(['e-4', 'e-3', 'e-2']);
    const cursor = first?.nextCursor ?? '';
    const rest = await world.ports.listDeliveries(endpoint, { limit: 3, cursor });
    expect(idsOf(rest)).toEqual(['e-1', 'e-0']);
    expect(rest?.nextCursor).toBeUndefined();
    expect(idsOf(await world.ports.listDeliveries(endpoint, { limit: 9 }, { status: 'failed' }))).toEqual([
      'e-4',
      'e-3',
    ]);
    expect(await world.ports.listDeliveries(endpoint, { limit: 3, cursor: 'x' })).toBeUndefined();
  });
});

describe('endpoints', () => {
  it('are twenty at the most, also when many are made at once', async () => {
    const made = await atOnce(25, () =>
      world.endpoint().catch((error: Error) => ({ refused: error.message })),
    );
    expect(made.filter((one) => typeof one === 'string')).toHaveLength(20);
    const [first] = await world.ports.listWebhookEndpoints();
    taken(await deleteEndpoint(noOperator(), first?.endpoint.endpointId ?? ''));
    expect(await world.endpoint()).toMatch(/^whe_/);
    await expect(world.endpoint()).rejects.toThrow('webhook_endpoint_limit_reached');
  });

  it('change one after the other, and keep what others changed', async () => {
    const endpoint = await world.endpoint();
    const outcomes = await Promise.all([
      changeEndpoint(noOperator(), endpoint, { types: ['payout.paid'] }),
      changeEndpoint(noOperator(), endpoint, { description: 'Ours' }),
      rotateSecret(noOperator(), endpoint, 3_600),
    ]);
    expect(tally(outcomes)).toEqual({ taken: 3 });
    const stored = await world.ports.findWebhookEndpoint(endpoint);
    expect(stored?.endpoint).toMatchObject({ types: ['payout.paid'], description: 'Ours' });
    expect(stored?.secrets).toHaveLength(2);
  });

  it('sign by two secrets until the overlap ends', async () => {
    const endpoint = await world.endpoint();
    taken(await rotateSecret(noOperator(), endpoint, 60));
    await world.send(endpoint, world.event('e-1'));
    await world.run(start + minute);
    await world.send(endpoint, world.event('e-2'));
    await world.run(start + 2 * minute);
    expect(world.seenBy(endpoint).map(({ sealedSecrets }) => sealedSecrets.length)).toEqual([2, 1]);
  });

  it('keep the secret that signs as well, where a rotation is repeated after a death and another change', async () => {
    const endpoint = await world.endpoint();
    const before = await world.ports.findWebhookEndpoint(endpoint);
    // A repeat has the time and the randomness of the first try.
    const by = (isRepeat: boolean) => ({
      ...noOperator(),
      ...repeatableSystem('seed', start, isRepeat),
      makeSecret: async () => ({ secret: 'whsec_new', sealed: isRepeat ? 'new, sealed again' : 'new' }),
    });
    const dying = {
      ...by(false),
      replaceWebhookEndpoint: async (...given: Parameters<typeof world.ports.replaceWebhookEndpoint>) => {
        await world.ports.replaceWebhookEndpoint(...given);
        throw new Error('died');
      },
    };
    await expect(rotateSecret(dying, endpoint, 60)).rejects.toThrow('died');
    world.pass(31 * second);
    taken(await changeEndpoint(noOperator(), endpoint, { description: 'Meanwhile' }));
    const repeated = taken(await rotateSecret(by(true), endpoint, 60));
    const oldSecretUntil = new Date(start + minute).toISOString();
    expect(repeated).toMatchObject({ secret: 'whsec_new', oldSecretUntil });
    const stored = await world.ports.findWebhookEndpoint(endpoint);
    expect(stored?.secrets).toMatchObject([
      { sealed: 'new' },
      { sealed: before?.secrets[0]?.sealed, until: oldSecretUntil },
    ]);
    expect(stored?.endpoint.description).toBe('Meanwhile');
  });

  it('forget their secrets when they are deleted', async () => {
    const endpoint = await world.endpoint();
    taken(await deleteEndpoint(noOperator(), endpoint));
    expect(await world.ports.findWebhookEndpoint(endpoint)).toBeUndefined();
    expect(codeOf(await deleteEndpoint(noOperator(), endpoint))).toBe('webhook_endpoint_not_found');
    expect(await world.ports.listWebhookEndpoints()).toEqual([]);
  });
});

describe('what is relayed', () => {
  it('is one message for each endpoint that wants an event, numbered for its participant', async () => {
    const all = await world.endpoint();
    world.pass(1);
    const payouts = await world.endpoint({ types: ['payout.*'] });
    const events = [
      world.event('a-1'),
      { ...world.event('b-1'), userId: 'bob', type: 'payout.paid' },
      world.event('a-2'),
      { ...world.event('p-1'), userId: undefined },
    ];
    const messages = await addressEvents(addressPorts(), events);
    expect(messages.map(({ endpointId, event }) => [endpointId, event.id, event.sequence])).toEqual([
      [all, 'a-1', 1],
      [all, 'b-1', 1],
      [payouts, 'b-1', 1],
      [all, 'a-2', 2],
      [all, 'p-1', undefined],
    ]);
    // Given again, in other parts and at once, they keep their numbers.
    const again = await Promise.all(events.map((event) => addressEvents(addressPorts(), [event])));
    expect(again.flat()).toEqual(messages);
  });

  it('has different numbers for different events of one participant, however many relay at once', async () => {
    await world.endpoint();
    const messages = await atOnce(12, (i) => addressEvents(addressPorts(), [world.event(`e-${i}`)]));
    const numbers = messages.flat().map(({ event }) => event.sequence ?? 0);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('is nothing, and counts nothing, where nobody listens', async () => {
    await world.endpoint({ types: ['payout.*'] });
    expect(await addressEvents(addressPorts(), [world.event('e-1')])).toEqual([]);
    expect(await sequenceItems(engine.table).findSequence('default', 'alice')).toEqual({
      last: 0,
      recent: [],
    });
  });
});

describe('clicks', () => {
  const announcing = (publishesClicks = false) => ({ ...world.ports, publishesClicks });

  it('arrive at each endpoint that asked for them, and at no other', async () => {
    const [asked, subject] = [
      await world.endpoint({ types: ['click.recorded'] }),
      await world.endpoint({ types: ['reward.*', 'click.*'] }),
    ];
    const others = [
      await world.endpoint(),
      await world.endpoint({ types: ['link.*'] }),
      await world.endpoint({ types: ['click.*'], programIds: ['other'] }),
    ];
    const clicks = clicksOf(120);
    const [first] = clicks;
    const repeat = first && { ...first, first: false };
    await announceClicks(announcing(), repeat === undefined ? clicks : [...clicks, repeat]);
    expect(world.queue).toHaveLength(6);
    await world.run(start + minute);
    const expected = clicks.map(({ visit }) => visit.clickId).sort();
    for (const one of [asked, subject])
      expect(
        world
          .seenBy(one)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(expected);
    for (const one of others) expect(world.seenBy(one)).toEqual([]);
    expect(world.published).toEqual([]);
    expect((await logOf(asked, expected[0] ?? ''))?.event).not.toHaveProperty('sequence');
    expect((await sequenceItems(engine.table).findSequence('default', 'alice')).last).toBe(0);
  });

  it('are sent on again under their ids where a worker dies, and tried again like other events', async () => {
    const endpoint = await world.endpoint({ types: ['click.*'] });
    world.answers(endpoint, (_, at) => (at < start + minute ? down() : up()));
    await announceClicks(announcing(), clicksOf(1));
    await announceClicks(announcing(), clicksOf(1));
    const [message] = world.queue;
    if (message) await world.work(message);
    await world.run(start + hour);
    const [id = ''] = clicksOf(1).map(({ visit }) => visit.clickId);
    expect(new Set(world.seenBy(endpoint).map((seen) => seen.id))).toEqual(new Set([id]));
    expect((await logOf(endpoint, id))?.status).toBe('delivered');
  });

  it('are nothing to send where nobody asked, and not even looked at where no person clicked', async () => {
    await world.endpoint();
    await announceClicks(announcing(), clicksOf(3));
    expect(world.queue).toEqual([]);
    const machines = clicksOf(3).map((one) => ({ ...one, visit: { ...one.visit, kind: 'bot' as const } }));
    const unread = {
      ...announcing(true),
      listWebhookEndpoints: async () => Promise.reject(new Error('not to be asked')),
    };
    await announceClicks(unread, machines);
    expect(world.queue).toEqual([]);
  });

  it('go to the bus where the deployment asks for it, whoever else listens', async () => {
    const endpoint = await world.endpoint({ types: ['click.*'], programIds: ['other'] });
    await announceClicks(announcing(true), clicksOf(60));
    await world.run(start + minute);
    expect(world.published.map(({ id }) => id)).toEqual(clicksOf(60).map(({ visit }) => visit.clickId));
    expect(world.seenBy(endpoint)).toEqual([]);
  });

  it('fit into a call of the queue fifty at once, however long their words are', async () => {
    await world.endpoint({ types: ['click.*'] });
    const long = '\u{1f517}'.repeat(50) + '"'.repeat(50);
    const utm = { source: long, medium: long, campaign: long, term: long, content: long };
    const clicks = clicksOf(50).map(({ visit }) => ({
      first: true,
      visit: {
        ...{ ...visit, utm, code: 'c'.repeat(50), programId: 'p'.repeat(63), userId: 'u'.repeat(128) },
        referrerHost: `${'h'.repeat(249)}.com`,
      },
    }));
    await announceClicks(announcing(), clicks);
    expect(world.queue).toHaveLength(1);
    expect(Buffer.byteLength(JSON.stringify(world.queue[0]?.message))).toBeLessThan(200_000);
  });
});

/** docs/webhooks.md has these figures. */
describe('what it costs', () => {
  const eventOf = (type: DomainEventType, i = 0) => ({
    ...{ type, version: 1 as const, programId: 'default', occurredAt: '2026-11-21T10:00:00.000Z' },
    ...{ id: `4e0d9c6f1b2a4c7e8f3a5b6c7d8e9f0${i}-${type.replace('.', '-')}`, ...exampleOf(type) },
  });
  const events = Array.from({ length: 10 }, (_, i) => eventOf('balance.changed', i));
  const unitsOf = async (work: () => Promise<unknown>) => (await measureWrites(engine.table, work)).units;

  testCost('one write for an event that arrives, and nothing of the endpoint', async () => {
    const endpoint = await world.endpoint();
    const [event] = events;
    if (event) await world.send(endpoint, event);
    expect(await unitsOf(() => world.run(start + minute))).toEqual({ table: 1, lists: 0 });
  });

  testCost('two writes for a reward, with its entry of the ledger', async () => {
    const endpoint = await world.endpoint();
    await world.send(endpoint, eventOf('reward.created'));
    expect(await unitsOf(() => world.run(start + minute))).toEqual({ table: 2, lists: 0 });
  });

  testCost('one write for an event while its endpoint is disabled', async () => {
    const endpoint = await world.endpoint({ enabled: false });
    const [event] = events;
    if (event) await world.send(endpoint, event);
    expect(await unitsOf(() => world.run(start + minute))).toEqual({ table: 1, lists: 0 });
    expect(world.seenBy(endpoint)).toEqual([]);
  });

  testCost('one write for a click that arrives, and none where nobody asked for clicks', async () => {
    const ports = { ...world.ports, publishesClicks: false };
    await world.endpoint();
    expect(await unitsOf(() => announceClicks(ports, clicksOf(10)))).toEqual({ table: 0, lists: 0 });
    await world.endpoint({ types: ['click.*'] });
    await announceClicks(ports, clicksOf(10));
    expect(await unitsOf(() => world.run(start + minute))).toEqual({ table: 10, lists: 0 });
  });

  testCost('two writes for each further try', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, down);
    const [event] = events;
    if (event) await world.send(endpoint, event);
    expect(await unitsOf(() => world.run(start))).toEqual({ table: 2, lists: 0 });
  });

  testCost(
    'a write more for an endpoint that is found to be slow, and none while that is known',
    async () => {
      const endpoint = await world.endpoint();
      world.answers(endpoint, () => ({ durationMs: 3 * second, status: 200 }));
      for (const [event, table] of [
        [events[0], 2],
        [events[1], 1],
      ] as const) {
        if (event) await world.send(endpoint, event);
        expect(await unitsOf(() => world.run(world.now + minute))).toEqual({ table, lists: 0 });
      }
    },
  );

  testCost(
    'one write to number all events of a participant in a batch, and none where nobody listens',
    async () => {
      const ports = { ...world.ports, ...sequenceItems(engine.table) };
      expect(await unitsOf(() => addressEvents(ports, events))).toEqual({ table: 0, lists: 0 });
      await world.endpoint();
      expect(await unitsOf(() => addressEvents(ports, events))).toEqual({ table: 1, lists: 0 });
      expect(await unitsOf(() => addressEvents(ports, events))).toEqual({ table: 0, lists: 0 });
    },
  );
});
