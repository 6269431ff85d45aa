import { createHash } from 'node:crypto';
import { type Refusal, refuse } from '../../contract/problems.ts';
import { currencyExponent } from '../../domain/money/currencies.ts';
import type { Identity } from '../../domain/participant.ts';
import type { Program } from '../../domain/programs/program.ts';
import type { ReportedEvent } from '../../domain/rewards/event.ts';
import {
  type IdentifyPorts,
  identify,
  type PersonInput,
  tellsOfPerson,
  withoutPerson,
} from '../fraud/identify.ts';
import { whileContended } from '../retry.ts';
import { type Hasher, isoTime, type System } from '../system.ts';

type Content = Omit<
  ReportedEvent,
  'acceptedAt' | 'batchPosition' | 'eventId' | 'type' | 'userId' | 'programId'
>;

/** An event as it was sent. */
export type EventInput = Pick<ReportedEvent, 'type' | 'userId' | 'programId'> & { readonly id: string } & {
  readonly [Name in keyof Content]?: Content[Name] | undefined;
} & PersonInput;

interface HashedEvent {
  readonly event: ReportedEvent;
  readonly contentHash: string;
  /** Who the user is, as far as the event tells. */
  readonly identity?: Identity;
}

export interface RecordEventsPorts extends System, Pick<IdentifyPorts, 'registrableDomain'> {
  /** Asked only where an event tells of a person: the others are taken without the secret. */
  loadHasher(): Promise<Pick<Hasher, 'lasting'>>;
  findProgram(programId: string): Promise<Program | undefined>;
  findEvent(programId: string, eventId: string): Promise<HashedEvent | undefined>;
  storeEvents(events: readonly HashedEvent[]): Promise<'stored' | 'exists'>;
}

export interface AcceptedEvents {
  readonly events: readonly { readonly id: string; readonly status: 'accepted' }[];
}

/**
 * Stores reported events, all or none. A repeat of an event is accepted again and changes nothing; other content
 * under the same id is a conflict. What they tell of people is hashed here, and goes no further.
 *
 * @param asBatch whether they came as a list, as refusals name their fields
 */
export async function recordEvents(
  ports: RecordEventsPorts,
  inputs: readonly EventInput[],
  asBatch = inputs.length !== 1,
): Promise<AcceptedEvents | Refusal> {
  const refusal = checkCurrencies(inputs, asBatch) ?? (await checkPrograms(ports, inputs));
  if (refusal !== undefined) return refusal;
  const acceptedAt = isoTime(ports.now());
  const identities = await identifyAll(ports, inputs);
  const hashed = inputs.map((input, position) =>
    hashEvent(input, identities[position] ?? {}, acceptedAt, position),
  );
  const distinct = new Map<string, HashedEvent>();
  for (const one of hashed) {
    const name = `${one.event.programId}/${one.event.eventId}`;
    const before = distinct.get(name);
    if (before !== undefined && before.contentHash !== one.contentHash) return conflict(one.event.eventId);
    distinct.set(name, before ?? one);
  }
  const result = await whileContended(() => storeFresh(ports, [...distinct.values()]));
  if (result === undefined) return refuse('contended');
  if (result !== 'stored') return result;
  return { events: inputs.map(({ id }) => ({ id, status: 'accepted' })) };
}

/** Refuses currencies that are none, naming the field. */
export function checkCurrencies(inputs: readonly EventInput[], asBatch: boolean): Refusal | undefined {
  const errors = inputs.flatMap(({ currency }, index) =>
    currency === undefined || currencyExponent(currency) !== undefined
      ? []
      : [
          {
            field: asBatch ? `events.${index}.currency` : 'currency',
            message: 'is not a currency of ISO 4217',
          },
        ],
  );
  return errors.length > 0 ? refuse('invalid_request', { errors }) : undefined;
}

async function checkPrograms(
  ports: RecordEventsPorts,
  inputs: readonly EventInput[],
): Promise<Refusal | undefined> {
  for (const programId of new Set(inputs.map((input) => input.programId))) {
    if ((await ports.findProgram(programId)) === undefined) {
      return refuse('program_not_found', { detail: `programId: ${programId}` });
    }
  }
  return undefined;
}

async function identifyAll(
  ports: RecordEventsPorts,
  inputs: readonly EventInput[],
): Promise<readonly Identity[]> {
  if (!inputs.some(tellsOfPerson)) return [];
  const hasher = await ports.loadHasher();
  return Promise.all(inputs.map((input) => identify({ ...ports, ...hasher }, input)));
}

/** The event that was sent, without what was left out and what it tells of a person. */
export function toReported(input: EventInput): Omit<ReportedEvent, 'acceptedAt'> {
  const { id, ...content } = withoutPerson(input);
  const given = Object.entries(content).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(given) as Omit<ReportedEvent, 'eventId' | 'acceptedAt'>), eventId: id };
}

/** The hash of its content has keyed hashes in it, not the addresses: these could be guessed from it. */
function hashEvent(
  input: EventInput,
  identity: Identity,
  acceptedAt: string,
  batchPosition: number,
): HashedEvent {
  const event = toReported(input);
  const told = Object.keys(identity).length > 0 ? { identity } : {};
  const content = canonicalJson({ ...event, ...told });
  return {
    event: { ...event, acceptedAt, ...(batchPosition > 0 && { batchPosition }) },
    contentHash: createHash('sha256').update(content).digest('base64url'),
    ...told,
  };
}

function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`);
  return `{${fields.join(',')}}`;
}

/** Stores the events; where one is there already, finds out which and stores the others. */
async function storeFresh(
  ports: RecordEventsPorts,
  events: readonly HashedEvent[],
): Promise<'stored' | 'again' | Refusal> {
  if ((await ports.storeEvents(events)) === 'stored') return 'stored';
  const standing = await Promise.all(
    events.map(({ event }) => ports.findEvent(event.programId, event.eventId)),
  );
  for (const [index, one] of events.entries()) {
    const before = standing[index];
    if (before !== undefined && before.contentHash !== one.contentHash) return conflict(one.event.eventId);
  }
  const fresh = events.filter((_, index) => standing[index] === undefined);
  if (fresh.length === 0) return 'stored';
  return (await ports.storeEvents(fresh)) === 'stored' ? 'stored' : 'again';
}

function conflict(eventId: string): Refusal {
  return refuse('event_conflict', { detail: `id: ${eventId}`, extra: { eventId } });
}
