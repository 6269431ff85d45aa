import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JournalRecord } from '../../../local/sqs/engine/journal-record.ts';
import type { ReceivedMessage } from '../../../local/sqs/engine/message.ts';
import { makeEngine, openQueue } from './support/fake-engine.ts';

type Step =
  | { readonly do: 'send'; readonly group: number; readonly delayMs: number }
  | { readonly do: 'receive'; readonly max: number; readonly timeoutMs: number }
  | { readonly do: 'delete' | 'give back'; readonly pick: number }
  | { readonly do: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('send' as const), group: fc.nat(2), delayMs: fc.constantFrom(0, 0, 700) }),
  fc.record({
    do: fc.constant('receive' as const),
    max: fc.integer({ min: 1, max: 10 }),
    timeoutMs: fc.constantFrom(0, 500, 5000),
  }),
  fc.record({ do: fc.constantFrom('delete' as const, 'give back' as const), pick: fc.nat() }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2000 }) }),
);

/** Runs the steps on a queue, and watches that nothing deleted comes again and no group gets out of order. */
async function run(steps: readonly Step[], fifo: boolean, seed: number) {
  const records: JournalRecord[] = [];
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const { engine, advance } = makeEngine({ shuffle: true, random, log: (batch) => records.push(...batch) });
  const queue = openQueue(engine, fifo ? 'q.fifo' : 'q');
  const alive = new Set<string>();
  const deleted = new Set<string>();
  const latest = new Map<string, { message: ReceivedMessage; until: number }>();
  let sent = 0;
  let now = 0;
  const receive = async (max: number, timeoutMs: number) => {
    const messages = await queue.receive(max, { visibilityTimeoutMs: timeoutMs });
    for (const message of messages) {
      expect(deleted).not.toContain(message.body);
      expect(now).toBeGreaterThanOrEqual(latest.get(message.body)?.until ?? 0);
      latest.set(message.body, { message, until: now + timeoutMs });
    }
    return messages.map((message) => message.body);
  };
  for (const action of steps) {
    const held = [...latest].filter(([body, { until }]) => alive.has(body) && until > now);
    if (action.do === 'send') {
      const body = `${action.group}:${++sent}`;
      const more = fifo ? { groupId: String(action.group), dedupeId: body } : { delayMs: action.delayMs };
      queue.send(body, more);
      alive.add(body);
    } else if (action.do === 'wait') {
      now += action.ms;
      advance(action.ms);
    } else if (action.do === 'receive') {
      const bodies = await receive(action.max, action.timeoutMs);
      if (fifo)
        expectOldestOfGroups(
          bodies,
          alive,
          held.map(([body]) => body),
        );
    } else if (held.length > 0) {
      const [body, { message }] = held[action.pick % held.length]!;
      if (action.do === 'give back') {
        queue.changeVisibility(message, 0);
        latest.set(body, { message, until: now });
      } else {
        queue.delete(message);
        alive.delete(body);
        deleted.add(body);
      }
    }
    const { visible, inFlight, delayed } = queue.stats();
    expect(visible + inFlight + delayed).toBe(alive.size);
  }
  now += 10_000;
  advance(10_000);
  return { engine, alive, records, rest: await receive(1000, 1000) };
}

function expectOldestOfGroups(
  bodies: readonly string[],
  alive: ReadonlySet<string>,
  held: readonly string[],
) {
  for (const group of new Set(bodies.map(groupOf))) {
    expect(held.map(groupOf)).not.toContain(group);
    const got = bodies.filter((body) => groupOf(body) === group);
    const inOrder = [...alive].filter((body) => groupOf(body) === group);
    expect(got).toEqual(inOrder.slice(0, got.length));
  }
}

function groupOf(body: string): string | undefined {
  return body.split(':')[0];
}

it.each([
  ['standard', false],
  ['FIFO', true],
] as const)('a %s queue delivers every undeleted message and no deleted one', async (_, fifo) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(), async (steps, seed) => {
      const { alive, rest, records } = await run(steps, fifo, seed);
      expect([...rest].sort()).toEqual([...alive].sort());

      const replayed = makeEngine();
      for (const record of records) replayed.engine.store.apply(record);
      const again = await replayed.engine.receive({ queueName: fifo ? 'q.fifo' : 'q', max: 1000 });
      const delayed = replayed.engine.stats({ queueName: fifo ? 'q.fifo' : 'q' }).delayed;
      expect(again.length + delayed).toBe(alive.size);
      for (const { body } of again) expect(alive).toContain(body);
    }),
    { numRuns: 300 },
  );
});
