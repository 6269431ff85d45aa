/** A request under an idempotency key, as it is kept. */
export interface KeptRequest {
  /** A keyed hash of who asks, which route and which key. */
  readonly id: string;
  /** A keyed hash of what is asked for. */
  readonly fingerprint: string;
  /** When it was asked for first, in milliseconds since 1970. */
  readonly at: number;
  /** Who works on it. */
  readonly holder: string;
  /** Until when nobody else may, in milliseconds since 1970. */
  readonly heldUntil: number;
  /** The answer, sealed. */
  readonly answer?: Uint8Array;
}
