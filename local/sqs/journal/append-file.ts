import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** A file that grows at its end by whole writes only. */
export class AppendFile {
  readonly #descriptor: number;
  #size: number;
  #open = true;

  /** `fresh` empties a file that is there. */
  constructor(path: string, options: { readonly fresh: boolean }) {
    this.#descriptor = openSync(path, options.fresh ? 'w' : 'a');
    this.#size = fstatSync(this.#descriptor).size;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** Appends all of `text`, or nothing and throws. */
  write(text: string): void {
    if (!this.#open) throw new Error('the file is closed');
    const data = Buffer.from(text);
    try {
      for (let done = 0; done < data.length; ) done += writeSync(this.#descriptor, data, done);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#size);
      throw error;
    }
    this.#size += data.length;
  }

  close(): void {
    if (this.#open) closeSync(this.#descriptor);
    this.#open = false;
  }
}
