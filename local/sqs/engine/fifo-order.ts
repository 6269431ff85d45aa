import type { Available } from './available.ts';
import { Deque } from './deque.ts';
import type { Message } from './message.ts';

interface Group {
  readonly id: string;
  /** Visible messages in order of arrival. */
  readonly pending: Deque<Message>;
  readonly inFlight: Set<Message>;
  /** Whether it stands in the line of groups to serve. */
  queued: boolean;
}

/** Strict order in each group: while a message of a group is in flight, the rest of the group waits. */
export class FifoOrder implements Available {
  readonly #groups = new Map<string, Group>();
  readonly #line = new Deque<Group>();

  add(message: Message): void {
    const group = this.#group(message);
    let index = group.pending.length;
    if (isBefore(message, group.pending.at(index - 1))) {
      index = 0;
      while (isBefore(group.pending.at(index), message)) index++;
    }
    group.pending.insert(index, message);
    this.#enqueue(group);
  }

  take(limit: number, counts: (message: Message) => boolean): Message[] {
    const taken: Message[] = [];
    for (let counted = 0; counted < limit; ) {
      const group = this.#line.shift();
      if (group === undefined) break;
      group.queued = false;
      while (counted < limit) {
        const message = group.pending.shift();
        if (message === undefined) break;
        if (message.state === 'gone') continue;
        group.inFlight.add(message);
        taken.push(message);
        if (counts(message)) counted++;
      }
      this.#enqueue(group);
    }
    return taken;
  }

  release(message: Message): void {
    const group = this.#group(message);
    group.inFlight.delete(message);
    this.#enqueue(group);
  }

  discard(message: Message): void {
    const group = this.#group(message);
    while (group.pending.at(0)?.state === 'gone') group.pending.shift();
  }

  #group(message: Message): Group {
    const id = message.content.groupId ?? '';
    const known = this.#groups.get(id);
    if (known !== undefined) return known;
    const group = { id, pending: new Deque<Message>(), inFlight: new Set<Message>(), queued: false };
    this.#groups.set(id, group);
    return group;
  }

  #enqueue(group: Group): void {
    if (group.queued || group.inFlight.size > 0) return;
    if (group.pending.length === 0) {
      this.#groups.delete(group.id);
      return;
    }
    group.queued = true;
    this.#line.push(group);
  }
}

function isBefore(a: Message | undefined, b: Message | undefined): boolean {
  return a !== undefined && b !== undefined && a.content.key < b.content.key;
}
