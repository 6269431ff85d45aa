const TRIM_AT = 1024;

/** A list that gives up its front in constant time. */
export class Deque<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#head + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head >= TRIM_AT && this.#head * 2 > this.#items.length) this.#trim();
    return item;
  }

  /** Puts the item at `index` in front; what was there takes its place. */
  bringForward(index: number): void {
    const front = this.#items[this.#head];
    this.#items[this.#head] = this.#items[this.#head + index];
    this.#items[this.#head + index] = front;
  }

  insert(index: number, item: T): void {
    if (index === this.length) this.#items.push(item);
    else if (index === 0 && this.#head > 0) this.#items[--this.#head] = item;
    else this.#items.splice(this.#head + index, 0, item);
  }

  /** Drops every item that `keep` turns down. */
  filter(keep: (item: T) => boolean): void {
    this.#items = this.#items.filter((item) => item !== undefined && keep(item));
    this.#head = 0;
  }

  #trim(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
