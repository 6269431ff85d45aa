/** What a use case takes from outside, so that a test can hold it still. */
export interface System {
  /** Milliseconds since 1970. */
  now(): number;
  /** A ULID in lower case, for a time. */
  ulid(at: number): string;
  random(bytes: number): Uint8Array;
  /**
   * Whether these are the time and the ids of a call that began before and may have died: then what it made may be
   * there already, and is the answer. @default - no
   */
  readonly isRepeat?: boolean;
}

/** Keyed hashes: what identifies a person or opens a door is only ever stored as one of these. */
export interface Hasher {
  /** Same input, same hash, for as long as the key lives. */
  lasting(purpose: string, value: string): string;
  /** The hash differs from day to day, so that visits of different days cannot be joined. */
  ofDay(at: number, purpose: string, value: string): string;
}

/** ISO 8601 of a time. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
