import { setImmediate } from 'node:timers/promises';
import type { Reply, WebhookEvent } from '../../shared/domain/webhooks/delivery.ts';
import { usualRetrySeconds } from '../../shared/domain/webhooks/schedule.ts';
import { slowAfterMs } from '../../shared/domain/webhooks/slowness.ts';
import { groupOf } from '../../shared/queue/send-webhooks.ts';
import { system } from '../../shared/runtime/system.ts';
import { auditItems } from '../../shared/table/audit-items.ts';
import type { Table } from '../../shared/table/client.ts';
import { deliveryItems } from '../../shared/table/delivery-items.ts';
import { webhookEndpointItems } from '../../shared/table/webhook-endpoint-items.ts';
import { webhookHealthItems } from '../../shared/table/webhook-health-items.ts';
import { createEndpoint, type EndpointWishes } from '../../shared/usecases/webhooks/create-endpoint.ts';
import {
  type DeliverEventPorts,
  deliverEvent,
  type WebhookCall,
} from '../../shared/usecases/webhooks/deliver-event.ts';
import { firstDelivery, type WebhookMessage } from '../../shared/usecases/webhooks/queue-port.ts';
import { replayPage } from '../../shared/usecases/webhooks/replay-range.ts';
import { tellClicks } from '../../shared/usecases/webhooks/tell-clicks.ts';
import { taken } from './use-table.ts';

export const start = Date.UTC(2026, 10, 21, 10);
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

interface Waiting {
  readonly message: WebhookMessage;
  readonly at: number;
}

/** A call as a receiver saw it. */
export interface Seen {
  readonly id: string;
  readonly at: number;
  /** By which it came. */
  readonly line: keyof Places;
  readonly sealedSecrets: readonly string[];
  /** What it said, in the end. */
  reply?: Reply;
}

/** How many messages each line works on at once. */
export interface Places {
  readonly usual: number;
  readonly slow: number;
}

/**
 * From so many messages under way on, and more than a tenth of all, a group of a fair queue has to wait for the others:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
const noisy = { messages: 30, share: 0.1 };

const lineOf = ({ message }: Waiting): keyof Places =>
  message.kind === 'delivery' && message.slow ? 'slow' : 'usual';

/** Endpoints over a real table, with a queue and a clock that the test moves. */
export function webhookWorld(table: Table) {
  let now = start;
  const queue: Waiting[] = [];
  const published: WebhookEvent[] = [];
  const seen = new Map<string, Seen[]>();
  const replies = new Map<string, (call: WebhookCall, at: number) => Reply>();
  let longestDelayMs = 0;
  let callsTakeTime = false;
  let awake = 0;
  let asleep: { readonly until: number; readonly wake: () => void }[] = [];

  /** Waits for a time of this clock. */
  const sleep = async (ms: number): Promise<void> => {
    awake--;
    await new Promise<void>((wake) => asleep.push({ until: now + ms, wake }));
  };
  const wakeUntilNow = (): void => {
    const due = asleep.filter(({ until }) => until <= now);
    asleep = asleep.filter(({ until }) => until > now);
    awake += due.length;
    for (const { wake } of due) wake();
  };

  const health = webhookHealthItems(table);
  const ports = {
    ...deliveryItems(table),
    ...webhookEndpointItems(table),
    ...health,
    ...auditItems(table),
    now: () => now,
    ulid: system.ulid,
    chance: () => 0.5,
    random: system.random,
    retrySeconds: usualRetrySeconds,
    allowLoopback: false,
    findProgram: async () => ({}),
    makeSecret: async (endpointId: string) => ({ secret: 'whsec_x', sealed: `sealed for ${endpointId}` }),
    sendWebhooks: async (messages: Parameters<DeliverEventPorts['sendWebhooks']>[0]) => {
      for (const { message, delayMs = 0 } of messages) {
        longestDelayMs = Math.max(longestDelayMs, Math.min(delayMs, 900 * second));
        queue.push({
          message: JSON.parse(JSON.stringify(message)),
          at: now + Math.min(delayMs, 900 * second),
        });
      }
    },
    publishEvents: async (events: readonly WebhookEvent[]) => {
      published.push(...events);
    },
    noteWebhookSlow: async (...given: Parameters<typeof health.noteWebhookSlow>) => {
      awake++;
      await health.noteWebhookSlow(...given);
      awake--;
    },
    callWebhook: async (
      call: WebhookCall,
      whenSlow: () => void,
      line: keyof Places = 'usual',
    ): Promise<Reply> => {
      const { endpointId, id, sealedSecrets } = call;
      const at = now;
      const one: Seen = { id, at, line, sealedSecrets };
      seen.set(endpointId, [...(seen.get(endpointId) ?? []), one]);
      const reply = replies.get(endpointId)?.(call, at) ?? { durationMs: 5, status: 200 };
      one.reply = reply;
      const soon = Math.min(reply.durationMs, slowAfterMs);
      if (callsTakeTime) await sleep(soon);
      if (reply.durationMs > soon) whenSlow();
      if (callsTakeTime) await sleep(reply.durationMs - soon);
      return reply;
    },
  };

  return {
    ports,
    queue,
    /** What the bus was told. */
    published,
    get now() {
      return now;
    },
    pass: (ms: number) => {
      now += ms;
    },
    /** What an endpoint answers from now on. */
    answers: (endpointId: string, reply: (call: WebhookCall, at: number) => Reply) =>
      replies.set(endpointId, reply),
    seenBy: (endpointId: string): readonly Seen[] => seen.get(endpointId) ?? [],

    async endpoint(wishes: Partial<EndpointWishes> = {}): Promise<string> {
      const made = await createEndpoint(
        { ...ports, operator: undefined },
        { url: 'https://example.com/', ...wishes },
      );
      return taken(made).endpoint.endpointId;
    },

    event: (id: string): WebhookEvent => ({
      ...{ id, type: 'reward.created', version: 1, programId: 'default', userId: 'alice' },
      ...{ occurredAt: new Date(now).toISOString(), data: { reward: { rewardId: `rwd_${id}` } } },
    }),

    /** Has an event delivered, in so many milliseconds: at most 15 minutes. */
    send: (endpointId: string, event: WebhookEvent, delayMs = 0) =>
      ports.sendWebhooks([{ message: firstDelivery(endpointId, event), delayMs }]),

    /** Works on one message; without `done` it stays in the queue, as if the worker had died. */
    async work(one: Waiting, over: Partial<DeliverEventPorts> = {}): Promise<unknown> {
      const { message } = one;
      const callWebhook: DeliverEventPorts['callWebhook'] = (call, whenSlow) =>
        ports.callWebhook(call, whenSlow, lineOf(one));
      const all = { ...ports, callWebhook, ...over };
      if (message.kind === 'replay') return replayPage(all, message);
      if (message.kind === 'clicks') return tellClicks(all, message);
      return deliverEvent(all, message);
    },

    /** Works on what is due, in its order, until a time; then it is that time. */
    async run(until: number): Promise<void> {
      for (;;) {
        queue.sort((a, b) => a.at - b.at);
        const [next] = queue;
        if (next === undefined || next.at > until) break;
        queue.shift();
        now = Math.max(now, next.at);
        await this.work(next);
      }
      now = until;
    },

    /**
     * Works on what is due until a time, in as many places as each line has, with calls that take as long as their
     * receivers say. All places are there at once: those of AWS come five a second while there is work.
     */
    async runInPlaces(until: number, places: Places): Promise<void> {
      callsTakeTime = true;
      const underWay = { usual: new Map<string, number>(), slow: new Map<string, number>() };
      const taken = { usual: 0, slow: 0 };
      const count = (one: Waiting, change: 1 | -1): void => {
        const [groups, group] = [underWay[lineOf(one)], groupOf(one.message)];
        groups.set(group, (groups.get(group) ?? 0) + change);
        taken[lineOf(one)] += change;
      };
      const isNoisy = (one: Waiting): boolean => {
        const messages = underWay[lineOf(one)].get(groupOf(one.message)) ?? 0;
        return messages >= noisy.messages && messages > noisy.share * taken[lineOf(one)];
      };
      const comesBefore = (one: Waiting, other: Waiting): boolean =>
        isNoisy(one) === isNoisy(other) ? one.at < other.at : isNoisy(other);
      const receive = (line: keyof Places): Waiting | undefined => {
        if (taken[line] >= places[line]) return undefined;
        let next: Waiting | undefined;
        for (const one of queue) {
          if (one.at > now || lineOf(one) !== line) continue;
          if (next === undefined || comesBefore(one, next)) next = one;
        }
        if (next !== undefined) queue.splice(queue.indexOf(next), 1);
        return next;
      };
      const work = async (one: Waiting): Promise<void> => {
        count(one, 1);
        awake++;
        try {
          await this.work(one);
        } finally {
          awake--;
          count(one, -1);
        }
      };
      for (;;) {
        for (const line of ['usual', 'slow'] as const) {
          for (let one = receive(line); one !== undefined; one = receive(line)) void work(one);
        }
        await setImmediate();
        if (awake > 0) continue;
        const waiting = queue.filter((one) => taken[lineOf(one)] < places[lineOf(one)]).map(({ at }) => at);
        const next = Math.min(...asleep.map((call) => call.until), ...waiting);
        if (next > until) break;
        now = Math.max(now, next);
        wakeUntilNow();
      }
      callsTakeTime = false;
      now = until;
    },
  };
}

export type WebhookWorld = ReturnType<typeof webhookWorld>;
