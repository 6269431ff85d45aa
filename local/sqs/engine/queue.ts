import type { Available } from './available.ts';
import { DeadlineHeap } from './deadline-heap.ts';
import { DedupeWindow } from './dedupe-window.ts';
import { FifoOrder } from './fifo-order.ts';
import type { QueueDefinition } from './journal-record.ts';
import type { Message, MessageContent, Receipts } from './message.ts';
import { parseQueueSettings, type QueueSettings } from './queue-settings.ts';
import { StandardOrder } from './standard-order.ts';

/** How many messages a queue holds, by what a consumer sees of them. */
export interface QueueStats {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** One queue's messages and what state each is in. Knows no clock: the caller says what time it is. */
export class Queue {
  readonly name: string;
  readonly messages = new Map<number, Message>();
  readonly dedupe = new DedupeWindow();
  readonly #random: (() => number) | undefined;
  #definition: QueueDefinition;
  #settings: QueueSettings;
  #available: Available;
  #held = new DeadlineHeap<Message>();
  #ages = new DeadlineHeap<Message>();
  #inFlight = 0;

  /** `random` reorders a standard queue. */
  constructor(definition: QueueDefinition, random: (() => number) | undefined) {
    this.name = definition.name;
    this.#random = random;
    this.#definition = definition;
    this.#settings = parseQueueSettings(definition.name, definition.attributes);
    this.#available = this.#emptyOrder();
  }

  get definition(): QueueDefinition {
    return this.#definition;
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  redefine(definition: QueueDefinition): void {
    this.#definition = definition;
    this.#settings = parseQueueSettings(definition.name, definition.attributes);
  }

  /** Puts a message in, hidden until its delay is over. */
  place(content: MessageContent, received: Receipts | undefined, now: number): Message {
    const message: Message = {
      content,
      receiveCount: received?.count ?? 0,
      firstReceivedAt: received?.firstAt,
      receivedAt: undefined,
      state: 'visible',
      hold: undefined,
      age: undefined,
    };
    this.messages.set(content.key, message);
    message.age = this.#ages.push(content.sentAt, message);
    if (content.visibleAt > now) {
      message.state = 'delayed';
      message.hold = this.#held.push(content.visibleAt, message);
    } else {
      this.#available.add(message);
    }
    return message;
  }

  /** Drops what is past its retention and shows what has waited long enough. */
  settle(now: number): void {
    const oldest = now - this.#settings.retentionMs;
    for (let next = this.#ages.peek(); next !== undefined && next.at <= oldest; next = this.#ages.peek()) {
      this.remove(next.item);
    }
    for (let next = this.#held.peek(); next !== undefined && next.at <= now; next = this.#held.peek()) {
      this.reveal(next.item);
    }
  }

  /** Takes visible messages and holds them in flight until `until`; see `Available.take` for `counts`. */
  take(limit: number, until: number, counts: (message: Message) => boolean): Message[] {
    const taken = this.#available.take(limit, counts);
    for (const message of taken) {
      message.state = 'in-flight';
      message.hold = this.#held.push(until, message);
      this.#inFlight++;
    }
    return taken;
  }

  /** Moves the end of a message's time in flight. */
  holdUntil(message: Message, until: number): void {
    if (message.hold !== undefined) this.#held.remove(message.hold);
    message.hold = this.#held.push(until, message);
  }

  /** Makes a delayed or in-flight message visible. */
  reveal(message: Message): void {
    this.#letGo(message);
    message.state = 'visible';
    this.#available.add(message);
  }

  remove(message: Message): void {
    const before = message.state;
    if (before === 'gone') return;
    this.messages.delete(message.content.key);
    if (message.age !== undefined) this.#ages.remove(message.age);
    this.#letGo(message);
    message.state = 'gone';
    if (before === 'visible') this.#available.discard(message);
  }

  clear(): void {
    this.messages.clear();
    this.#available = this.#emptyOrder();
    this.#held = new DeadlineHeap();
    this.#ages = new DeadlineHeap();
    this.#inFlight = 0;
  }

  /** Epoch ms at which the next delayed or in-flight message becomes visible. */
  nextRevealAt(): number {
    return this.#held.peek()?.at ?? Number.POSITIVE_INFINITY;
  }

  stats(): QueueStats {
    const hidden = this.#held.size;
    return {
      visible: this.messages.size - hidden,
      inFlight: this.#inFlight,
      delayed: hidden - this.#inFlight,
    };
  }

  #letGo(message: Message): void {
    if (message.hold !== undefined) this.#held.remove(message.hold);
    message.hold = undefined;
    if (message.state !== 'in-flight') return;
    this.#inFlight--;
    this.#available.release(message);
  }

  #emptyOrder(): Available {
    return this.#settings.fifo ? new FifoOrder() : new StandardOrder(this.#random);
  }
}
