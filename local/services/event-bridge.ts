import type { BusRuleSpec, BusSpec } from '../deployment.ts';
import { matchEventPattern } from '../event-pattern/match-event-pattern.ts';
import { AwsError, type JsonService, unknownOperation } from './aws-error.ts';
import { type BusEvent, createBusEvent, type EntryFailure, isEvent } from './bus-event.ts';
import { createDeliveryQueue, type Deliver, type DeliveryOptions } from './deliver-event.ts';
import { appendToLogGroup, isLogGroup } from './log-group-target.ts';

export interface EventBridgeOptions extends DeliveryOptions {
  readonly region: string;
  readonly accountId: string;
  readonly buses: readonly BusSpec[];
  readonly rules: readonly BusRuleSpec[];
  /** Folder of the files that stand for log groups. */
  readonly logFolder: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** The buses of a deployment and the account's `default` one. */
export interface EventBridge extends JsonService {
  /** Resolves when every event has been delivered or given up. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Body => typeof value === 'object' && value !== null;

/** The bus an entry is for, by name or ARN. */
const busNameOf = (entry: unknown): string => {
  const given = isRecord(entry) ? entry['EventBusName'] : undefined;
  return typeof given === 'string' && given !== '' ? (given.split('/').at(-1) ?? given) : 'default';
};

const matchingTargets = (rules: readonly BusRuleSpec[], busName: string, event: BusEvent) =>
  rules
    .filter((rule) => rule.enabled && rule.busName === busName && matchEventPattern(rule.pattern, event))
    .flatMap((rule) => rule.targets);

const deliverOrLog =
  ({ deliver, logFolder }: EventBridgeOptions): Deliver =>
  (targetArn, event) =>
    isLogGroup(targetArn) ? appendToLogGroup(logFolder, targetArn, event) : deliver(targetArn, event);

/** Takes events and hands them to the targets of the rules that match; targets are served after the answer. */
export const createEventBridge = (options: EventBridgeOptions): EventBridge => {
  const { buses, rules, region, accountId, now, newId } = options;
  const deliveries = createDeliveryQueue({ ...options, deliver: deliverOrLog(options) });
  const busNames = new Set(['default', ...buses.map(({ name }) => name)]);

  const putEvent = (entry: unknown): { readonly EventId: string } | EntryFailure => {
    const result = createBusEvent(entry, { account: accountId, region, id: newId(), nowMs: now() });
    if (!isEvent(result)) return result;
    const busName = busNameOf(entry);
    // An event for a bus that does not exist is taken and goes nowhere, as in AWS.
    if (busNames.has(busName)) {
      for (const target of matchingTargets(rules, busName, result)) deliveries.push(target, result);
    }
    return { EventId: result.id };
  };

  const putEvents = ({ Entries }: Body): Body => {
    if (!Array.isArray(Entries) || Entries.length === 0) {
      throw new AwsError(
        'ValidationException',
        "1 validation error detected: Value at 'entries' must have a member",
      );
    }
    const results = Entries.map(putEvent);
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  };

  return {
    idle: deliveries.idle,
    close: deliveries.close,
    handle: async (operation, body) => {
      if (operation !== 'PutEvents') throw unknownOperation(`EventBridge ${operation}`);
      return putEvents(body);
    },
  };
};
