/** A user of the customer's product, inside a program. */
export interface Participant {
  readonly programId: string;
  readonly userId: string;
  readonly status: 'active' | 'inactive';
  readonly name?: string;
  /** Keyed hash of the normalised e-mail address. */
  readonly emailHash?: string;
  /** How many links have been made. */
  readonly links: number;
  /** ISO 8601. */
  readonly createdAt: string;
}
