import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import type { FunctionLog } from './function-journal.ts';

/** Log files, one a function. */
export interface FunctionLogs {
  readonly log: FunctionLog;
  /** Writes out what is still held in memory. */
  close(): Promise<void>;
}

const FLUSH_AFTER_MS = 50;

/** Appends each function's lines to `DIR/<function>.log`; lines that come together are written together. */
export function openFunctionLogs(dir: string): FunctionLogs {
  mkdirSync(dir, { recursive: true });
  const files = new Map<string, { readonly stream: WriteStream; lines: string[] }>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    for (const file of files.values()) {
      if (file.lines.length > 0) file.stream.write(`${file.lines.join('\n')}\n`);
      file.lines = [];
    }
  };
  return {
    log({ functionName, text }) {
      const file = files.get(functionName) ?? { stream: openFile(dir, functionName), lines: [] };
      files.set(functionName, file);
      file.lines.push(text);
      timer ??= setTimeout(flush, FLUSH_AFTER_MS).unref();
    },
    async close() {
      clearTimeout(timer);
      flush();
      await Promise.all(
        [...files.values()].map(({ stream }) => new Promise<void>((done) => stream.end(() => done()))),
      );
    },
  };
}

function openFile(dir: string, functionName: string): WriteStream {
  const stream = createWriteStream(path.join(dir, `${functionName}.log`), { flags: 'a' });
  // A full disk must not end the stack: the functions run on without their logs.
  return stream.on('error', () => undefined);
}
