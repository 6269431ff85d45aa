/** A code, the participant it belongs to for ever, and where its link leads. */
export interface Link {
  readonly code: string;
  readonly programId: string;
  readonly userId: string;
  readonly destination: string;
  readonly status: 'active' | 'inactive';
  /** ISO 8601. */
  readonly createdAt: string;
}
