/** A click of a visitor whom the customer knew by an id before they knew them as a user. */
export interface VisitorClick {
  readonly clickId: string;
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a reported click was given when its id was seen first, and what it says by a keyed hash. */
export interface ClickReport {
  readonly visitId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly contentHash: string;
}
