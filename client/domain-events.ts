import type { DomainEventType } from '../shared/contract/domain-events.ts';

export type { DomainEventType };

/** What happened. In the package, `build/` writes out what the data of each type are. */
export interface DomainEvent {
  /** The same each time this event is sent. */
  readonly id: string;
  readonly type: DomainEventType;
  readonly version: 1;
  readonly programId: string;
  readonly userId?: string;
  /** Rises with each event of a participant. */
  readonly sequence?: number;
  readonly occurredAt: string;
  /** An example that was asked for. */
  readonly test?: true;
  readonly data: Readonly<Record<string, unknown>>;
}
