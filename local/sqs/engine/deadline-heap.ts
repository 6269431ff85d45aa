/** An item waiting for a moment; kept by its owner to take it out of the heap again. */
export interface Deadline<T> {
  /** Epoch ms. */
  readonly at: number;
  readonly item: T;
  readonly serial: number;
  index: number;
}

/** A binary heap by time, first in first out at the same ms, from which any item can be removed. */
export class DeadlineHeap<T> {
  readonly #heap: Deadline<T>[] = [];
  #serial = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest deadline. */
  peek(): Deadline<T> | undefined {
    return this.#heap[0];
  }

  push(at: number, item: T): Deadline<T> {
    const deadline = { at, item, serial: this.#serial++, index: this.#heap.length };
    this.#heap.push(deadline);
    this.#rise(deadline);
    return deadline;
  }

  /** Takes a deadline out; one that is no longer in the heap is left alone. */
  remove(deadline: Deadline<T>): void {
    const { index } = deadline;
    if (this.#heap[index] !== deadline) return;
    const last = this.#heap.pop();
    deadline.index = -1;
    if (last === undefined || last === deadline) return;
    this.#put(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  #put(deadline: Deadline<T>, index: number): void {
    this.#heap[index] = deadline;
    deadline.index = index;
  }

  #rise(deadline: Deadline<T>): void {
    let index = deadline.index;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || !isEarlier(deadline, parent)) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(deadline, index);
  }

  #sink(deadline: Deadline<T>): void {
    let index = deadline.index;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child === undefined || !isEarlier(child, deadline)) break;
      const below = child.index;
      this.#put(child, index);
      index = below;
    }
    this.#put(deadline, index);
  }

  #earlierChild(index: number): Deadline<T> | undefined {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    return left !== undefined && right !== undefined && isEarlier(right, left) ? right : left;
  }
}

function isEarlier<T>(a: Deadline<T>, b: Deadline<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.serial < b.serial);
}
