import type { Available } from './available.ts';
import { Deque } from './deque.ts';
import type { Message } from './message.ts';

const SHUFFLE_WINDOW = 32;
const SWEEP_AT = 1024;

/** Best-effort order: each message is drawn from the oldest few, so none waits for long. */
export class StandardOrder implements Available {
  readonly #messages = new Deque<Message>();
  readonly #random: (() => number) | undefined;
  #gone = 0;

  /** Without `random`, messages leave in order of arrival. */
  constructor(random: (() => number) | undefined) {
    this.#random = random;
  }

  add(message: Message): void {
    this.#messages.push(message);
  }

  take(limit: number, counts: (message: Message) => boolean): Message[] {
    const taken: Message[] = [];
    for (let counted = 0; counted < limit; ) {
      const message = this.#draw();
      if (message === undefined) break;
      if (message.state === 'gone') {
        this.#gone--;
        continue;
      }
      taken.push(message);
      if (counts(message)) counted++;
    }
    return taken;
  }

  release(): void {}

  discard(): void {
    this.#gone++;
    if (this.#gone < SWEEP_AT || this.#gone * 2 < this.#messages.length) return;
    this.#messages.filter((message) => message.state !== 'gone');
    this.#gone = 0;
  }

  #draw(): Message | undefined {
    if (this.#random !== undefined && this.#messages.length > 1) {
      const window = Math.min(SHUFFLE_WINDOW, this.#messages.length);
      this.#messages.bringForward(Math.floor(this.#random() * window));
    }
    return this.#messages.shift();
  }
}
