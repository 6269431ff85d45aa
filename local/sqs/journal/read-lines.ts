import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** A line of a file, without its newline. */
export interface Line {
  readonly text: string;
  /** False for a last line that no newline ends. */
  readonly whole: boolean;
}

/** Reads a file line by line. Only `\n` ends a line: `node:readline` would split at U+2028 too. */
export function* readLines(path: string): Generator<Line> {
  const descriptor = openSync(path, 'r');
  try {
    let rest: Buffer[] = [];
    for (;;) {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      const chunk = buffer.subarray(0, readSync(descriptor, buffer));
      if (chunk.length === 0) break;
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        yield { text: Buffer.concat([...rest, chunk.subarray(start, end)]).toString(), whole: true };
        rest = [];
        start = end + 1;
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
    }
    if (rest.length > 0) yield { text: Buffer.concat(rest).toString(), whole: false };
  } finally {
    closeSync(descriptor);
  }
}
