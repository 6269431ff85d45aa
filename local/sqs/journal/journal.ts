import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JournalRecord } from '../engine/journal-record.ts';
import { AppendFile } from './append-file.ts';
import { readLines } from './read-lines.ts';

const COMPACT_AT_RECORDS = 5000;
const COMPACT_AT_BYTES = 8 * 1024 * 1024;
const MOSTLY_DEAD = 3;
const CHUNK_CHARACTERS = 1024 * 1024;

/** The state that the journal keeps: the sum of all records. */
export interface JournaledState {
  apply(record: JournalRecord): void;
  snapshot(): Iterable<JournalRecord>;
  snapshotLength(): number;
}

/**
 * An append-only file of records, one line of JSON each. A record is with the operating system
 * when `append` returns, so it outlives the process, though not a loss of power.
 */
export class Journal {
  readonly #path: string;
  readonly #state: JournaledState;
  #file: AppendFile;
  #records: number;

  /** Replays the file into `state` and opens it for more; a torn last line is dropped. */
  constructor(path: string, state: JournaledState) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#state = state;
    const { records, torn } = existsSync(path) ? replay(path, state) : { records: 0, torn: false };
    this.#file = new AppendFile(path, { fresh: false });
    this.#records = records;
    if (torn || this.#isMostlyDead()) this.compact();
  }

  /** Writes records that the state has not applied yet, all or none. */
  append(records: readonly JournalRecord[]): void {
    if (this.#isMostlyDead()) this.compact();
    this.#file.write(records.map(toLine).join(''));
    this.#records += records.length;
  }

  /** Replaces the file by a snapshot of the state; a crash leaves either the old file or the new one. */
  compact(): void {
    const path = `${this.#path}.new`;
    const fresh = new AppendFile(path, { fresh: true });
    let records = 0;
    try {
      records = writeAll(fresh, this.#state.snapshot());
      renameSync(path, this.#path);
    } catch (error) {
      fresh.close();
      throw error;
    }
    this.#file.close();
    this.#file = fresh;
    this.#records = records;
  }

  close(): void {
    this.#file.close();
  }

  #isMostlyDead(): boolean {
    if (this.#records < COMPACT_AT_RECORDS && this.#file.size < COMPACT_AT_BYTES) return false;
    return this.#records > MOSTLY_DEAD * this.#state.snapshotLength();
  }
}

function toLine(record: JournalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

function writeAll(file: AppendFile, records: Iterable<JournalRecord>): number {
  let count = 0;
  let lines = '';
  for (const record of records) {
    lines += toLine(record);
    count++;
    if (lines.length < CHUNK_CHARACTERS) continue;
    file.write(lines);
    lines = '';
  }
  file.write(lines);
  return count;
}

function replay(path: string, state: JournaledState): { records: number; torn: boolean } {
  let records = 0;
  for (const { text, whole } of readLines(path)) {
    const record = parseRecord(text);
    if (record === undefined && whole) throw new Error(`${path}: line ${records + 1} is damaged`);
    if (record !== undefined) state.apply(record);
    records++;
    if (!whole) return { records, torn: true };
  }
  return { records, torn: false };
}

function parseRecord(text: string): JournalRecord | undefined {
  try {
    return JSON.parse(text) as JournalRecord;
  } catch {
    return undefined;
  }
}
