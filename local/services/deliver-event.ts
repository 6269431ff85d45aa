import { setTimeout } from 'node:timers/promises';
import type { BusRuleSpec } from '../deployment.ts';
import type { BusEvent } from './bus-event.ts';

/** Hands an event to a target by its ARN: a function, a queue; rejects to be tried again. */
export type Deliver = (targetArn: string, event: BusEvent) => Promise<void>;

type Target = BusRuleSpec['targets'][number];

/** Deliveries on their way, which outlive the call that caused them. */
export interface DeliveryQueue {
  push(target: Target, event: BusEvent): void;
  /** Resolves when nothing is on its way, not even waiting for another attempt. */
  idle(): Promise<void>;
  /** Gives up what waits for another attempt. */
  close(): Promise<void>;
}

export interface DeliveryOptions {
  readonly deliver: Deliver;
  /** Pause before the attempt that follows a number of failures. */
  readonly retryDelayMs?: (failures: number) => number;
  /** Told of an event that nobody took: neither its target nor a queue of dead letters. */
  readonly onLost?: (targetArn: string, event: BusEvent, error: unknown) => void;
}

const MAX_RETRIES = 185;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 60_000;

const doubleDelay = (failures: number): number =>
  Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS);

/** Delivers at least once: with retries, then to the target's queue of dead letters. */
export const createDeliveryQueue = (options: DeliveryOptions): DeliveryQueue => {
  const { deliver, retryDelayMs = doubleDelay, onLost } = options;
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  const pause = (milliseconds: number): Promise<void> =>
    setTimeout(milliseconds, undefined, { signal: closing.signal }).catch(() => undefined);

  const bury = async ({ arn, deadLetterArn }: Target, event: BusEvent, error: unknown): Promise<void> => {
    if (deadLetterArn === undefined) onLost?.(arn, event, error);
    else await deliver(deadLetterArn, event).catch((failure: unknown) => onLost?.(arn, event, failure));
  };

  const run = async (target: Target, event: BusEvent): Promise<void> => {
    const retries = target.maximumRetryAttempts ?? MAX_RETRIES;
    for (let failures = 0; ; ) {
      try {
        return await deliver(target.arn, event);
      } catch (error) {
        failures++;
        if (failures > retries || closing.signal.aborted) return bury(target, event, error);
        await pause(retryDelayMs(failures));
      }
    }
  };

  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };

  return {
    idle,
    push: (target, event) => {
      const delivery = run(target, event).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    },
    close: () => {
      closing.abort();
      return idle();
    },
  };
};
