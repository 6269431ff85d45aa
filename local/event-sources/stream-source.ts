/** A change as DynamoDB Streams spells it in JSON, which is how Lambda passes it on too. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: {
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime?: number;
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly OldImage?: object;
    readonly NewImage?: object;
    readonly SequenceNumber: string;
  };
}

/** A table's changes in order. */
export interface StreamSource {
  readonly shardId: string;
  /** The changes after a sequence number, or from the first on; none if there are none yet. */
  read(after: string | undefined, limit: number): Promise<readonly StreamRecord[]>;
}

/** Orders sequence numbers; before all of them comes `undefined`. */
export function compareSequence(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
  if (one.length === other.length) return one < other ? -1 : 1;
  return BigInt(one) < BigInt(other) ? -1 : 1;
}
