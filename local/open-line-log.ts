import { createWriteStream } from 'node:fs';

/** A log file to which lines are appended. */
export interface LineLog {
  write(line: string): void;
  /** Writes out what is still held in memory. */
  close(): Promise<void>;
}

const flushAfterMs = 100;

/** Appends lines to a file; lines that come together are written together. */
export function openLineLog(file: string): LineLog {
  const stream = createWriteStream(file, { flags: 'a' });
  let lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
    lines = [];
  };
  return {
    write(line) {
      lines.push(line);
      timer ??= setTimeout(flush, flushAfterMs);
    },
    close() {
      clearTimeout(timer);
      flush();
      return new Promise((resolve) => stream.end(resolve));
    },
  };
}
