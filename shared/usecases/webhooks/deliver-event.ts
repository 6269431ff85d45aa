import { isGivenUp, turnOf } from '../../domain/webhooks/breaker.ts';
import {
  type Delivery,
  type DeliveryNote,
  deliveryIdOf,
  type GivenUp,
  isStale,
  outcomeOf,
  type Reply,
  type Try,
  tryOf,
} from '../../domain/webhooks/delivery.ts';
import {
  type CalledEndpoint,
  type DisabledBecause,
  type EndpointHealth,
  type StoredEndpoint,
  secretsAt,
} from '../../domain/webhooks/endpoint.ts';
import { pauseOf, retryDelay } from '../../domain/webhooks/schedule.ts';
import { isSlow, slowUntilOf } from '../../domain/webhooks/slowness.ts';
import { isoTime, type System } from '../system.ts';
import type { DeliveryMessage, SendWebhooksPort } from './queue-port.ts';

/** One call of an endpoint. */
export interface WebhookCall {
  readonly endpointId: string;
  readonly url: string;
  /** Encrypted secrets, each of which signs. */
  readonly sealedSecrets: readonly string[];
  readonly id: string;
  /** JSON text. */
  readonly body: string;
}

export interface DeliverEventPorts extends Pick<System, 'now'>, SendWebhooksPort {
  /** Seconds after each failed try. */
  readonly retrySeconds: readonly number[];
  /** 0 to 1. */
  chance(): number;
  findWebhookEndpoint(endpointId: string): Promise<StoredEndpoint | undefined>;
  /** @param whenSlow told once, if the answer takes longer than `slowAfterMs` */
  callWebhook(call: WebhookCall, whenSlow: () => void): Promise<Reply>;
  findDelivery(endpointId: string, deliveryId: string): Promise<Delivery | undefined>;
  noteDelivery(note: DeliveryNote): Promise<void>;
  /** What an endpoint answered is noted of it as it was called. */
  noteWebhookFailure(
    called: CalledEndpoint,
    now: string,
    probeAt: number,
  ): Promise<EndpointHealth | undefined>;
  noteWebhookSuccess(called: CalledEndpoint): Promise<void>;
  noteWebhookSlow(called: CalledEndpoint, slowUntil: number): Promise<void>;
  claimWebhookProbe(endpointId: string, dueAt: number, nextAt: number): Promise<boolean>;
  /** @returns false if it is not as it was called any more, which disables nothing */
  disableWebhookEndpoint(called: CalledEndpoint, because: DisabledBecause, at: string): Promise<boolean>;
}

/** What became of a message. */
export type Delivered =
  | { readonly outcome: 'delivered' | 'retried' | 'waiting' | 'moved' | 'stale' | 'endpoint_gone' }
  | {
      readonly outcome: 'given_up';
      readonly because: GivenUp;
      /** Set where the endpoint was disabled by it. */
      readonly disabled?: true;
    };

/**
 * Tries a delivery, if it is due and its endpoint's turn has come.
 *
 * The queue can't hold a message back for hours, so a delivery that waits goes from hop to hop: the next message is
 * sent before this one is deleted, and before the log says what depends on it. Whoever dies in between leaves two, of
 * which the log lets one go on. The log is read only where a message may be a repeat of that kind, so that an event
 * which arrives at once costs one write.
 */
export async function deliverEvent(ports: DeliverEventPorts, message: DeliveryMessage): Promise<Delivered> {
  const now = ports.now();
  const { endpointId, event, dueAt, round, attempt } = message;
  if (dueAt !== undefined && now < dueAt) return wait(ports, message, dueAt);
  const stored = await ports.findWebhookEndpoint(endpointId);
  if (stored === undefined) return { outcome: 'endpoint_gone' };
  if (!stored.endpoint.enabled) return giveUp(ports, message, 'endpoint_disabled');
  if (isSlow(stored.health, now) && message.slow !== true) return move(ports, message);
  const isNew = attempt === 0 && dueAt === undefined;
  const turn = turnOf(stored.health, now);
  if (turn.turn === 'wait') return waitForProbe(ports, message, turn.until, isNew);
  const isRepeat = !isNew || round > 0;
  if (isRepeat && isStale(await ports.findDelivery(endpointId, deliveryIdOf(event)), message)) {
    return { outcome: 'stale' };
  }
  const nextAt = now + pauseOf(ports.retrySeconds);
  if (turn.turn === 'probe' && !(await ports.claimWebhookProbe(endpointId, turn.dueAt, nextAt))) {
    return waitForProbe(ports, message, nextAt, isNew);
  }
  return call(ports, message, stored);
}

/** Sends the message on by the line of those who are slow, in which it stays. Who dies after it sends it by both. */
async function move(ports: DeliverEventPorts, message: DeliveryMessage): Promise<Delivered> {
  await ports.sendWebhooks([{ message: { ...message, slow: true } }]);
  return { outcome: 'moved' };
}

/** Sends the message on, to be looked at when it is due. */
async function wait(ports: DeliverEventPorts, message: DeliveryMessage, dueAt: number): Promise<Delivered> {
  await ports.sendWebhooks([{ message: { ...message, dueAt }, delayMs: dueAt - ports.now() }]);
  return { outcome: 'waiting' };
}

/** Waits for the endpoint, some time after its next probe: not all at once. */
async function waitForProbe(
  ports: DeliverEventPorts,
  message: DeliveryMessage,
  probeAt: number,
  isNew: boolean,
): Promise<Delivered> {
  const dueAt = Math.round(probeAt + ports.chance() * pauseOf(ports.retrySeconds));
  const waiting = await wait(ports, message, dueAt);
  if (isNew) await note(ports, message, { status: 'pending', nextTryAt: isoTime(dueAt) });
  return waiting;
}

async function call(
  ports: DeliverEventPorts,
  message: DeliveryMessage,
  stored: StoredEndpoint,
): Promise<Delivered> {
  const { event } = message;
  const { endpoint, secrets, health } = stored;
  const called = calledOf(stored);
  const at = isoTime(ports.now());
  const reply = await callWatched(ports, stored, {
    endpointId: called.endpointId,
    url: endpoint.url,
    sealedSecrets: secretsAt(secrets, at).map(({ sealed }) => sealed),
    id: event.id,
    body: JSON.stringify(event),
  });
  const tried = tryOf(reply, endpoint.url, at);
  const outcome = outcomeOf(reply);
  if (outcome !== 'delivered') {
    const because = await reasonToDisable(ports, called, outcome);
    return because === undefined
      ? tryLater(ports, message, tried, reply)
      : { ...(await giveUp(ports, message, because, tried)), disabled: true };
  }
  if (health.failures > 0) await ports.noteWebhookSuccess(called);
  await note(ports, message, { status: 'delivered', tried });
  return { outcome: 'delivered' };
}

function calledOf({ endpoint: { endpointId }, revision }: StoredEndpoint): CalledEndpoint {
  return { endpointId, revision };
}

/** Calls an endpoint, and notes while it is slow that it is: what comes for it meanwhile need not find it out. */
async function callWatched(
  ports: DeliverEventPorts,
  stored: StoredEndpoint,
  webhookCall: WebhookCall,
): Promise<Reply> {
  let noted: Promise<void> | undefined;
  const reply = await ports.callWebhook(webhookCall, () => {
    const slowUntil = slowUntilOf(stored.health, ports.now());
    if (slowUntil === undefined) return;
    // That it could not be noted is no reason to lose the answer: the next call notes it.
    noted = ports.noteWebhookSlow(calledOf(stored), slowUntil).catch(() => undefined);
  });
  await noted;
  return reply;
}

/**
 * Disables an endpoint that is gone, or has failed for days. One that was changed while it was called is not to blame:
 * the event is tried again, wherever the endpoint leads by then.
 *
 * @returns why it was disabled; undefined if it was not by this
 */
async function reasonToDisable(
  ports: DeliverEventPorts,
  called: CalledEndpoint,
  outcome: 'gone' | 'failed',
): Promise<DisabledBecause | undefined> {
  const now = ports.now();
  if (outcome === 'failed') {
    const health = await ports.noteWebhookFailure(called, isoTime(now), now + pauseOf(ports.retrySeconds));
    if (health === undefined || !isGivenUp(health, now)) return undefined;
  }
  const because = outcome === 'gone' ? 'gone' : 'failing';
  return (await ports.disableWebhookEndpoint(called, because, isoTime(now))) ? because : undefined;
}

async function tryLater(
  ports: DeliverEventPorts,
  message: DeliveryMessage,
  tried: Try,
  { retryAfterMs }: Reply,
): Promise<Delivered> {
  const now = ports.now();
  const attempt = message.attempt + 1;
  const delayMs = retryDelay(ports.retrySeconds, attempt, retryAfterMs, ports.chance());
  if (delayMs === undefined) return giveUp(ports, message, 'no_more_tries', tried);
  const dueAt = now + delayMs;
  await ports.sendWebhooks([{ message: { ...message, attempt, dueAt }, delayMs }]);
  await note(ports, message, { status: 'pending', tried, nextTryAt: isoTime(dueAt) });
  return { outcome: 'retried' };
}

async function giveUp(
  ports: DeliverEventPorts,
  message: DeliveryMessage,
  because: GivenUp,
  tried?: Try,
): Promise<{ readonly outcome: 'given_up'; readonly because: GivenUp }> {
  await note(ports, message, { status: 'failed', because, ...(tried !== undefined && { tried }) });
  return { outcome: 'given_up', because };
}

function note(
  ports: DeliverEventPorts,
  { endpointId, event, round, attempt }: DeliveryMessage,
  what: Pick<DeliveryNote, 'status' | 'tried' | 'nextTryAt' | 'because'>,
): Promise<void> {
  return ports.noteDelivery({ endpointId, event, due: { round, attempt }, at: ports.now(), ...what });
}
