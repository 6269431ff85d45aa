import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One request of a web server's access log. */
export interface LogLine {
  readonly ip: string;
  /** Milliseconds since 1970; 0 where the line does not say. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly referrer: string | undefined;
  readonly userAgent: string | undefined;
}

/** A last quote that was cut off is made up for. `ip ident user [time] "METHOD path HTTP/x" status bytes "referrer" "user agent"`, quotes within escaped by \". */
const combined =
  /^(\S+) \S+ \S+ \[([^\]]*)\] "((?:[^"\\]|\\.)*)" \d+ \S+ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"?/;

/** Reads a log in combined format. Lines that are not of it are counted, not played. */
export async function readLog(file: string): Promise<{ lines: LogLine[]; unreadable: number }> {
  const lines: LogLine[] = [];
  let unreadable = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = parseLine(text);
    if (line !== undefined) lines.push(line);
    else if (text.trim() !== '') unreadable++;
  }
  return { lines, unreadable };
}

function parseLine(text: string): LogLine | undefined {
  const match = combined.exec(text);
  if (match === null) return undefined;
  const [, ip = '', time = '', request = '', referrer, userAgent] = match;
  const [method = '', target = '/'] = request.split(' ');
  return {
    ip,
    at: timeOf(time),
    method,
    path: target.split(/[?#]/)[0] ?? '/',
    referrer: given(referrer),
    userAgent: given(userAgent),
  };
}

/** `17/May/2015:10:05:03 +0000`. */
function timeOf(time: string): number {
  return Date.parse(time.replaceAll('/', ' ').replace(':', ' ')) || 0;
}

function given(value: string | undefined): string | undefined {
  if (value === undefined || value === '-' || value === '') return undefined;
  return value.replaceAll('\\"', '"').replace(/[^\x20-\x7e]/g, '');
}
