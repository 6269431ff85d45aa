/** Which part of a list is asked for: so many entries, from the beginning or from where the page before ended. */
export interface PageRequest {
  /** At most 100. */
  readonly limit: number;
  readonly cursor?: string;
}

/** A part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next one begins; absent on the last. */
  readonly nextCursor?: string;
}
