import { beforeEach, describe, expect, it } from 'vitest';
import { deliveryIdOf, type Reply, type WebhookEvent } from '../../shared/domain/webhooks/delivery.ts';
import { changeEndpoint } from '../../shared/usecases/webhooks/change-endpoint.ts';
import { taken, useTable } from './use-table.ts';
import { hour, minute, second, start, type WebhookWorld, webhookWorld } from './webhook-world.ts';

const engine = useTable();
let world: WebhookWorld;
beforeEach(() => {
  world = webhookWorld(engine.table);
});

const up = (): Reply => ({ durationMs: 50, status: 200 });
/** It answers well, and just in time. */
const slow = (): Reply => ({ durationMs: 14 * second, status: 200 });
const dead = (): Reply => ({ durationMs: 15 * second, failure: 'timeout' });
const redirecting = (): Reply => ({ durationMs: 50, status: 302 });

/** It denies every third event at first, which it has taken, and says for how long it will be away, which it will not. */
function lying(): (call: { readonly id: string }) => Reply {
  const denied = new Set<string>();
  let calls = 0;
  return ({ id }) => {
    if (denied.has(id) || calls++ % 3 > 0) return up();
    denied.add(id);
    return { durationMs: 50, status: 503, retryAfterMs: 10 * minute };
  };
}

/** As many as `prod` has. */
const places = { usual: 100, slow: 50 };
/** More than all places together, at one moment. */
const burst = 800;
/** No call takes longer. */
const longestCall = 15 * second;
/** What a good one takes when nobody is in its way. */
const onTime = 100;

const arrivedAt = (endpoint: string, id: string): number | undefined =>
  world.seenBy(endpoint).find((seen) => seen.id === id && seen.reply?.status === 200)?.at;
const idsSeenBy = (endpoint: string) => new Set(world.seenBy(endpoint).map(({ id }) => id));

/** An event a second for a minute, for each endpoint. */
async function sendEachSecond(endpoints: readonly string[]): Promise<Map<string, WebhookEvent>> {
  const events = new Map<string, WebhookEvent>();
  for (let i = 0; i < 60; i++) {
    const event = world.event(`e-${i}`);
    events.set(event.id, event);
    for (const endpointId of endpoints) await world.send(endpointId, event, i * second);
  }
  return events;
}

describe('receivers side by side', () => {
  it('get every event under its id as soon as they answer well, and a good one is not late for the others', async () => {
    const endpoints = {
      good: await world.endpoint(),
      slow: await world.endpoint(),
      dead: await world.endpoint(),
      redirecting: await world.endpoint(),
      lying: await world.endpoint(),
      comingBack: await world.endpoint(),
    };
    world.answers(endpoints.good, up);
    world.answers(endpoints.slow, slow);
    world.answers(endpoints.dead, dead);
    world.answers(endpoints.redirecting, redirecting);
    world.answers(endpoints.lying, lying());
    world.answers(endpoints.comingBack, (_, at) => (at < start + 10 * minute ? dead() : up()));
    for (let i = 0; i < burst; i++) await world.send(endpoints.slow, world.event(`burst-${i}`));
    const events = await sendEachSecond(Object.values(endpoints));
    await world.runInPlaces(start + hour, places);

    const ids = [...events.keys()];
    const late = ids.map((id, i) => (arrivedAt(endpoints.good, id) ?? Infinity) - (start + i * second));
    // A crowd that nobody knew to be slow had all places, for the length of one call and never again.
    expect(Math.max(...late)).toBeLessThanOrEqual(longestCall);
    expect(Math.max(...late.slice(longestCall / second))).toBeLessThanOrEqual(onTime);
    expect(world.seenBy(endpoints.good)).toHaveLength(60);
    expect(world.seenBy(endpoints.slow)).toHaveLength(burst + 60);
    for (const name of ['slow', 'lying', 'comingBack'] as const) {
      const missing = ids.filter((id) => arrivedAt(endpoints[name], id) === undefined);
      expect(missing, name).toEqual([]);
    }
    // What can't arrive waits: nothing of it is lost, and nothing is counted as arrived.
    for (const name of ['dead', 'redirecting'] as const) {
      const waiting = world.queue.flatMap(({ message }) =>
        message.kind === 'delivery' && message.endpointId === endpoints[name] ? [message.event.id] : [],
      );
      expect(waiting.sort(), name).toEqual([...ids].sort());
      for (const event of events.values()) {
        const log = await world.ports.findDelivery(endpoints[name], deliveryIdOf(event));
        expect(log?.status, `${name} ${event.id}`).toBe('pending');
      }
      world.answers(endpoints[name], up);
    }

    await world.runInPlaces(start + 2 * hour, places);
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const missing = ids.filter((id) => arrivedAt(endpoint, id) === undefined);
      expect(missing, name).toEqual([]);
      expect([...idsSeenBy(endpoint)].filter((id) => !id.startsWith('burst-')).sort(), name).toEqual(
        [...ids].sort(),
      );
    }
    expect(world.queue).toEqual([]);
  }, 120_000);

  it('is not late for one that answers after 14 seconds, at 20 events a second, nor is another slow one for long', async () => {
    const [good, slowOne, other] = [await world.endpoint(), await world.endpoint(), await world.endpoint()];
    world.answers(good, up);
    world.answers(slowOne, slow);
    world.answers(other, () => ({ durationMs: 3 * second, status: 200 }));
    const sent = new Map<string, number>();
    for (let at = 0; at < minute; at += 50) {
      await world.send(slowOne, world.event(`slow-${at}`), at);
      if (at % 250 > 0) continue;
      sent.set(`e-${at}`, start + at);
      await world.send(good, world.event(`e-${at}`), at);
      if (at % second === 0) await world.send(other, world.event(`e-${at}`), at);
    }
    await world.runInPlaces(start + hour, places);
    const lateness = (endpoint: string) =>
      world.seenBy(endpoint).map(({ id, at }) => at - (sent.get(id) ?? Number.NaN));
    expect(lateness(good)).toHaveLength(240);
    expect(Math.max(...lateness(good))).toBeLessThanOrEqual(onTime);
    expect(lateness(other)).toHaveLength(60);
    expect(Math.max(...lateness(other))).toBeLessThanOrEqual(longestCall);
    // Nothing of what the slow one is told is lost, or told twice.
    expect(world.seenBy(slowOne)).toHaveLength(1_200);
    expect(new Set(world.seenBy(slowOne).map(({ id }) => id)).size).toBe(1_200);
    // The crowd went by the line of the slow, but for what was sent before it was known to be so.
    const first = world.seenBy(slowOne).filter(({ line }) => line === 'usual');
    expect(first.length).toBeLessThanOrEqual(41);
    expect(world.queue).toEqual([]);
  }, 120_000);

  it('is called by the usual line again once it has been quick for a while', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, (_, at) => (at < start + minute ? slow() : up()));
    for (const at of [0, 5 * second, 2 * minute, 11 * minute]) {
      await world.send(endpoint, world.event(`e-${at}`), at);
    }
    await world.runInPlaces(start + hour, places);
    expect(world.seenBy(endpoint).map(({ line }) => line)).toEqual(['usual', 'slow', 'slow', 'usual']);
  });

  it('begins anew where its URL is another', async () => {
    const endpoint = await world.endpoint();
    world.answers(endpoint, slow);
    await world.send(endpoint, world.event('e-1'));
    await world.runInPlaces(start + minute, places);
    const noted = await world.ports.findWebhookEndpoint(endpoint);
    expect(noted?.health.slowUntil).toBe(start + 2 * second + 10 * minute);
    const url = 'https://other.example.com/';
    const changed = await changeEndpoint({ ...world.ports, operator: undefined }, endpoint, { url });
    expect(taken(changed).health).toEqual({ failures: 0 });
  });
});
